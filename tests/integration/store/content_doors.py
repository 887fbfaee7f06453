"""The ways to what people leave: in a transaction of the store, and through a real PostgREST."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from core.domain.scope import TenantScope
from core.security.signing import AUDIENCE, SigningKeys, TokenMint
from core.store.content.content import Content
from core.store.rest.project import Project
from core.store.store import Process, Store
from tests.databases import Database
from tests.postgres_server import PostgresServer
from tests.postgrest_server import Gateway, PostgrestServer

Doors = Callable[[TenantScope], AbstractContextManager[Content]]
ISSUER = "https://flightdeck.example"
KEYS = SigningKeys(()).added().added()
MINT = TokenMint(KEYS, ISSUER, timedelta(seconds=60))


@contextmanager
def by_transaction(database: Database) -> Iterator[Doors]:
    """Yield the way through the web process's store."""
    store = Store.open(database.address, Process.WEB)

    @contextmanager
    def opened(scope: TenantScope) -> Iterator[Content]:
        with store.writing(scope) as tenant:
            yield tenant

    yield opened
    store.close()


@contextmanager
def by_postgrest(server: PostgresServer, database: Database) -> Iterator[PostgrestServer]:
    """Yield a PostgREST over the test's database that knows the keys of `MINT`."""
    name = database.address.rpartition("/")[2]
    rest = PostgrestServer(server, name, KEYS.published(), AUDIENCE)
    yield rest
    rest.stop()


@contextmanager
def as_persons(rest: PostgrestServer, mint: TokenMint = MINT) -> Iterator[Doors]:
    """Yield the way through a Supabase project whose PostgREST is `rest`."""
    project = Project(rest.address, "sb_publishable_test", mint, transport=Gateway())

    @contextmanager
    def opened(scope: TenantScope) -> Iterator[Content]:
        yield project.content(scope)

    yield opened
    project.close()
