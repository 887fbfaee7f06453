"""`python -m core.security.keys`: make, rotate and check the keys that settings hold.

generate   new keys as lines of an environment file; to the screen, or with --into to a file
rotate     the present keys with a new one before them, into a file; re-seal, then drop the old
signing    the keys that sign tokens for Supabase: add a new one, promote it, show what to import
check      say which keys are set and whether they fit together; shows ids, never keys
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from core.config import Settings
from core.errors import AppError, OurConfig
from core.security import keytext
from core.security.sealing import Opener, Sealer
from core.security.secret import Secret
from core.security.signing import SETTING, SigningKeys
from core.security.webkey import WebKey


def generated() -> dict[str, str]:
    """Return a full set of new keys by setting, public and private."""
    return {**_sealing_pair("", ""), "WEB_KEY": _random_key(), "COOKIE_SECRET": _random_key()}


def rotated(settings: Settings) -> dict[str, str]:
    """Return the sealing keys with a new pair first; what was sealed before still opens.

    Raises OurConfig when the present keys are wrong.
    """
    private = settings.sealing_private_keys.get_secret_value()
    Sealer.from_setting(settings.sealing_public_keys)
    Opener.from_setting(Secret(private))
    return _sealing_pair(settings.sealing_public_keys, private)


def checked(settings: Settings) -> list[str]:
    """Return one sentence a key. Raises OurConfig when a key is wrong or one half is missing."""
    sealer = Sealer.from_setting(settings.sealing_public_keys)
    said = [f"SEALING_PUBLIC_KEYS: {len(sealer.key_ids)}, active {sealer.active_key_id}"]
    private = settings.sealing_private_keys.get_secret_value()
    if private:
        opener = Opener.from_setting(Secret(private))
        opener.require(sealer.key_ids, "SEALING_PUBLIC_KEYS")
        said.append(f"SEALING_PRIVATE_KEYS: {len(opener.key_ids)}, they open what is sealed here")
    if settings.supabase_signing_keys.get_secret_value():
        signing = signing_keys(settings).keys
        said.append(f"{SETTING}: {len(signing)}, {signing[0].id} signs")
    web = settings.web_key.get_secret_value()
    if web:
        WebKey.from_setting(Secret(web))
        said.append("WEB_KEY: set")
    return said


def signing_keys(settings: Settings) -> SigningKeys:
    """Return the keys that sign for Supabase, none when none is set. Raises OurConfig."""
    text = settings.supabase_signing_keys.get_secret_value()
    return SigningKeys.from_setting(Secret(text)) if text else SigningKeys(())


def write_lines(path: Path, lines: dict[str, str]) -> None:
    """Write an environment file that only its owner may read (mode 0600).

    Raises OurConfig when the file is there already: keys are never written over.
    """
    write_text(path, "".join(f"{name}={value}\n" for name, value in lines.items()))


def write_text(path: Path, text: str) -> None:
    """Write a file as `write_lines` does. Raises OurConfig when it is there already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OurConfig(f"{path} is there already; keys are never written over.") from None
    with os.fdopen(handle, "w") as file:
        file.write(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 after a sentence on stderr."""
    asked = _parser().parse_args(arguments)
    try:
        said = _signing(asked) if asked.verb == "signing" else _run(asked.verb, asked.into)
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 0


def _run(verb: str, into: Path | None) -> list[str]:
    if verb == "check":
        return checked(Settings.load())
    lines = generated() if verb == "generate" else rotated(Settings.load())
    if into is None:
        return [f"{name}={value}" for name, value in lines.items()]
    write_lines(into, lines)
    return [f"Written to {into}, readable by its owner only.", *_NEXT[verb]]


def _signing(asked: argparse.Namespace) -> list[str]:
    """Add or promote a key, into a file; or put what is imported into the project there."""
    keys = signing_keys(Settings.load())
    if asked.step != "add" and not keys.keys:
        raise OurConfig(f"{SETTING} is empty: `signing add` first.")
    if asked.step == "import":
        write_text(asked.into, json.dumps([key.private() for key in keys.keys]))
    else:
        changed = keys.added() if asked.step == "add" else keys.promoted()
        write_lines(asked.into, {SETTING: changed.text})
    return [f"Written to {asked.into}, readable by its owner only.", *_NEXT[asked.step]]


_NEXT = {
    "add": [
        f"1. Give {SETTING} to the web process and restart it: the new key is published.",
        "2. `signing import` writes the keys as Supabase imports them (as standby keys).",
        "3. After half an hour every reader knows it: `signing promote`.",
    ],
    "promote": [
        f"Give {SETTING} to the web process and restart it: its first key signs from now on.",
        "Five minutes later no token of the others is good: drop them from the line.",
    ],
    "import": ["Import the keys into the project and remove the file: it holds private keys."],
    "generate": [
        "SEALING_PRIVATE_KEYS belongs to the scheduler alone; the web process refuses it.",
    ],
    "rotate": [
        "1. Give both lines to the scheduler and restart it.",
        "2. Give SEALING_PUBLIC_KEYS to the web process and restart it.",
        "3. Run `python -m core.store.reseal` with the scheduler's environment.",
        "4. When it says that nothing is left under the old key, drop it from both lines.",
    ],
}


def _sealing_pair(public_before: str, private_before: str) -> dict[str, str]:
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    name = keytext.key_id(public)
    new_public = f"{name}:{keytext.written(public)}"
    new_private = f"{name}:{keytext.written(private.private_bytes_raw())}"
    return {
        "SEALING_PUBLIC_KEYS": ",".join(filter(None, (new_public, public_before))),
        "SEALING_PRIVATE_KEYS": ",".join(filter(None, (new_private, private_before))),
    }


def _random_key() -> str:
    return keytext.written(secrets.token_bytes(keytext.KEY_BYTES))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.security.keys", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    verbs = parser.add_subparsers(dest="verb", required=True)
    generate = verbs.add_parser("generate", help="make new keys")
    generate.add_argument("--into", type=Path, help="file to write, not there yet")
    rotate = verbs.add_parser("rotate", help="put a new sealing key before the present ones")
    rotate.add_argument("--into", type=Path, required=True, help="file to write, not there yet")
    signing = verbs.add_parser("signing", help="the keys that sign tokens for Supabase")
    signing.add_argument("step", choices=("add", "promote", "import"))
    signing.add_argument("--into", type=Path, required=True, help="file to write, not there yet")
    verbs.add_parser("check", help="say which keys are set").set_defaults(into=None)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
