"""A small Amazon Ads client: enough to ask for tokens, accounts and reports."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.sandbox_process import SandboxProcess

START = "2026-06-15T14:00:00+00:00"
CREATE = "application/vnd.createasyncreportrequest.v3+json"
CAMPAIGN = ("campaign", "ad", "creative")
Row = dict[str, Any]


@dataclass
class Amazon:
    """A client of one Amazon user in one region."""

    sandbox: SandboxProcess
    slug: str
    region: str = "na"
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def linked(cls, sandbox: SandboxProcess, slug: str, region: str = "na") -> Amazon:
        """Return a client with a fresh access token."""
        amazon = cls(sandbox, slug, region)
        amazon.token = amazon.refresh().json()["access_token"]
        return amazon

    @property
    def user(self) -> dict[str, Any]:
        return self.sandbox.user(self.slug)

    @property
    def profile(self) -> str:
        """Return the first profile of the region."""
        here = (p for p in self.user["profiles"] if p["region"] == self.region.upper())
        return str(next(here)["profileId"])

    @property
    def advertisers(self) -> list[str]:
        """Return the ids of the advertisers below the first profile."""
        answer = self.get("/dsp/advertisers", scope=self.profile).json()
        return [each["advertiserId"] for each in answer["response"]]

    def refresh(self, **changed: str) -> httpx.Response:
        """Ask for an access token."""
        known = self.sandbox.credentials
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.user["refresh_token"],
            "client_id": known["client_id"],
            "client_secret": known["client_secret"],
            **changed,
        }
        return self.sandbox.http.post(f"/{self.region}/auth/o2/token", data=form)

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self._ask("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self._ask("POST", path, **how)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        scope: str = "",
        account: str = "",
        token: str = "",
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {token or self.token}",
            "Amazon-Advertising-API-ClientId": self.sandbox.credentials["client_id"],
            **({"Amazon-Advertising-API-Scope": scope} if scope else {}),
            **({"Amazon-Ads-AccountId": account} if account else {}),
            **(headers or {}),
        }
        return self.sandbox.http.request(method, f"/{self.region}/api{path}", headers=sent, **how)

    # Reports

    def create(self, body: dict[str, Any], *, scope: str = "", account: str = "") -> httpx.Response:
        """Ask for a report with one of the two headers; the agency's profile by default."""
        scope = scope or ("" if account else self.profile)
        return self.post(
            "/reporting/reports",
            scope=scope,
            account=account,
            headers={"Content-Type": CREATE},
            content=json.dumps(body),
        )

    def status(self, report_id: str, *, scope: str = "", account: str = "") -> dict[str, Any]:
        scope = scope or ("" if account else self.profile)
        answer = self.get(f"/reporting/reports/{report_id}", scope=scope, account=account)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def finished(self, body: dict[str, Any], **header: str) -> dict[str, Any]:
        """Ask for a report, let ten seconds pass, return it as it is then."""
        report_id = self.create(body, **header).raise_for_status().json()["reportId"]
        self.sandbox.advance(seconds=10)
        return self.status(report_id, **header)

    def rows(self, body: dict[str, Any], **header: str) -> list[Row]:
        """Return the rows of a report."""
        content = httpx.get(self.finished(body, **header)["url"], trust_env=False).content
        found: list[Row] = json.loads(gzip.decompress(content))
        return found


def report(
    advertisers: list[str],
    columns: list[str],
    *,
    kind: str = "dspCampaign",
    group_by: tuple[str, ...] = CAMPAIGN,
    start: str = "2026-06-01",
    end: str = "2026-06-14",
    time_unit: str = "DAILY",
    **changed: Any,
) -> dict[str, Any]:
    """Return the body of a report request."""
    return {
        "name": "a report",
        "startDate": start,
        "endDate": end,
        "configuration": {
            "adProduct": "DEMAND_SIDE_PLATFORM",
            "reportTypeId": kind,
            "groupBy": list(group_by),
            "columns": columns,
            "filters": [{"field": "advertiserId", "values": advertisers}],
            "timeUnit": time_unit,
            "format": "GZIP_JSON",
            **changed,
        },
    }


def truth(sandbox: SandboxProcess, advertiser: str, **query: str) -> list[Row]:
    """Return the simulation's own totals."""
    asked = {"advertiserId": advertiser, "from": "2026-06-01", "to": "2026-06-14", **query}
    found: list[Row] = sandbox.http.get("/_sandbox/truth/daily", params=asked).json()["rows"]
    return found
