"""The first demo person, walking the whole path over HTTP as anybody would in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

from sandbox.demo.trouble import Trouble

OWNER = "person-owner"
ORGANIZATION = "Demo Agency"
REGIONS = ("NA", "EU", "FE")
Wait = Callable[[Callable[[], bool], str, float], None]


@dataclass
class Person:
    """A browser without a window: cookies are kept, redirects followed."""

    address: str
    subject: str = OWNER
    browser: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=30.0, follow_redirects=True, trust_env=False)
    )

    def log_in(self) -> None:
        """Log in at the identity provider's page by choosing this person."""
        page = self.browser.get(f"{self.address}/login")
        self.submit(page, person=self.subject, decision="login")
        if not self.ask("GET", "/api/v1/status")["person"]:
            raise Trouble("The demo person could not log in. See the log of the web process.")

    def log_out(self) -> None:
        """End the session, as the link in the sidebar does."""
        self.browser.get(f"{self.address}/auth/logout")

    def found(self, name: str = ORGANIZATION) -> str:
        """Return the id of the organization, founded unless the person already has one."""
        mine = self.ask("GET", "/api/v1/status")["organizations"]
        if mine:
            return str(mine[0]["id"])
        return str(self.ask("POST", "/api/v1/organizations", {"name": name})["id"])

    def link(self, org_id: str, amazon_user: str | None = None) -> None:
        """Link Amazon in every region that is not linked yet, by clicking Allow."""
        linked = {link["region"] for link in self.connections(org_id)}
        chosen = {"user": amazon_user} if amazon_user else {}
        for region in REGIONS:
            if region not in linked:
                done = self.consent(org_id, region, decision="allow", **chosen)
                if done.status_code != 200 or "Linked" not in done.text:
                    raise Trouble(f"Linking {region} ended with {done.status_code} at {done.url}.")

    def consent(self, org_id: str, region: str, **filled: str) -> httpx.Response:
        """Return where Amazon's consent page leads in a region, filled in like this."""
        start = f"{self.address}/oauth/amazon/start"
        page = self.browser.get(start, params={"region": region, "org": org_id})
        return self.submit(page, **filled)

    def choose(self, org_id: str, wait: Wait, named: str = "") -> int:
        """Keep every advertiser that discovery finds, once it has looked; return how many.

        Only those whose name begins with `named`.
        """
        wait(lambda: self._is_discovered(org_id), "The discovery of advertisers", 120.0)
        found = self.ask("GET", f"/api/v1/advertisers?org={org_id}")["advertisers"]
        ids = [a["advertiser_id"] for a in found if a["name"].startswith(named)]
        self.ask("PUT", f"/api/v1/advertisers?org={org_id}", {"advertiser_ids": ids})
        return len(ids)

    def connections(self, org_id: str) -> list[dict[str, Any]]:
        """Return the organization's links as the API tells them."""
        found: list[dict[str, Any]] = self.ask("GET", f"/api/v1/connections?org={org_id}")[
            "connections"
        ]
        return found

    def organization(self) -> str:
        """Return the id of the organization that the person founded."""
        return str(self.ask("GET", "/api/v1/status")["organizations"][0]["id"])

    def work(self, org_id: str) -> dict[str, int]:
        """Return what the background has to do about now: reports, base facts' ones, jobs."""
        left: dict[str, int] = self.ask("GET", f"/api/v1/work?org={org_id}")
        return left

    def _is_discovered(self, org_id: str) -> bool:
        return all(link["discovered_at"] for link in self.connections(org_id))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return what the API answers. Raises Trouble for an error."""
        answer = self.browser.request(
            method, self.address + path, json=body, headers={"Origin": self.address}
        )
        if answer.is_error:
            raise Trouble(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()

    def submit(self, page: httpx.Response, **filled: str) -> httpx.Response:
        """Return where a page's form leads, filled in like this."""
        form = _Form.of(page.text)
        if form.action is None:
            raise Trouble(f"{page.url.path} answered {page.status_code} without a form.")
        target = urljoin(str(page.url), form.action)
        return self.browser.post(target, data={**form.fields, **filled})


class _Form(HTMLParser):
    """The first form of a page: where it goes, and what it is filled with."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}

    @classmethod
    def of(cls, html: str) -> _Form:
        form = cls()
        form.feed(html)
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = told.get("action", "")
        elif tag == "input" and "name" in told:
            is_choice = told.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in told:
                self.fields[told["name"]] = told.get("value", "")
