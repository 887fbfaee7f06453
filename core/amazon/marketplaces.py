"""What a marketplace id says of a country: its currency and the zone Amazon counts its days in.

A stand-in for advertisers of whom Amazon tells nothing but the marketplace (links of a manager
account). Source: Amazon Ads API documentation, Profiles (countries, currencies, time zones).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marketplace:
    """A country Amazon sells in: ISO code, ISO currency, IANA zone."""

    country: str
    currency: str
    timezone: str


MARKETPLACES: Mapping[str, Marketplace] = {
    "ATVPDKIKX0DER": Marketplace("US", "USD", "America/Los_Angeles"),
    "A2EUQ1WTGCTBG2": Marketplace("CA", "CAD", "America/Los_Angeles"),
    "A1AM78C64UM0Y8": Marketplace("MX", "MXN", "America/Los_Angeles"),
    "A2Q3Y263D00KWC": Marketplace("BR", "BRL", "America/Sao_Paulo"),
    "A1F83G8C2ARO7P": Marketplace("UK", "GBP", "Europe/London"),
    "A1PA6795UKMFR9": Marketplace("DE", "EUR", "Europe/Paris"),
    "A13V1IB3VIYZZH": Marketplace("FR", "EUR", "Europe/Paris"),
    "APJ6JRA9NG5V4": Marketplace("IT", "EUR", "Europe/Paris"),
    "A1RKKUPIHCS9HS": Marketplace("ES", "EUR", "Europe/Paris"),
    "A1805IZSGTT6HS": Marketplace("NL", "EUR", "Europe/Amsterdam"),
    "AMEN7PMS3EDWL": Marketplace("BE", "EUR", "Europe/Brussels"),
    "A28R8C7NBKEWEA": Marketplace("IE", "EUR", "Europe/Dublin"),
    "A2NODRKZP88ZB9": Marketplace("SE", "SEK", "Europe/Stockholm"),
    "A1C3SOZRARQ6R3": Marketplace("PL", "PLN", "Europe/Warsaw"),
    "A33AVAJ2PDY3EV": Marketplace("TR", "TRY", "Europe/Istanbul"),
    "A2VIGQ35RCS4UG": Marketplace("AE", "AED", "Asia/Dubai"),
    "A17E79C6D8DWNP": Marketplace("SA", "SAR", "Asia/Riyadh"),
    "ARBP9OOSHTCHU": Marketplace("EG", "EGP", "Africa/Cairo"),
    "AE08WJ6YKNBMC": Marketplace("ZA", "ZAR", "Africa/Johannesburg"),
    "A21TJRUUN4KGV": Marketplace("IN", "INR", "Asia/Kolkata"),
    "A1VC38T7YXB528": Marketplace("JP", "JPY", "Asia/Tokyo"),
    "A39IBJ37TRP1C6": Marketplace("AU", "AUD", "Australia/Sydney"),
    "A19VAU5U5O7RUS": Marketplace("SG", "SGD", "Asia/Singapore"),
}
