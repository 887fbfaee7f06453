"""Settings: one frozen object read once from the environment. Nothing else reads os.environ.

Each process is given only its own part of the environment. `for_web` and `for_scheduler`
refuse, with one sentence per variable, what that process cannot run without.
Every variable is listed with unit and default in `.env.example`; a test holds the two equal.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.domain.regions import Region
from core.errors import OurConfig


class Environment(StrEnum):
    """Where this runs. The demo may do without what production must have."""

    DEMO = "demo"
    PRODUCTION = "production"


class Founding(StrEnum):
    """Who may found an organization."""

    OPEN = "open"
    DOMAIN = "domain"
    INVITATION = "invitation"


class Settings(BaseSettings):
    """Everything that can be set, with units in names and defaults that fit a laptop."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    # where it runs
    flightdeck_env: Environment = Environment.PRODUCTION
    flightdeck_home: Path = Path("var")
    public_url: str = "http://localhost:8501"
    flightdeck_clock_url: str = ""
    log_level: str = "INFO"

    # state and lake
    database_url: SecretStr = SecretStr("")
    lake_url: str = ""
    lake_storage_options: SecretStr = SecretStr("")
    serving_memory_mb: int = Field(default=1024, ge=128)
    serving_threads: int = Field(default=2, ge=1)
    serving_disk_gb: int = Field(default=20, ge=1)
    download_rows_max: int = Field(default=1_000_000, ge=1)

    # Supabase: what people leave is read and written as the person; without it, as everything else
    supabase_url: str = ""
    supabase_publishable_key: str = ""
    supabase_signing_keys: SecretStr = SecretStr("")
    supabase_token_seconds: int = Field(default=120, ge=60, le=300)

    # people: login by OpenID Connect, our own session on top
    oidc_metadata_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_label: str = "Log in"
    cookie_secret: SecretStr = SecretStr("")
    session_idle_hours: float = Field(default=12.0, gt=0)
    session_absolute_hours: float = Field(default=168.0, gt=0)
    session_follows_id_token: bool = True
    invitation_hours: float = Field(default=72.0, gt=0)
    founding: Founding = Founding.OPEN
    founding_domains: str = ""

    # Amazon: the application's own registration, and the hosts (or the sandbox's)
    amazon_client_id: str = ""
    amazon_client_secret: SecretStr = SecretStr("")
    amazon_scope: str = "advertising::campaign_management profile"
    amazon_na_authorize_url: str = "https://www.amazon.com/ap/oa"
    amazon_eu_authorize_url: str = "https://eu.account.amazon.com/ap/oa"
    amazon_fe_authorize_url: str = "https://apac.account.amazon.com/ap/oa"
    amazon_na_token_url: str = "https://api.amazon.com/auth/o2/token"  # noqa: S105
    amazon_eu_token_url: str = "https://api.amazon.co.uk/auth/o2/token"  # noqa: S105
    amazon_fe_token_url: str = "https://api.amazon.co.jp/auth/o2/token"  # noqa: S105
    amazon_na_profile_url: str = "https://api.amazon.com/user/profile"
    amazon_eu_profile_url: str = "https://api.amazon.co.uk/user/profile"
    amazon_fe_profile_url: str = "https://api.amazon.co.jp/user/profile"
    amazon_na_api_url: str = "https://advertising-api.amazon.com"
    amazon_eu_api_url: str = "https://advertising-api-eu.amazon.com"
    amazon_fe_api_url: str = "https://advertising-api-fe.amazon.com"
    amazon_connect_timeout_seconds: float = Field(default=5.0, gt=0)
    amazon_read_timeout_seconds: float = Field(default=30.0, gt=0)
    amazon_total_timeout_seconds: float = Field(default=60.0, gt=0)
    amazon_requests_per_second: float = Field(default=4.0, gt=0)
    amazon_report_creates_per_minute: float = Field(default=6.0, gt=0)

    # keys: the web holds the public ones, only the scheduler the private ones
    sealing_public_keys: str = ""
    sealing_private_keys: SecretStr = SecretStr("")
    web_key: SecretStr = SecretStr("")

    # the background
    # One hand is kept for jobs, so a single one would never fetch a report.
    scheduler_workers: int = Field(default=4, ge=2, le=64)
    scheduler_tick_seconds: float = Field(default=0.5, gt=0)
    job_lease_seconds: float = Field(default=20.0, gt=0)
    drain_seconds: float = Field(default=10.0, gt=0)
    token_refresh_margin_seconds: float = Field(default=900.0, gt=0)
    token_refreshes_per_second: float = Field(default=5.0, gt=0)
    token_lease_seconds: float = Field(default=20.0, gt=0)
    report_poll_first_seconds: float = Field(default=120.0, gt=0)
    report_poll_max_seconds: float = Field(default=1800.0, gt=0)
    report_give_up_hours: float = Field(default=6.0, gt=0)
    unified_reports: bool = True
    report_bytes_max: int = Field(default=2_000_000_000, ge=1)

    # Amazon Marketing Stream: a queue of ours a region that Amazon sends hours to; empty: none
    stream_na_queue_url: str = ""
    stream_eu_queue_url: str = ""
    stream_fe_queue_url: str = ""
    stream_endpoint_url: str = ""
    stream_access_key_id: str = ""
    stream_secret_access_key: SecretStr = SecretStr("")
    stream_wait_seconds: int = Field(default=5, ge=0, le=20)

    # mail
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True
    mail_from: str = ""

    @classmethod
    def load(cls) -> Self:
        """Return the settings of this environment.

        Raises OurConfig naming each variable that cannot be read, and never its value.
        """
        try:
            return cls()
        except ValidationError as error:
            faults = (
                f"{str(fault['loc'][0]).upper()}: {fault['msg']}"
                for fault in error.errors(include_input=False, include_url=False)
            )
            raise OurConfig("Settings are wrong. " + "; ".join(faults)) from None

    def for_web(self) -> Self:
        """Return self when the web process can run on it. Raises OurConfig otherwise."""
        self._refuse(
            {
                "SEALING_PUBLIC_KEYS": self.sealing_public_keys,
                "WEB_KEY": self.web_key.get_secret_value(),
                "COOKIE_SECRET": self.cookie_secret.get_secret_value(),
                "OIDC_METADATA_URL": self.oidc_metadata_url,
                "OIDC_CLIENT_ID": self.oidc_client_id,
                "OIDC_CLIENT_SECRET": self.oidc_client_secret.get_secret_value(),
                "AMAZON_CLIENT_ID": self.amazon_client_id,
                "AMAZON_CLIENT_SECRET": self.amazon_client_secret.get_secret_value(),
            }
        )
        if self.supabase_url:
            self._refuse(
                {
                    "SUPABASE_PUBLISHABLE_KEY": self.supabase_publishable_key,
                    "SUPABASE_SIGNING_KEYS": self.supabase_signing_keys.get_secret_value(),
                }
            )
        if self.sealing_private_keys.get_secret_value():
            raise OurConfig("SEALING_PRIVATE_KEYS is set: the web process must not hold it.")
        return self

    def for_scheduler(self) -> Self:
        """Return self when the scheduler can run on it. Raises OurConfig otherwise."""
        self._refuse(
            {
                "SEALING_PUBLIC_KEYS": self.sealing_public_keys,
                "SEALING_PRIVATE_KEYS": self.sealing_private_keys.get_secret_value(),
                "AMAZON_CLIENT_ID": self.amazon_client_id,
                "AMAZON_CLIENT_SECRET": self.amazon_client_secret.get_secret_value(),
            }
        )
        return self

    def _refuse(self, needed: dict[str, str]) -> None:
        missing = [name for name, value in needed.items() if not value]
        if missing:
            raise OurConfig(
                f"Missing: {', '.join(missing)}. See .env.example; "
                "`python -m core.security.keys` makes keys."
            )
        if self.flightdeck_clock_url and self.flightdeck_env is Environment.PRODUCTION:
            raise OurConfig("FLIGHTDECK_CLOCK_URL is for the demo and tests only.")

    @property
    def is_https(self) -> bool:
        """Return whether people reach us over TLS; cookies are Secure exactly then."""
        return self.public_url.startswith("https://")

    @cached_property
    def database(self) -> str:
        """Return the SQLAlchemy address of the state; SQLite in the home folder by default."""
        url = self.database_url.get_secret_value()
        if not url:
            return f"sqlite:///{self.flightdeck_home / 'flightdeck.db'}"
        for scheme in ("postgresql://", "postgres://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url

    @cached_property
    def lake(self) -> str:
        """Return the folder or object-store address of the lake."""
        return self.lake_url or str(self.flightdeck_home / "lake")

    def authorize_url(self, region: Region) -> str:
        """Return the consent page's address in `region`."""
        return str(getattr(self, f"amazon_{region.lower()}_authorize_url"))

    def token_url(self, region: Region) -> str:
        """Return the token endpoint in `region`."""
        return str(getattr(self, f"amazon_{region.lower()}_token_url"))

    def amazon_user_url(self, region: Region) -> str:
        """Return the address that tells who the Amazon user is, in `region`."""
        return str(getattr(self, f"amazon_{region.lower()}_profile_url"))

    def stream_queue_url(self, region: Region) -> str:
        """Return the address of the queue that takes a region's stream; "" where there is none."""
        return str(getattr(self, f"stream_{region.lower()}_queue_url"))

    def api_url(self, region: Region) -> str:
        """Return the Ads API's address in `region`, without a trailing slash."""
        return str(getattr(self, f"amazon_{region.lower()}_api_url")).rstrip("/")
