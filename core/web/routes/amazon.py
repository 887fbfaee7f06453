"""Linking an Amazon account: away to Amazon's consent page, and back with an answer.

Source: RFC 6749 §4.1 (code grant) and §10.12 (state), RFC 7636 (PKCE), RFC 9700 §2.1.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.amazon.lwa import Proof
from core.domain.regions import Region
from core.domain.roles import Action
from core.errors import (
    AppError,
    NotAllowed,
    NotFound,
    OurConfig,
    Unopenable,
    Upstream,
    UserError,
)
from core.security.redaction import one_line, redacted
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.accounts.oauth_states import LinkUnderWay, StateRefused
from core.web import linking
from core.web.result_page import ResultPage
from core.web.routes.gate import Handler, for_visitors, reference
from core.web.screens import address
from core.web.services import Services
from core.web.sessions import Visitor

STATE_LIFETIME = timedelta(minutes=10)
_TOLD_CHARACTERS = 300
_ACCOUNTS = address("accounts")
_log = logging.getLogger(__name__)


def routes(services: Services) -> list[Route]:
    """Return the two routes of linking."""
    return [
        Route("/oauth/amazon/start", for_visitors(services, _framed(start))),
        Route("/oauth/amazon/callback", for_visitors(services, _framed(callback))),
    ]


def start(services: Services, request: Request, visitor: Visitor) -> Response:
    """Send the person to Amazon's consent page in the region asked for.

    The state is random, kept hashed for ten minutes, and good once, for this session only.
    """
    query = request.query_params
    scope = visitor.scope_in(query.get("org"))
    scope.require(Action.LINK_ACCOUNTS)
    region = _region(query.get("region", ""))
    again, proof, state = query.get("connection"), Proof.new(), new_token()
    now = services.clock.now()
    with services.store.writing(scope) as tenant:
        if again is not None:
            region = tenant.connections.get(again).region
        tenant.oauth_states.begin(
            state,
            session_id=visitor.session.id,
            region=region,
            verifier_sealed=services.web_key.encrypt(
                proof.verifier, purpose=linking.VERIFIER, context=visitor.session.id
            ),
            now=now,
            expires_at=now + STATE_LIFETIME,
            connection_id=again,
        )
    address = services.amazon.consent_address(
        region,
        redirect_uri=linking.redirect_uri(services.settings),
        state=state.reveal(),
        proof=proof,
    )
    return RedirectResponse(address, 303)


def callback(services: Services, request: Request, visitor: Visitor) -> Response:
    """Take up Amazon's answer: every ending has a page, and only a good one stores anything."""
    query = request.query_params
    try:
        with services.store.people() as door:
            under_way = door.oauth_states.consume(
                Secret(query.get("state", "")),
                session_id=visitor.session.id,
                user_id=visitor.person.id,
                now=services.clock.now(),
            )
    except StateRefused as refused:
        return _refused(services, request, visitor, refused)
    if "error" in query:
        return _declined(services, request, visitor, under_way)
    if not query.get("code"):
        raise UserError("Amazon's answer holds no code. Nothing was stored; start linking again.")
    return _linked(services, Secret(query["code"]), visitor, under_way)


def _linked(
    services: Services, code: Secret, visitor: Visitor, under_way: LinkUnderWay
) -> Response:
    linked = linking.complete(services, code, visitor, under_way)
    whose = f" of {linked.name}" if linked.name else ""
    return ResultPage(
        title="Linked",
        sentence=f"The Amazon account{whose} in {under_way.region.label} is linked. Its "
        "advertisers are being looked up now; choose which of them to keep.",
        action="Go to your accounts",
        path=f"{_ACCOUNTS}?linked={linked.connection_id}",
        tone="good",
    ).response()


def _declined(
    services: Services, request: Request, visitor: Visitor, under_way: LinkUnderWay
) -> Response:
    told = _told(request)
    linking.note_refusal(services, visitor, under_way, told)
    return _declined_page(told)


def _declined_page(told: str) -> Response:
    return ResultPage(
        title="Not linked",
        sentence="Amazon did not give access, so nothing was stored. If you cancelled by "
        "mistake, start again; if Amazon gave a reason, it stands below.",
        told=told,
        action="Back to your accounts",
        path=_ACCOUNTS,
        tone="bad",
    ).response()


def _refused(
    services: Services, request: Request, visitor: Visitor, refused: StateRefused
) -> Response:
    """A reload of a good answer says what it led to; anything else is refused."""
    if refused.tried is not None:
        if "error" in request.query_params:
            return _declined_page(_told(request))
        if linking.led_to_a_link(services, visitor, refused.tried):
            return ResultPage(
                title="Already linked",
                sentence="Amazon's answer was taken up a moment ago; the account is linked.",
                action="Go to your accounts",
                path=_ACCOUNTS,
                tone="good",
            ).response()
    _log.warning("link refused: state %s, user %s", refused.reason, visitor.person.id)
    return ResultPage(
        title="Not linked",
        sentence=str(refused),
        action="Back to your accounts",
        path=_ACCOUNTS,
        tone="bad",
    ).response(400)


def _region(name: str) -> Region:
    try:
        return Region(name.upper())
    except ValueError:
        raise UserError("Choose a region: NA, EU or FE.") from None


def _told(request: Request) -> str:
    query = request.query_params
    words = f"{query.get('error', '')}: {query.get('error_description', '')}".strip(": ")
    return one_line(redacted(words))[:_TOLD_CHARACTERS]


_OURS = (
    "Amazon does not accept this installation's own registration. Nothing was stored; whoever "
    "runs Flightdeck finds the cause in its log."
)
_THEIRS = (
    "Linking could not be finished because Amazon did not answer as it should. Nothing was "
    "stored; start again in a minute."
)
_KEYS_CHANGED = (
    "This installation's keys were changed since you were sent to Amazon. Nothing was stored; "
    "start again from the Accounts page."
)
# What went wrong, the status, the title, and the sentence where the error's own is not for people.
_ENDINGS: tuple[tuple[type[AppError], int, str, str], ...] = (
    (NotAllowed, 403, "Not allowed", ""),
    (NotFound, 404, "Not found", ""),
    (UserError, 400, "Not linked", ""),
    (OurConfig, 500, "Flightdeck is set up wrongly", _OURS),
    (Upstream, 502, "Amazon did not answer", _THEIRS),
    (Unopenable, 400, "Not linked", _KEYS_CHANGED),
)


def _framed(handler: Handler) -> Handler:
    """Return the handler with every typed error as a page of the product."""

    def framed(services: Services, request: Request, visitor: Visitor) -> Response:
        try:
            return handler(services, request, visitor)
        except (UserError, OurConfig, Upstream, Unopenable) as error:
            return _page_of(error)

    return framed


def _page_of(error: AppError) -> Response:
    _, status, title, sentence = next(row for row in _ENDINGS if isinstance(error, row[0]))
    number = reference()
    _log.warning("link failed, reference %s: %s: %s", number, type(error).__name__, error)
    return ResultPage(
        title=title,
        sentence=sentence or str(error),
        action="Back to your accounts",
        path=_ACCOUNTS,
        tone="bad",
        reference=number,
    ).response(status)
