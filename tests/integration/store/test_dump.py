"""A dump of the whole state gives away no token (acceptance case 44, the state's part)."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from core.domain.regions import Region
from core.domain.roles import Role
from core.security import keys
from core.security.sealing import Purpose, SealContext, Sealer
from core.security.secret import Secret
from core.security.tokens import new_token
from core.security.webkey import WebKey
from core.store.accounts.connections import AmazonUser
from core.store.accounts.credentials import Grant
from core.store.identity.people import Identity
from core.store.schema import METADATA
from core.store.store import Store
from tests.databases import NOW, Database, Organization
from tests.integration.store.makers import DAY, HOUR

KEYS = keys.generated()
REFRESH, ACCESS = Secret("Atzr|canary-refresh-7d1f"), Secret("Atza|canary-access-03bc")
VERIFIER = Secret("canary-verifier-55aa")


def everything(database: Database) -> bytes:
    """Return the state as whoever stole the disk, or a backup, would have it."""
    if database.kind == "sqlite":
        path = Path(database.address.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    with database.owner.connect() as connection:
        rows = [
            repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row))
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        ]
    return "\n".join(rows).encode()


def used(store: Store, org: Organization) -> list[Secret]:
    """Do what leaves secrets behind, for one organization; return them."""
    session, state, invitation, download = (new_token() for _ in range(4))
    ends = {"now": NOW, "expires_at": NOW + HOUR}
    with store.people() as door:
        person = door.sessions.recognize(Identity("https://login.example", org.id), NOW)
        door.sessions.open_session(person, session, NOW, absolute_end_at=NOW + DAY)
    web_key = WebKey.from_setting(Secret(KEYS["WEB_KEY"]))
    box = web_key.encrypt(VERIFIER, purpose="pkce", context=state.reveal())
    sealer = Sealer.from_setting(KEYS["SEALING_PUBLIC_KEYS"])
    with store.writing(org.scope()) as tenant:
        tenant.oauth_states.begin(
            state, session_id="s", region=Region.NA, verifier_sealed=box, **ends
        )
        tenant.invitations.create("new@mail.example", Role.VIEWER, invitation, **ends)
        tenant.downloads.create(download, session_id="s", file_name="f", spec={}, **ends)
        connection_id = tenant.connections.link(Region.NA, AmazonUser("amzn1.account.A"), NOW)
        refresh = SealContext(org.id, connection_id, Purpose.REFRESH_TOKEN)
        access = SealContext(org.id, connection_id, Purpose.ACCESS_TOKEN)
        until = NOW + timedelta(hours=1)
        grant = Grant(sealer.seal(ACCESS, access), until, until)
        tenant.credentials.put(connection_id, sealer.seal(REFRESH, refresh), NOW, grant)
        tenant.audit.add("link account", connection_id, NOW)
    return [session, state, invitation, download, REFRESH, ACCESS, VERIFIER]


def test_no_token_stands_in_the_state_in_any_spelling(
    store: Store, database: Database, acme: Organization, other: Organization
) -> None:
    secrets = [*used(store, acme), *used(store, other)]
    secrets += [Secret(value.partition(":")[2] or value) for value in KEYS.values()]
    public = KEYS["SEALING_PUBLIC_KEYS"].partition(":")[2]
    store.close()
    dump = everything(database)
    assert b"amzn1.account.A" in dump  # it is the state that was looked at
    for secret in secrets:
        raw = secret.reveal().encode()
        spellings = (raw, raw.hex().encode(), base64.b64encode(raw)[:-4])
        assert secret.reveal() == public or not any(s in dump for s in spellings)
