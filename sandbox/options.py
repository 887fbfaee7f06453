"""What can be chosen when the sandbox starts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

AMAZON_CALLBACK = "/oauth/amazon/callback"
LOGIN_CALLBACK = "/oauth2callback"


@dataclass(frozen=True)
class Options:
    """One start of the sandbox."""

    port: int = 8600
    smtp_port: int = 8601
    seed: int = 7
    today: date | None = None
    anchor: date | None = None
    scenario: str = "demo"
    scale: int = 1
    throttle: bool = True
    builds: str = "fast"
    stream_port: int | None = None
    redirect_uris: tuple[str, ...] = ()
    login_redirect_uris: tuple[str, ...] = ()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> Self:
        """Return the options of a command line; exits with a sentence when they are wrong."""
        chosen = _parser().parse_args(arguments)
        return cls(
            port=chosen.port,
            smtp_port=chosen.smtp_port or chosen.port + 1,
            seed=chosen.seed,
            today=chosen.today,
            anchor=chosen.anchor,
            scenario=chosen.scenario,
            scale=chosen.scale,
            throttle=chosen.throttle == "on",
            builds=chosen.builds,
            stream_port=chosen.stream_port,
            redirect_uris=tuple(chosen.redirect_uri),
            login_redirect_uris=tuple(chosen.login_redirect_uri),
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A stand-in for Amazon: Login with Amazon, the Ads API, an identity provider "
        "and a mail catcher, over HTTP on 127.0.0.1. See sandbox/README.md.",
    )
    add = parser.add_argument
    add("--port", type=int, default=8600, help="HTTP port (default 8600)")
    add("--smtp-port", type=int, default=None, help="mail port (default: the HTTP port + 1)")
    add("--seed", type=int, default=7, help="the world's seed; the same seed, the same bytes")
    add("--today", type=_day, default=None, help="the day the clock starts on (default: today)")
    add(
        "--anchor",
        type=_day,
        default=None,
        help="the day the world is planned around (default: --today); keep it over restarts",
    )
    add("--scenario", choices=("demo", "tiny"), default="demo")
    add("--scale", type=_positive, default=1, help="multiplies the ordinary orders, for load")
    add("--throttle", choices=("on", "off"), default="on")
    add(
        "--builds",
        choices=("fast", "real"),
        default="fast",
        help="reports take 1-6 seconds, or seconds to three hours, by the sandbox's clock",
    )
    add(
        "--stream-port",
        type=int,
        default=None,
        help="port of the queues that Amazon Marketing Stream sends to; 0: any (default: none)",
    )
    add(
        "--redirect-uri",
        action="append",
        default=[],
        help=f"allowed return address of the Amazon applications; repeatable "
        f"(default: any port of localhost with the path {AMAZON_CALLBACK})",
    )
    add(
        "--login-redirect-uri",
        action="append",
        default=[],
        help=f"the same for the login client (default path: {LOGIN_CALLBACK})",
    )
    return parser


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
