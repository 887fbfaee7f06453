"""The front: every request of a client passes here, is written down, and may be broken on
purpose or turned away for coming too fast."""

from __future__ import annotations

import time
from urllib.parse import parse_qs

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.access import ACCOUNT, REGIONS, SCOPE
from sandbox.answers import Refusal
from sandbox.breaking import Outward, answer_instead, captured, delayed, patched, sent
from sandbox.calls import Call, CallLog, operation_of
from sandbox.faults import Faults
from sandbox.login.token_endpoint import basic_credentials
from sandbox.login.tokens import Grant, Tokens
from sandbox.throttle import Throttle

_UNSEEN = ("/_sandbox", "/mail")
_UNLIMITED = {"authorize", "token", "user_profile", "download", "identity", "other"}


class Front:
    """Wraps the application: log, faults, limits, request ids."""

    def __init__(
        self, app: ASGIApp, calls: CallLog, faults: Faults, throttle: Throttle, tokens: Tokens
    ) -> None:
        self._app, self._calls = app, calls
        self._faults, self._throttle, self._tokens = faults, throttle, tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_UNSEEN):
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        call = self._described(scope, body)
        self._calls.add(call)
        started = time.monotonic()
        try:
            await self._answered(scope, body, call, Outward(send, call))
        finally:
            self._calls.done(call, (time.monotonic() - started) * 1000)

    async def _answered(self, scope: Scope, body: bytes, call: Call, outward: Outward) -> None:
        faults = self._faults.on_call(call)
        call.faults = [fault.fault_id for fault in faults]
        await delayed(faults, outward)
        instead = answer_instead(faults)
        if instead is not None and not any(f.effects.get("swallow") for f in faults):
            await instead(scope, replayed(body), outward)
            return
        app = self._limited(call) or self._app
        if not faults:
            await app(scope, replayed(body), outward)
            return
        answer = await captured(app, scope, replayed(body))
        if instead is not None:
            await instead(scope, replayed(body), outward)
            return
        await sent(patched(answer, faults), faults, outward)

    def _limited(self, call: Call) -> ASGIApp | None:
        if call.operation in _UNLIMITED:
            return None
        return self._throttle.refusal(call.operation, call.region, call.client, call.detail)

    def _described(self, scope: Scope, body: bytes) -> Call:
        headers, path = Headers(scope=scope), scope["path"]
        form = _form(headers, body)
        grant = self._grant(headers, form)
        client = headers.get("amazon-advertising-api-clientid") or headers.get(
            "amazon-ads-clientid", ""
        )
        region = path.split("/")[1]
        operation = operation_of(scope["method"], path)
        return Call(
            at=self._faults.now(),
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            operation=operation,
            region=region if region in REGIONS else "",
            client=client or form.get("client_id", ""),
            account=grant.user_id if grant else "",
            grant=grant.grant_id if grant else "",
            scope=headers.get(SCOPE) or headers.get(ACCOUNT, ""),
            detail=form.get("grant_type", "") or _report_type(operation, body),
        )

    def _grant(self, headers: Headers, form: dict[str, str]) -> Grant | None:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        shown = form.get("refresh_token") or form.get("code", "")
        return self._tokens.recognised(shown or (bearer if scheme == "Bearer" else ""))


async def _whole_body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return body


def replayed(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _form(headers: Headers, body: bytes) -> dict[str, str]:
    if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    form = {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}
    try:
        return {**form, **basic_credentials(headers.get("authorization", ""))}
    except Refusal:
        return form


def _report_type(operation: str, body: bytes) -> str:
    if operation != "create_report":
        return ""
    try:
        return str(orjson.loads(body)["configuration"]["reportTypeId"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
