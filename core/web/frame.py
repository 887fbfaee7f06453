"""The page frame: one of the two places where any exception is caught (the other frames jobs).

What went wrong becomes one sentence, one action and a reference id; the same id stands in the
log beside the redacted traceback. Streamlit's own signals (stop, rerun) are no exceptions here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from core.errors import NotAllowed, NotFound, OurConfig, Upstream, UserError
from core.lake.engine import LakeFull
from core.web.parts import states
from core.web.routes.gate import reference

_log = logging.getLogger(__name__)
_UNKNOWN = (
    "Something failed that should not have. It has been written down; try again, and if it stays, "
    "pass on the reference."
)
_UPSTREAM = "The database did not answer in time. Nothing is lost; try again in a moment."
_FULL = "The disk is full. Whoever runs Flightdeck can make room; nothing is lost."
_CONFIG = "Flightdeck is set up wrongly. Whoever runs it finds the cause in its log."


def framed(render: Callable[[], None]) -> None:
    """Draw a screen; whatever it raises is drawn in its place."""
    try:
        render()
    except (NotFound, NotAllowed) as refusal:
        states.panel("This is not open to you", str(refusal), step=states.Step("Go home", "/"))
    except UserError as error:
        states.notice("bad", str(error))
    except Exception as error:
        states.failed(sentence_for(error), reference=noted(error), step=states.Step("Reload", ""))


def sentence_for(error: Exception) -> str:
    """Return what a person is told about an error; never its own text, unless it is for people."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, Upstream):
        return _UPSTREAM
    if isinstance(error, LakeFull):
        return _FULL
    return _CONFIG if isinstance(error, OurConfig) else _UNKNOWN


def noted(error: Exception) -> str:
    """Write an error into the log under a new reference id, and return the id."""
    number = reference()
    _log.error("page failed, reference %s: %s", number, type(error).__name__, exc_info=error)
    return number


def on_script_error(error: Exception) -> bool:
    """Draw what escaped the frame: a callback's or a fragment's error. Streamlit calls it."""
    if isinstance(error, UserError):
        states.notice("bad", str(error))
    else:
        states.failed(sentence_for(error), reference=noted(error), step=states.Step("Reload", ""))
    return True
