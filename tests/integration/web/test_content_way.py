"""How the web comes to what people leave: by the store, or by Supabase where it is configured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from core.config import Settings
from core.domain.roles import Role
from core.errors import NotFound, OurConfig
from core.store.rest.project import Project
from core.web.routes import keys as key_routes
from core.web.services import Services
from tests.asgi import ask
from tests.databases import NOW, Database, Organization
from tests.integration.store.content_doors import KEYS, MINT, by_postgrest
from tests.integration.store.test_content import told
from tests.postgres_server import PostgresServer
from tests.postgrest_server import Gateway


@pytest.fixture(params=["without", "with"])
def chosen(
    request: pytest.FixtureRequest, services: Services, database: Database
) -> Iterator[Services]:
    """The web's services, without a Supabase project and, on Postgres, with one."""
    if request.param == "without" or database.kind == "sqlite":
        yield services
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with by_postgrest(server, database) as rest:
        project = Project(rest.address, "sb_publishable_test", MINT, transport=Gateway())
        yield replace(services, project=project)
        project.close()


def test_what_is_left_one_way_is_there_for_colleagues_and_the_background(
    chosen: Services, acme: Organization, other: Organization
) -> None:
    with chosen.content(acme.scope(Role.ANALYST)) as content:
        kept = content.annotations.add(told("Prices down"), NOW)
    with chosen.content(other.scope()) as content:
        assert content.annotations.all() == []
        with pytest.raises(NotFound):
            content.annotations.remove(kept.id)
    with chosen.store.reading(acme.scope(Role.VIEWER)) as tenant:
        assert tenant.annotations.all() == [kept]


def _project_settings(**changed: object) -> Settings:
    told: dict[str, object] = {
        "public_url": "https://flightdeck.example/",
        "supabase_url": "https://p.supabase.co",
        "supabase_publishable_key": "sb_publishable_x",
        "supabase_signing_keys": KEYS.text,
    }
    return Settings(**{**told, **changed})  # type: ignore[arg-type]


def test_settings_make_a_project_whose_keys_are_published_under_our_address(
    services: Services,
) -> None:
    project = Project.from_settings(_project_settings())
    assert project is not None
    assert project.mint.lifetime == timedelta(seconds=120)
    site = Starlette(routes=key_routes.routes(replace(services, project=project)))
    published = ask(site, "/.well-known/jwks.json")
    assert published.json() == KEYS.published()
    assert "max-age" in published.headers["cache-control"]
    told = ask(site, "/.well-known/openid-configuration").json()
    assert told["issuer"] == "https://flightdeck.example"
    assert told["jwks_uri"] == "https://flightdeck.example/.well-known/jwks.json"
    project.close()


def test_without_a_project_there_is_nothing_to_publish(services: Services) -> None:
    assert Project.from_settings(Settings()) is None
    assert key_routes.routes(services) == []


@pytest.mark.parametrize("missing", ["supabase_publishable_key", "supabase_signing_keys"])
def test_the_web_refuses_half_a_project(missing: str) -> None:
    names = (
        "sealing_public_keys web_key cookie_secret oidc_metadata_url oidc_client_id"
        " oidc_client_secret amazon_client_id amazon_client_secret"
    )
    whole = dict.fromkeys(names.split(), "x")
    _project_settings(**whole).for_web()
    with pytest.raises(OurConfig, match=f"Missing: {missing.upper()}"):
        _project_settings(**whole, **{missing: ""}).for_web()


def test_a_project_with_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(OurConfig, match="no private RSA key"):
        Project.from_settings(_project_settings(supabase_signing_keys="sample"))
