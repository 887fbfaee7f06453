"""`python -m core.store.reseal`: put every sealed token under the active key.

Needs the scheduler's environment, the only one with keys that open. A row that does not open is
named, left as it is and counted; it never stops the others. `--check` only counts boxes by key.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.config import Settings
from core.domain.ids import ConnectionId
from core.domain.scope import TenantScope
from core.errors import AppError, NotFound, Unopenable
from core.security.sealing import Opener, Purpose, SealContext, Sealed, Sealer
from core.security.secret import Secret
from core.store.accounts.credentials import DueCredential
from core.store.store import Process, Store

BATCH = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many credentials were resealed, and for each that did not open why, by connection."""

    resealed: int
    refused: Mapping[ConnectionId, str]


def reseal(store: Store, sealer: Sealer, opener: Opener) -> Outcome:
    """Return what became of every credential that has a box under another key.

    Safe beside running refreshers: a row that one of them has just written is left to be found
    by the next run, and is sealed under the active key already.
    """
    resealed, refused = 0, dict[ConnectionId, str]()
    for found in _others(store, sealer.active_key_id):
        try:
            resealed += _reseal_one(store, sealer, opener, found)
        except Unopenable as error:
            refused[found.connection_id] = str(error)
    return Outcome(resealed, refused)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 when every box is under the active key."""
    parser = argparse.ArgumentParser(prog="python -m core.store.reseal", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="change nothing, count by key")
    asked = parser.parse_args(arguments)
    try:
        said, left = _run(check=asked.check)
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 1 if left else 0


def _run(*, check: bool) -> tuple[list[str], int]:
    settings = Settings.load()
    sealer = Sealer.from_setting(settings.sealing_public_keys)
    opener = Opener.from_setting(Secret(settings.sealing_private_keys.get_secret_value()))
    store = Store.open(settings.database, Process.SCHEDULER)
    try:
        said = []
        if not check:
            outcome = reseal(store, sealer, opener)
            said = [f"{outcome.resealed} credentials resealed.", *outcome.refused.values()]
        with store.system() as system:
            counts = system.credentials.key_ids()
    finally:
        store.close()
    said += [
        f"{key_id}: {boxes} boxes" + (" (active)" if key_id == sealer.active_key_id else "")
        for key_id, boxes in sorted(counts.items())
    ]
    return said, sum(n for key_id, n in counts.items() if key_id != sealer.active_key_id)


def _others(store: Store, key_id: str) -> Iterator[DueCredential]:
    after = ""
    while True:
        with store.system() as system:
            found = system.credentials.under_other_keys(key_id, BATCH, after=after)
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1].connection_id


def _reseal_one(store: Store, sealer: Sealer, opener: Opener, found: DueCredential) -> bool:
    def again(box: Sealed, purpose: Purpose) -> Sealed:
        context = SealContext(found.org_id, found.connection_id, purpose)
        return sealer.seal(opener.open(box, context), context)

    with store.writing(TenantScope.for_job(found.org_id)) as tenant:
        try:
            before = tenant.credentials.get(found.connection_id)
        except NotFound:
            return False
        refresh = again(before.refresh, Purpose.REFRESH_TOKEN)
        access = before.access and again(before.access, Purpose.ACCESS_TOKEN)
        return tenant.credentials.reseal(before, refresh, access)
