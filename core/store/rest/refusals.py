"""What Supabase answers when it does not do what was asked, as the errors of this product.

PostgREST renamed some of its codes in version 13; both generations are known here. What an answer
says is never passed on, since it quotes values: its code is.

Source: PostgREST, "Errors" and CHANGELOG; PostgreSQL, appendix A (SQLSTATE).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from core.errors import AppError, Defect, NotAllowed, OurConfig, Taken, Upstream

_UNIQUE = "23505"
_FORBIDDEN = "42501"
_NO_SUCH_ROLE = "22023"
_TOKEN = frozenset({"PGRST300", "PGRST301", "PGRST302", "PGRST303", "401"})
_SCHEMA = frozenset({"42P01", "42703", "PGRST202", "PGRST204", "PGRST205", "PGRST106", "404"})
_PASSING_CLASSES = ("08", "53", "57", "40", "PGRST00", "5")
# How the policies say no; what else is forbidden is so to a role and not to a person.
_BY_POLICY = "row-level security"


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client raises into an error of the tree.

    Raises Taken, NotAllowed, OurConfig for a token or a schema that the project does not accept,
    Upstream when it does not answer or cannot now, and Defect for everything else.
    """
    from postgrest.exceptions import APIError  # with the client, for those alone who have a project

    try:
        yield
    except httpx.TransportError:
        raise Upstream("Supabase did not answer.") from None
    except APIError as refusal:
        raise _meant(str(refusal.code or ""), str(refusal.message or "")) from None


def _meant(code: str, message: str) -> AppError:
    if code == _UNIQUE:
        return Taken()
    if code == _FORBIDDEN and _BY_POLICY in message:
        return NotAllowed("The database does not let you change this.")
    if code in (_FORBIDDEN, _NO_SUCH_ROLE):
        return OurConfig("Supabase gives the role of our tokens too few rights: migrate again.")
    if code in _TOKEN:
        return OurConfig(
            f"Supabase does not accept our token ({code}): its keys, its audience or the clock"
            " differ. See docs/operations.md."
        )
    if code in _SCHEMA:
        return OurConfig(f"Supabase's tables are not those this code knows ({code}): migrate.")
    if code.startswith(_PASSING_CLASSES):
        return Upstream(f"Supabase could not do this now ({code}).")
    return Defect(f"Supabase refused what was asked ({code}).")
