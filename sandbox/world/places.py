"""Where impressions are served: supply sources and sites, places on the map, devices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world.chance import Floats, key, normal
from sandbox.world.cuts import Cells
from sandbox.world.lines import Lines

_NOISE = 0.25
Label = dict[str, str | None]


@dataclass(frozen=True)
class _Supply:
    inventories: str
    source: str
    site: str
    placement: str
    size: str
    weight: float
    price: float = 1.0
    clicks: float = 1.0


_NOT_DISCLOSED = "Not disclosed"
_SUPPLY = (
    _Supply("oo", "Amazon.com", "amazon.com", "Detail page: below the fold", "300x250", 30, 1.1),
    _Supply("oo", "Amazon.com", "amazon.com", "Search results: left", "160x600", 16, 1.0, 0.8),
    _Supply("oo", "Amazon.com", "amazon.com", "Home page: right", "970x250", 9, 1.3, 1.4),
    _Supply("oo", "Amazon.com mobile", "Amazon shopping app", "Thank you page", "320x50", 28, 0.8),
    _Supply("oo", "IMDb", "imdb.com", "Title page: top", "970x250", 7, 1.0, 0.7),
    _Supply("oo", "Fire tablet", "Wake screen", "Wake screen", "1280x800", 6, 0.9, 0.5),
    _Supply("web", "Amazon Publisher Direct", "weather.example", "Article", "300x250", 24),
    _Supply("web", "Amazon Publisher Direct", "recipes.example", "Sidebar", "300x600", 15, 1.1),
    _Supply("web", "Google AdX", "news.example", "Article", "728x90", 20, 0.9, 0.8),
    _Supply("web", "Google AdX", "games.example", "Interstitial", "320x480", 12, 0.7, 1.9),
    _Supply("web", "Magnite", "sports.example", "Header", "970x250", 10, 1.1),
    _Supply("web", "Index Exchange", "forum.example", "Thread", "300x250", 9, 0.8),
    _Supply("web", "Index Exchange", _NOT_DISCLOSED, _NOT_DISCLOSED, "300x250", 6, 0.8),
    _Supply("olv", "Amazon Publisher Direct", "news.example", "Pre-roll", "1920x1080", 35),
    _Supply("olv", "Magnite", "sports.example", "Mid-roll", "1920x1080", 30, 1.1),
    _Supply("olv", "Twitch", "twitch.tv", "Pre-roll", "1920x1080", 25, 0.9),
    _Supply("olv", "Google AdX", _NOT_DISCLOSED, _NOT_DISCLOSED, "1280x720", 10, 0.8),
    _Supply("stv", "Prime Video", "Prime Video", "Pre-roll", "1920x1080", 46, 1.2),
    _Supply("stv", "Fire TV Channels", "Fire TV Channels", "Mid-roll", "1920x1080", 24, 0.8),
    _Supply("stv", "Publisher direct", "Wildlife TV", "Mid-roll", "1920x1080", 18),
    _Supply("stv", "Publisher direct", _NOT_DISCLOSED, "Mid-roll", "1920x1080", 12, 0.9),
    _Supply("audio", "Amazon Music", "Amazon Music", "Between tracks", "0x0", 62),
    _Supply("audio", "Podcast network", "The Long Walk", "Mid-roll", "0x0", 38, 1.1),
)
_MIX_SUPPLY = {
    "oo-remarketing": "oo", "oo-inmarket": "oo", "web-remarketing": "web",
    "web-prospecting": "web", "online-video": "olv", "twitch-video": "olv",
    "streaming-tv": "stv", "audio": "audio",
}  # fmt: skip
_DEAL_WEIGHT = 70.0

_MAPS: dict[str, tuple[tuple[str, tuple[tuple[str | None, ...], ...]], ...]] = {
    # region, then (city, postal code, market code, market name, weight)
    "US": (
        ("California", (("Los Angeles", "90012", "803", "Los Angeles", "13"),
                        ("San Francisco", "94103", "807", "San Francisco-Oakland", "7"),
                        ("San Diego", "92101", "825", "San Diego", "4"))),
        ("New York", (("New York", "10001", "501", "New York", "14"),
                      ("Buffalo", "14202", "514", "Buffalo", "2"))),
        ("Texas", (("Houston", "77002", "618", "Houston", "7"),
                   ("Dallas", "75201", "623", "Dallas-Ft. Worth", "8"))),
        ("Illinois", (("Chicago", "60601", "602", "Chicago", "8"),)),
        ("Washington", (("Seattle", "98101", "819", "Seattle-Tacoma", "6"),)),
        ("Florida", (("Miami", "33101", "528", "Miami-Ft. Lauderdale", "7"),)),
        ("Colorado", (("Denver", "80202", "751", "Denver", "4"),)),
        ("Georgia", (("Atlanta", "30303", "524", "Atlanta", "6"),)),
    ),
    "CA": (
        ("Ontario", (("Toronto", "M5H", None, None, "30"), ("Ottawa", "K1P", None, None, "10"))),
        ("Quebec", (("Montreal", "H2Y", None, None, "18"),)),
        ("British Columbia", (("Vancouver", "V6B", None, None, "16"),)),
        ("Alberta", (("Calgary", "T2P", None, None, "12"),)),
    ),
    "UK": (
        ("England", (("London", "EC1A", None, None, "34"), ("Manchester", "M1", None, None, "14"),
                     ("Leeds", "LS1", None, None, "9"))),
        ("Scotland", (("Glasgow", "G1", None, None, "9"), ("Edinburgh", "EH1", None, None, "7"))),
        ("Wales", (("Cardiff", "CF10", None, None, "6"),)),
    ),
    "DE": (
        ("Bayern", (("München", "80331", None, None, "18"),
                    ("Nürnberg", "90402", None, None, "8"))),
        ("Berlin", (("Berlin", "10115", None, None, "18"),)),
        ("Hamburg", (("Hamburg", "20095", None, None, "12"),)),
        ("Nordrhein-Westfalen", (("Köln", "50667", None, None, "14"),
                                 ("Düsseldorf", "40213", None, None, "10"))),
    ),
    "JP": (
        ("Tokyo", (("Shinjuku", "160-0022", None, None, "26"),
                   ("Shibuya", "150-0002", None, None, "18"))),
        ("Osaka", (("Osaka", "530-0001", None, None, "20"),)),
        ("Aichi", (("Nagoya", "450-0002", None, None, "12"),)),
        ("Hokkaido", (("Sapporo", "060-0001", None, None, "8"),)),
    ),
}  # fmt: skip
_COUNTRY_NAMES = {
    "US": "United States", "CA": "Canada", "UK": "United Kingdom", "DE": "Germany", "JP": "Japan",
}  # fmt: skip
_UNKNOWN = "Unknown"
_UNKNOWN_GEO_SHARE = 0.03

# operating system, browser, version, device, environment, display weight, click and sale affinity
_TECH = (
    ("Windows", "Chrome", "142", "Desktop", "Web", 17, 0.7, 1.3),
    ("Windows", "Edge", "142", "Desktop", "Web", 7, 0.7, 1.2),
    ("macOS", "Safari", "26", "Desktop", "Web", 8, 0.7, 1.4),
    ("macOS", "Chrome", "142", "Desktop", "Web", 5, 0.7, 1.4),
    ("iOS", "Safari", "26", "Phone", "Web", 12, 1.3, 0.8),
    ("iOS", "In-app browser", _UNKNOWN, "Phone", "App", 19, 1.4, 0.8),
    ("Android", "Chrome", "142", "Phone", "Web", 11, 1.2, 0.7),
    ("Android", "In-app browser", _UNKNOWN, "Phone", "App", 12, 1.3, 0.7),
    ("iPadOS", "Safari", "26", "Tablet", "Web", 3, 0.9, 1.1),
    ("Fire OS", "Silk", "133", "Tablet", "App", 3, 0.9, 1.2),
    (_UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, 3, 0.8, 0.9),
)
_TV_TECH = (
    ("Fire OS", _UNKNOWN, _UNKNOWN, "Connected TV", "App", 55, 1.0, 1.1),
    ("tvOS", _UNKNOWN, _UNKNOWN, "Connected TV", "App", 12, 1.0, 1.0),
    ("Roku OS", _UNKNOWN, _UNKNOWN, "Connected TV", "App", 20, 1.0, 0.9),
    (_UNKNOWN, _UNKNOWN, _UNKNOWN, "Connected TV", "App", 13, 1.0, 0.9),
)


def supply_cells(lines: Lines) -> Cells:
    """Return supply source × site × placement × deal."""
    deals = sorted(
        {
            (line.deal.deal_id, line.deal.name, line.deal.kind, _supply_of(line.mix.key))
            for line in lines.lines
            if line.deal
        }
    )
    labels = [_supply_label(supply) for supply in _SUPPLY]
    labels += [_deal_label(*deal) for deal in deals]
    weights = np.zeros((len(lines.lines), len(labels)))
    for row, line in enumerate(lines.lines):
        kind = _supply_of(line.mix.key)
        weights[row, : len(_SUPPLY)] = [s.weight * (s.inventories == kind) for s in _SUPPLY]
        if line.deal:
            ids = [deal[0] for deal in deals]
            weights[row, len(_SUPPLY) + ids.index(line.deal.deal_id)] = _DEAL_WEIGHT
    price = np.array([s.price for s in _SUPPLY] + [1.15] * len(deals))
    clicks = np.array([s.clicks for s in _SUPPLY] + [1.0] * len(deals))
    return _cells(lines, labels, weights, clicks, np.ones(len(labels)), price)


def map_cells(lines: Lines) -> Cells:
    """Return country × region × city × postal code × market, unknown places included."""
    country = lines.advertiser.seat.country
    name = _COUNTRY_NAMES[country]
    rows = [(name, region, *place) for region, places in _MAPS[country] for place in places]
    known = [
        {
            "country": c,
            "region": r,
            "city": city,
            "postalCode": code,
            "dmaCode": market,
            "dmaName": market_name,
        }
        for c, r, city, code, market, market_name, _ in rows
    ]
    shares = [float(row[-1] or 0) for row in rows]
    labels = [*known, _unknown_place(name), _unknown_place(_UNKNOWN)]
    lost = sum(shares) * _UNKNOWN_GEO_SHARE
    weights = np.tile(np.array([*shares, lost, lost / 3]), (len(lines.lines), 1))
    even = np.ones(len(labels))
    return _cells(lines, labels, weights, even, even, even)


def device_cells(lines: Lines) -> Cells:
    """Return operating system × browser × version × device × environment."""
    rows = (*_TECH, *_TV_TECH)
    labels: list[Label] = [
        {
            "operatingSystemName": system,
            "browserName": browser,
            "browserVersion": version,
            "deviceName": device,
            "environmentName": environment,
        }
        for system, browser, version, device, environment, *_ in rows
    ]
    television = np.array([line.mix.inventory == "STREAMING_TV" for line in lines.lines])
    usual = np.array([row[5] for row in _TECH] + [0] * len(_TV_TECH), dtype=np.float64)
    tv = np.array([0] * len(_TECH) + [row[5] for row in _TV_TECH], dtype=np.float64)
    weights = np.where(television[:, None], tv, usual)
    clicks = np.array([row[6] for row in rows])
    sales = np.array([row[7] for row in rows])
    return _cells(lines, labels, weights, clicks, sales, np.ones(len(rows)))


def segment_cells(lines: Lines) -> Cells:
    """Return the segments line items aim at (they overlap), and one cell for the untargeted."""
    segments = sorted({s for line in lines.lines for s in line.segments}, key=lambda s: s.name)
    ids = sorted({segment.segment_id for segment in segments})
    first = {segment.segment_id: segment for segment in reversed(segments)}
    labels: list[Label] = [
        {
            "segmentId": i,
            "segmentName": first[i].name,
            "segmentClassCode": first[i].class_code,
            "segmentSource": first[i].source,
            "segmentType": first[i].kind,
            "segmentMarketplaceId": lines.advertiser.seat.marketplace_id,
            "targetingMethod": "Segments",
        }
        for i in ids
    ]
    labels.append(dict.fromkeys(labels[0] if labels else _NO_SEGMENT, None) | _NO_SEGMENT)
    weights = np.zeros((len(lines.lines), len(labels)))
    for row, line in enumerate(lines.lines):
        weights[row, -1] = float(not line.segments)
        for segment in line.segments:
            weights[row, ids.index(segment.segment_id)] = segment.coverage
    even = np.ones(len(labels))
    return Cells(tuple(labels), weights, weights, weights, even)


_NO_SEGMENT: Label = {
    "segmentName": "Untargeted", "segmentId": "0", "segmentClassCode": None, "segmentSource": None,
    "segmentType": None, "segmentMarketplaceId": None, "targetingMethod": "Untargeted",
}  # fmt: skip


def _cells(
    lines: Lines, labels: list[Label], weights: Floats, clicks: Floats, sales: Floats, price: Floats
) -> Cells:
    noise = normal(key("cells"), lines.keys[:, None], np.arange(len(labels)))
    noisy = weights * np.exp(_NOISE * noise)
    return Cells(tuple(labels), _whole(noisy), _whole(noisy * clicks), _whole(noisy * sales), price)


def _whole(weights: Floats) -> Floats:
    shares: Floats = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    return shares


def _supply_of(mix: str) -> str:
    return _MIX_SUPPLY[mix]


def _supply_label(supply: _Supply) -> Label:
    return {
        "supplySource": supply.source,
        "site": supply.site,
        "placement": supply.placement,
        "placementSize": supply.size,
        "deal": None,
        "dealId": None,
        "dealType": None,
    }


def _deal_label(deal_id: str, name: str, kind: str, inventory: str) -> Label:
    supply = next(s for s in _SUPPLY if s.inventories == inventory)
    return {**_supply_label(supply), "deal": name, "dealId": deal_id, "dealType": kind}


def _unknown_place(country: str) -> Label:
    return {
        "country": country,
        "region": _UNKNOWN,
        "city": _UNKNOWN,
        "postalCode": _UNKNOWN,
        "dmaCode": None,
        "dmaName": None,
    }
