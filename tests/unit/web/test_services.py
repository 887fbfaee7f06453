"""The web's own way to Amazon: the callback's few exchanges are bounded as a whole."""

from __future__ import annotations

import pytest

from core.domain.regions import Region
from core.errors import Upstream
from core.security.secret import Secret
from core.web.services import login_with_amazon
from tests.unit.amazon.stage import StillClock, settings
from tests.unit.amazon.test_exchange import HEAD, dribbling


def test_an_answer_that_drips_holds_no_thread_of_the_web_beyond_the_whole_limit():
    pieces = [bytes([byte]) for byte in HEAD + b"x" * 400]
    with dribbling(pieces) as url:
        asked = settings(amazon_na_token_url=f"{url}/token", amazon_total_timeout_seconds=0.3)
        amazon = login_with_amazon(asked, StillClock())
        with pytest.raises(Upstream, match="took too long"):
            amazon.exchange_code(
                Region.NA,
                code=Secret("code"),
                redirect_uri="http://localhost/oauth/amazon/callback",
                verifier=Secret("v" * 43),
            )
