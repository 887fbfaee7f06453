"""How Amazon's measures come in families, so that each is defined once.

An attributed event is counted as a whole, by ads seen and by ads clicked; for the promoted
products, for the brand's other products (halo) and for both together (total); and has a rate
for each impression and a cost for each event. Wire names follow a pattern with exceptions:
a name is written with `*` where the kind of credit goes and `+` where the products go, and a
count that breaks its own pattern as "whole|pattern" or "whole|views|clicks". A rate or cost
that one report type calls otherwise has its other name after "|".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from core.domain.catalogue.cuts import EVERY_CUT
from core.domain.metrics import Better, Dataset, Metric, Pack, Ratio, Stage, Unit

WINDOW = "credited to an ad seen or clicked up to 14 days before"
BY_CONVERSION = (
    "Dated by the conversion, in the advertiser's zone; the ad may have run up to 14 days earlier."
)
SALES_AGAINST_SPEND = (
    "Sales are dated by the conversion and cost by the ad: over a few days the two belong to "
    "different ads. Low at the start of a flight, high after a pause."
)


def measure(
    key: str,
    name: str,
    description: str,
    *,
    v3: str | None,
    v1: str | None = None,
    legacy: str | None = None,
    unit: Unit = Unit.COUNT,
    stage: Stage = Stage.DELIVERY,
    better: Better = Better.UP,
    cuts: frozenset[Dataset] = EVERY_CUT,
    pack: Pack = Pack.CORE,
    additive: bool = True,
    since: date | None = None,
    caveat: str = "",
    short: str = "",
) -> Metric:
    """Return a metric that Amazon measures; `v1` is written without its "metric." prefix."""
    return Metric(
        key=key,
        name=name,
        unit=unit,
        stage=stage,
        better=better,
        description=description,
        additive=additive,
        v3=v3 or None,
        v1=f"metric.{v1}" if v1 else None,
        legacy=legacy or None,
        datasets=cuts,
        since=since,
        pack=pack,
        caveat=caveat,
        short=short,
    )


def ratio(
    key: str,
    name: str,
    description: str,
    plus: str,
    over: str,
    *,
    minus: str = "",
    scale: int = 1,
    unit: Unit = Unit.RATE,
    stage: Stage = Stage.DELIVERY,
    better: Better = Better.UP,
    v3: str | None = None,
    v1: str | None = None,
    legacy: str | None = None,
    also: tuple[str, ...] = (),
    since: date | None = None,
    caveat: str = "",
    short: str = "",
) -> Metric:
    """Return a metric computed as Σ plus (− Σ minus) over Σ over.

    Its tables and pack follow from its parts once the whole catalogue is known.
    """
    return Metric(
        key=key,
        name=name,
        unit=unit,
        stage=stage,
        better=better,
        description=description,
        formula=Ratio((plus,), (over,), (minus,) if minus else (), scale),
        additive=False,
        v3=v3 or None,
        v1=f"metric.{v1}" if v1 else None,
        legacy=legacy or None,
        also=also,
        since=since,
        caveat=caveat,
        short=short,
    )


class Names(NamedTuple):
    """The wire names of one family in one generation: its counts, rate and cost."""

    counts: str = ""
    rate: str = ""
    cost: str = ""


NO_NAMES = Names()


class Wire(NamedTuple):
    """The names of one ratio in the three generations."""

    v3: str = ""
    v1: str = ""
    legacy: str = ""


class Products(NamedTuple):
    """Whose conversions are counted, and how keys, titles and v1 names say so."""

    key: str
    title: str
    v1: str
    words: str


ANY = Products("", "", "", "")
PROMOTED = Products("", "", "Promoted", "the promoted products")
TOTAL = Products("total_", "Total ", "", "the brand's products (promoted or not)")
HALO = Products("halo_", "Brand halo ", "Halo", "the brand's other products (not promoted)")

_CREDITS = (
    ("", "", "", ""),
    ("_views", " (views)", "Views", "FromViews"),
    ("_clicks", " (clicks)", "Clicks", "FromClicks"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something people do after an ad, and how its measures are called.

    `says` may hold {products}; `rate` and `cost` are key and short label of the two ratios.
    """

    key: str
    name: str
    one: str
    says: str
    stage: Stage
    v1: Names = NO_NAMES
    rate: tuple[str, str] = ("", "")
    cost: tuple[str, str] = ("", "")
    short: str = ""
    since: date | None = None
    caveat: str = BY_CONVERSION

    def metrics(
        self,
        products: Products,
        v3: Names,
        legacy: Names = NO_NAMES,
        *,
        cuts: frozenset[Dataset] = EVERY_CUT,
        pack: Pack = Pack.CORE,
    ) -> Iterator[Metric]:
        """Yield the count, its two parts, and the ratios that `v3` names, for some products."""
        yield from self._counts(products, v3.counts, legacy.counts, cuts, pack)
        if v3.rate:
            yield self._rate(products, v3.rate, legacy.rate)
        if v3.cost:
            yield self._cost(products, v3.cost, legacy.cost)

    def _counts(
        self,
        products: Products,
        v3: str,
        legacy: str,
        cuts: frozenset[Dataset],
        pack: Pack,
    ) -> Iterator[Metric]:
        name = titled(products, self.name)
        whole = f"{self.says.format(products=products.words)}, {WINDOW}."
        parts = (
            whole,
            f"{name}: the part credited to an ad that was seen and not clicked.",
            f"{name}: the part credited to a click on an ad.",
        )
        for index, (suffix, title, mark, v1_mark) in enumerate(_CREDITS):
            yield measure(
                f"{products.key}{self.key}{suffix}",
                name + title,
                parts[index],
                v3=spelled(v3, index, mark),
                v1=spelled(self.v1.counts, index, v1_mark).replace("+", products.v1),
                legacy=spelled(legacy, index, mark),
                stage=self.stage,
                cuts=cuts,
                pack=pack,
                since=self.since,
                caveat=self.caveat,
                short=f"{products.title}{self.short}{title}" if self.short else "",
            )

    def _rate(self, products: Products, v3: str, legacy: str) -> Metric:
        key, short = self.rate
        name = titled(products, f"{self.one} rate")
        return ratio(
            products.key + (key or f"{slug(self.one)}_rate"),
            name,
            f"{titled(products, self.name)}, for each impression (not for each click).",
            f"{products.key}{self.key}",
            "impressions",
            stage=self.stage,
            v3=v3,
            v1=self.v1.rate.replace("+", products.v1),
            legacy=legacy,
            since=self.since,
            caveat=self.caveat,
            short=f"{products.title}{short}" if short else "",
        )

    def _cost(self, products: Products, v3: str, legacy: str) -> Metric:
        key, short = self.cost
        v3, *also = v3.split("|")
        return ratio(
            products.key + (key or f"cost_per_{slug(self.one)}"),
            f"Cost per {products.title.lower()}{self.one}",
            f"Total cost divided by {lowered(titled(products, self.name))}.",
            "total_cost",
            f"{products.key}{self.key}",
            unit=Unit.MONEY,
            stage=self.stage,
            better=Better.DOWN,
            v3=v3,
            v1=self.v1.cost.replace("+", products.v1),
            legacy=legacy,
            also=tuple(also),
            since=self.since,
            caveat=self.caveat,
            short=f"{products.title}{short}" if short else "",
        )


def returns(
    prefix: str,
    title: str,
    roas: Wire,
    erpm: Wire,
    *,
    sales: str = "",
    stage: Stage = Stage.CONVERSION,
    also: tuple[str, ...] = (),
    since: date | None = None,
) -> Iterator[Metric]:
    """Yield return on ad spend and return per 1,000 impressions of one kind of sales."""
    yield ratio(
        f"{prefix}roas",
        capital(f"{title}return on ad spend"),
        capital(f"{title}sales for each unit of money spent."),
        sales or f"{prefix}sales",
        "total_cost",
        unit=Unit.MULTIPLE,
        stage=stage,
        also=also,
        since=since,
        caveat=SALES_AGAINST_SPEND,
        short=capital(f"{title}ROAS"),
        **roas._asdict(),
    )
    yield ratio(
        f"{prefix}erpm",
        capital(f"{title}return per 1,000 impressions"),
        capital(f"{title}sales for a thousand impressions."),
        sales or f"{prefix}sales",
        "impressions",
        scale=1000,
        unit=Unit.MONEY,
        stage=stage,
        since=since,
        caveat=SALES_AGAINST_SPEND,
        short=capital(f"{title}eRPM") if title else "eRPM",
        **erpm._asdict(),
    )


def spelled(pattern: str, credit: int, mark: str) -> str:
    """Return one wire name out of a count's pattern; empty when the pattern is."""
    forms = pattern.split("|")
    return forms[min(credit, len(forms) - 1)].replace("*", mark)


def titled(products: Products, words: str) -> str:
    """Return the words as a title, with whose products they are about in front."""
    return capital(f"{products.title}{lowered(words)}" if products.title else words)


def capital(words: str) -> str:
    """Return the words with their first letter as a capital and the others as they are."""
    return words[:1].upper() + words[1:]


def lowered(words: str) -> str:
    """Return the words as they stand inside a sentence; names and acronyms keep their capitals."""
    first = words.split()[0]
    keeps = first in {"Subscribe", "Alexa", "Kindle", "IMDb"} or first[:2].isupper()
    return words if keeps else words[0].lower() + words[1:]


def slug(words: str) -> str:
    """Return the words as a part of a key."""
    return words.lower().replace(" ", "_").replace("-", "_")
