"""What each process of the demo is started with: its command, and only its own environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.home import Home
from sandbox.demo.trouble import Trouble
from sandbox.login.applications import amazon_applications, login_client
from sandbox.options import Options
from sandbox.streams.queues import queue_urls

ROOT = Path(__file__).resolve().parents[2]
# What any program needs of the machine; nothing else of the caller's environment is passed on.
_OF_THE_MACHINE = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE")
_SMTP_AFTER_HTTP = 1
DAYS_LIVED = 14
_STREAM_AFTER_HTTP = 2


@dataclass(frozen=True)
class Plan:
    """Ports and home of one demo, and what follows from them."""

    home: Home
    web_port: int
    sandbox_port: int
    scenario: str = "demo"
    days_lived: int = 0

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Plan:
        """Return the plan of these variables. Raises Trouble for a port that is no port."""
        scenario = environment.get("FLIGHTDECK_SCENARIO") or "demo"
        return cls(
            home=Home(Path(environment.get("FLIGHTDECK_HOME") or "var").resolve()),
            web_port=_port(environment, "FLIGHTDECK_WEB_PORT", 8501),
            sandbox_port=_port(environment, "FLIGHTDECK_SANDBOX_PORT", 8600),
            scenario=scenario,
            days_lived=_days(environment, DAYS_LIVED if scenario == "demo" else 0),
        )

    @property
    def address(self) -> str:
        """Return where people open the demo."""
        return f"http://localhost:{self.web_port}"

    @property
    def sandbox_address(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def issuer(self) -> str:
        """Return who vouches for the demo's people."""
        return f"{self.sandbox_address}/id"

    @property
    def ports(self) -> dict[str, int]:
        """Return every port that must be free, by the variable that moves it."""
        return {
            "FLIGHTDECK_WEB_PORT": self.web_port,
            "FLIGHTDECK_SANDBOX_PORT": self.sandbox_port,
            "FLIGHTDECK_SANDBOX_PORT (mail)": self.sandbox_port + _SMTP_AFTER_HTTP,
            "FLIGHTDECK_SANDBOX_PORT (queues)": self.sandbox_port + _STREAM_AFTER_HTTP,
        }

    def sandbox_command(self) -> list[str]:
        """Return how the sandbox is started; its world stays the one of the first start."""
        return [
            *_python("sandbox"),
            *("--port", str(self.sandbox_port), "--scenario", self.scenario),
            *("--anchor", self.home.anchor().isoformat()),
            *("--stream-port", str(self.sandbox_port + _STREAM_AFTER_HTTP)),
        ]

    def web_command(self) -> list[str]:
        """Return how the web process is started."""
        serve = ["run", "app.py", "--server.address", "127.0.0.1", "--server.port"]
        return [*_python("streamlit"), *serve, str(self.web_port)]

    def scheduler_command(self) -> list[str]:
        """Return how the scheduler is started."""
        return [sys.executable, "scheduler.py"]

    def migrate_command(self) -> list[str]:
        """Return how the database is brought to the present schema."""
        return _python("core.store.migrate")

    def machine(self) -> dict[str, str]:
        """Return what every process may know."""
        return {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}

    def shared(self) -> dict[str, str]:
        """Return what every process of the product is told."""
        return {
            **self.machine(),
            "FLIGHTDECK_ENV": "demo",
            "FLIGHTDECK_HOME": str(self.home.path),
            "FLIGHTDECK_CLOCK_URL": f"{self.sandbox_address}/_sandbox/clock",
            "PUBLIC_URL": self.address,
        }

    def web(self) -> dict[str, str]:
        """Return the web's environment: it can seal tokens and open none."""
        keys, client = self.home.keys(), login_client(self._options)
        return {
            **self.shared(),
            **self._amazon(),
            **self._sessions(),
            **self._queues(),
            "SEALING_PUBLIC_KEYS": keys["SEALING_PUBLIC_KEYS"],
            "WEB_KEY": keys["WEB_KEY"],
            "COOKIE_SECRET": keys["COOKIE_SECRET"],
            "OIDC_METADATA_URL": f"{self.issuer}/.well-known/openid-configuration",
            "OIDC_CLIENT_ID": client.client_id,
            "OIDC_CLIENT_SECRET": client.client_secret,
            "OIDC_LABEL": "Log in with the demo's identity provider",
        }

    def _sessions(self) -> dict[str, str]:
        """Return limits that a session outlives while days pass in seconds."""
        if not self.days_lived:
            return {}
        hours = str(24 * (self.days_lived + 7))
        return {
            "SESSION_IDLE_HOURS": hours,
            "SESSION_ABSOLUTE_HOURS": hours,
            "SESSION_FOLLOWS_ID_TOKEN": "false",
        }

    def scheduler(self) -> dict[str, str]:
        """Return the scheduler's environment: the only one with the private keys."""
        keys = self.home.keys()
        return {
            **self.shared(),
            **self._amazon(),
            **self._queues(),
            "STREAM_ENDPOINT_URL": self._stream_address,
            "STREAM_ACCESS_KEY_ID": "sandbox",
            "STREAM_SECRET_ACCESS_KEY": "sandbox",
            "STREAM_WAIT_SECONDS": "1",
            "SEALING_PUBLIC_KEYS": keys["SEALING_PUBLIC_KEYS"],
            "SEALING_PRIVATE_KEYS": keys["SEALING_PRIVATE_KEYS"],
            # The sandbox builds a report in seconds, where Amazon takes minutes to hours.
            "REPORT_POLL_FIRST_SECONDS": "3",
            "REPORT_POLL_MAX_SECONDS": "30",
            # Days that are lived through in seconds bring all their reports at once.
            "SCHEDULER_WORKERS": "6",
            # Comparisons and older days take time, and tests of the start want it quick.
            "UNIFIED_REPORTS": "false" if self.scenario == "tiny" else "true",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.sandbox_port + _SMTP_AFTER_HTTP),
            "SMTP_STARTTLS": "false",
            "MAIL_FROM": "flightdeck@flightdeck.example",
        }

    def _amazon(self) -> dict[str, str]:
        application = next(iter(amazon_applications(self._options).values()))
        told = {
            "AMAZON_CLIENT_ID": application.client_id,
            "AMAZON_CLIENT_SECRET": application.client_secret,
        }
        for region in ("na", "eu", "fe"):
            base = f"{self.sandbox_address}/{region}"
            told |= {
                f"AMAZON_{region.upper()}_AUTHORIZE_URL": f"{base}/ap/oa",
                f"AMAZON_{region.upper()}_TOKEN_URL": f"{base}/auth/o2/token",
                f"AMAZON_{region.upper()}_PROFILE_URL": f"{base}/user/profile",
                f"AMAZON_{region.upper()}_API_URL": f"{base}/api",
            }
        return told

    @property
    def _stream_address(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port + _STREAM_AFTER_HTTP}"

    def _queues(self) -> dict[str, str]:
        urls = queue_urls(self._stream_address)
        return {f"STREAM_{region.upper()}_QUEUE_URL": url for region, url in urls.items()}

    @property
    def _options(self) -> Options:
        return Options(port=self.sandbox_port)


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _days(environment: Mapping[str, str], default: int) -> int:
    text = environment.get("FLIGHTDECK_DAYS_LIVED") or str(default)
    if not text.isdigit() or int(text) > 60:
        raise Trouble(f"FLIGHTDECK_DAYS_LIVED is {text!r}; it takes a number of days up to 60.")
    return int(text)


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65535:
        raise Trouble(f"{name} is {text!r}; a port is a number from 1 to 65534.")
    return int(text)
