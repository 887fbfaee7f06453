"""What the web's tests stand on: services over a real database with a clock that is moved by hand,
and one running Flightdeck a session for what only real processes show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from core.config import Settings
from core.lake.lake import Lake
from core.lake.location import LakeRoot
from core.lake.stored_manifests import StoredManifests
from core.security import keys
from core.security.sealing import Sealer
from core.security.secret import Secret
from core.security.webkey import WebKey
from core.store.store import Store
from core.web.claims import Claims
from core.web.cookies import CookieNames
from core.web.services import Services, login_with_amazon
from core.web.streamlit_internals import USER_COOKIE
from tests.databases import NOW
from tests.flightdeck_process import FlightdeckProcess, start_flightdeck


@dataclass
class HandClock:
    """A clock that moves when it is told to."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def advance(self, **span: float) -> None:
        self.instant += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


MakeServices = Callable[..., Services]


@pytest.fixture
def make_services(store: Store, clock: HandClock, tmp_path: Path) -> MakeServices:
    """Return what builds the web's services on `store`; settings may be changed by name."""
    made = keys.generated()

    def make(transport: httpx.BaseTransport | None = None, **changed: object) -> Services:
        told: dict[str, object] = {
            "oidc_client_id": "client-7",
            "cookie_secret": made["COOKIE_SECRET"],
            "web_key": made["WEB_KEY"],
            "sealing_public_keys": made["SEALING_PUBLIC_KEYS"],
            "amazon_client_id": "amzn1.application-oa2-client.test",
            "amazon_client_secret": "made-up",
        }
        settings = Settings(**{**told, **changed})  # type: ignore[arg-type]
        return Services(
            settings=settings,
            clock=clock,
            store=store,
            lake=Lake(LakeRoot(str(tmp_path / "lake")), StoredManifests(store), home=tmp_path),
            web_key=WebKey.from_setting(Secret(made["WEB_KEY"])),
            sealer=Sealer.from_setting(made["SEALING_PUBLIC_KEYS"]),
            amazon=login_with_amazon(settings, clock, transport or _nobody()),
            cookies=CookieNames.of(settings),
        )

    return make


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services()


def signed_login(settings: Settings, claims: Claims) -> str:
    """Return the cookie that Streamlit sets at the end of a login with these claims."""
    told = {"iss": claims.issuer, "sub": claims.subject, "is_logged_in": True}
    secret = settings.cookie_secret.get_secret_value()
    return create_signed_value(secret, USER_COOKIE, json.dumps(told)).decode()


def _nobody() -> httpx.MockTransport:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.url.host} was called")

    return httpx.MockTransport(refuse)


@pytest.fixture(scope="session")
def flightdeck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlightdeckProcess]:
    """A running sandbox and web, without a scheduler; tests found their own organizations."""
    home: Path = tmp_path_factory.mktemp("flightdeck")
    with start_flightdeck(home) as running:
        yield running
