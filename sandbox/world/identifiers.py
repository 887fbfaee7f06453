"""Ids in Amazon's forms, drawn from the seed."""

from __future__ import annotations

from sandbox.world.chance import key

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def long_id(*address: object) -> str:
    """Return an 18-digit id, beyond 2^53 as Amazon's are."""
    return str(570_000_000_000_000_000 + key("id", *address) % 29_999_999_999_999_999)


def profile_id(*address: object) -> int:
    """Return a 16-digit profile id."""
    return 1_100_000_000_000_000 + key("profile", *address) % 2_899_999_999_999_999


def entity_id(*address: object) -> str:
    """Return an entity id: ENTITY and 13 capitals or digits."""
    return "ENTITY" + _letters(13, "entity", *address)


def asin(*address: object) -> str:
    """Return a product id: B0 and eight capitals or digits."""
    return "B0" + _letters(8, "asin", *address)


def ads_account_id(*address: object) -> str:
    """Return an account id of the unified API."""
    return f"amzn1.ads-account.g.{_letters(22, 'account', *address).lower()}"


def manager_account_id(*address: object) -> str:
    """Return a manager account's id."""
    return f"amzn1.ads1.ma1.{_letters(12, 'manager', *address).lower()}"


def amazon_user_id(*address: object) -> str:
    """Return the id of an Amazon user, as /user/profile shows it."""
    return f"amzn1.account.{_letters(28, 'user', *address)}"


def _letters(length: int, *address: object) -> str:
    number, letters = key(*address), ""
    for position in range(length):
        number = key(number, position)
        letters += _CAPITALS[number % len(_CAPITALS)]
    return letters
