"""Rotation: everything under the new key, one bad row never stops the others."""

from __future__ import annotations

import pytest

from core.errors import Unopenable
from core.security import keys
from core.security.sealing import Opener, Purpose, SealContext, Sealed, Sealer
from core.security.secret import Secret
from core.store import reseal as command
from core.store.accounts.credentials import Grant
from core.store.reseal import reseal
from core.store.store import Store
from tests.databases import NOW, Database, Organization
from tests.integration.store.makers import HOUR, linked

OLD, NEW = keys.generated(), keys.generated()
PUBLIC = f"{NEW['SEALING_PUBLIC_KEYS']},{OLD['SEALING_PUBLIC_KEYS']}"
PRIVATE = f"{NEW['SEALING_PRIVATE_KEYS']},{OLD['SEALING_PRIVATE_KEYS']}"
TOKEN = Secret("Atzr|IQEBLzAtAhR")


def sealed_by(sealer: Sealer, store: Store, org: Organization, user: str) -> str:
    connection_id = linked(store, org, user)

    def box(purpose: Purpose) -> Sealed:
        return sealer.seal(TOKEN, SealContext(org.id, connection_id, purpose))

    grant = Grant(box(Purpose.ACCESS_TOKEN), NOW + HOUR, NOW + HOUR)
    with store.writing(org.scope()) as tenant:
        tenant.credentials.put(connection_id, box(Purpose.REFRESH_TOKEN), NOW, grant)
    return connection_id


def test_every_box_of_every_tenant_goes_under_the_new_key_and_still_opens(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    old = Sealer.from_setting(OLD["SEALING_PUBLIC_KEYS"])
    ids = {
        org.id: [sealed_by(old, store, org, f"amzn1.account.{n}") for n in range(3)]
        for org in (acme, other)
    }
    both = Sealer.from_setting(PUBLIC)
    current = sealed_by(both, store, acme, "amzn1.account.new")
    outcome = reseal(background, both, Opener.from_setting(Secret(PRIVATE)))
    assert (outcome.resealed, outcome.refused) == (6, {})
    with background.system() as system:
        assert system.credentials.key_ids() == {both.active_key_id: 14}
    new_only = Opener.from_setting(Secret(NEW["SEALING_PRIVATE_KEYS"]))
    for org, connection_ids in ((acme, [*ids[acme.id], current]), (other, ids[other.id])):
        for connection_id in connection_ids:
            with background.reading(org.job) as tenant:
                kept = tenant.credentials.get(connection_id)
            context = SealContext(org.id, connection_id, Purpose.REFRESH_TOKEN)
            assert new_only.open(kept.refresh, context) == TOKEN
            access = SealContext(org.id, connection_id, Purpose.ACCESS_TOKEN)
            assert kept.access is not None
            assert new_only.open(kept.access, access) == TOKEN
    assert reseal(background, both, new_only).resealed == 0


def test_a_row_that_does_not_open_is_named_kept_and_stops_nothing(
    store: Store, background: Store, acme: Organization
) -> None:
    old = Sealer.from_setting(OLD["SEALING_PUBLIC_KEYS"])
    good = sealed_by(old, store, acme, "amzn1.account.good")
    stray = Sealer.from_setting(keys.generated()["SEALING_PUBLIC_KEYS"])
    bad = sealed_by(stray, store, acme, "amzn1.account.bad")
    both, opener = Sealer.from_setting(PUBLIC), Opener.from_setting(Secret(PRIVATE))
    outcome = reseal(background, both, opener)
    assert outcome.resealed == 1
    [(named, sentence)] = outcome.refused.items()
    assert named == bad
    assert stray.active_key_id in sentence
    with background.reading(acme.job) as tenant:
        kept = tenant.credentials.get(bad)
        context = SealContext(acme.id, bad, Purpose.REFRESH_TOKEN)
        with pytest.raises(Unopenable):
            opener.open(kept.refresh, context)
        assert tenant.credentials.get(good).refresh.key_id == both.active_key_id


def test_the_command_says_what_is_left_and_shows_no_key(
    store: Store,
    database: Database,
    acme: Organization,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = Sealer.from_setting(OLD["SEALING_PUBLIC_KEYS"])
    sealed_by(old, store, acme, "amzn1.account.A")
    environment = {
        "DATABASE_URL": database.address,
        "SEALING_PUBLIC_KEYS": PUBLIC,
        "SEALING_PRIVATE_KEYS": PRIVATE,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().out == f"{old.active_key_id}: 2 boxes\n"
    assert command.main([]) == 0
    new = Sealer.from_setting(PUBLIC).active_key_id
    assert capsys.readouterr().out == f"1 credentials resealed.\n{new}: 2 boxes (active)\n"
    monkeypatch.setenv("SEALING_PRIVATE_KEYS", "")
    assert command.main([]) == 1
    assert "SEALING_PRIVATE_KEYS is empty" in capsys.readouterr().err
