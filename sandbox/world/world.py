"""The whole world of a seed, an anchor day and a scenario: found by id, written when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from sandbox.world import scenario_demo, scenario_tiny
from sandbox.world.blueprint import AdvertiserPlan, ManagerPlan, Scenario, SeatPlan, UserPlan
from sandbox.world.draft import Draft
from sandbox.world.entities import Advertiser, Book, Seat
from sandbox.world.identifiers import (
    ads_account_id,
    amazon_user_id,
    entity_id,
    long_id,
    manager_account_id,
    profile_id,
)
from sandbox.world.planning import planned_order
from sandbox.world.products import products

_SCENARIOS = {"demo": scenario_demo.scenario, "tiny": scenario_tiny.scenario}


@dataclass(frozen=True)
class SponsoredAccount:
    """A profile without DSP: a seller's, a vendor's, or Amazon Attribution's."""

    profile_id: int
    entity_id: str
    account_id: str
    name: str
    kind: str
    region: str
    country: str
    currency: str
    timezone: str
    marketplace_id: str
    per_day: float
    sub_type: str = ""


@dataclass(frozen=True)
class LinkedAccount:
    """An account under a manager account: a DSP advertiser (read-only) or a sponsored one."""

    advertiser: Advertiser | None = None
    sponsored: SponsoredAccount | None = None


@dataclass(frozen=True)
class ManagerAccount:
    """A manager account as one Amazon user sees it."""

    manager_account_id: str
    name: str
    region: str
    links: tuple[LinkedAccount, ...]


@dataclass(frozen=True)
class AmazonUser:
    """Somebody who can give a grant, and what it opens."""

    slug: str
    user_id: str
    name: str
    email: str
    story: str
    seats: tuple[Seat, ...]
    managers: tuple[ManagerAccount, ...]
    sponsored: tuple[SponsoredAccount, ...]
    grant_hours: float | None


@dataclass(frozen=True)
class World:
    """Everything there is, as a function of scenario, seed, anchor and scale."""

    scenario: str
    seed: int
    anchor: date
    scale: int = 1
    _books: dict[str, Book] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def written(self) -> Scenario:
        return _SCENARIOS[self.scenario](scale=self.scale)

    @cached_property
    def seats(self) -> dict[str, Seat]:
        return {plan.slug: _seat(self.seed, plan) for plan in self.written.seats}

    @cached_property
    def advertisers(self) -> dict[str, Advertiser]:
        """Return the advertisers by id, in the scenario's order."""
        built = (_advertiser(self.seed, self.seats[p.seat], p) for p in self.written.advertisers)
        return {advertiser.advertiser_id: advertiser for advertiser in built}

    @cached_property
    def sponsored(self) -> dict[str, SponsoredAccount]:
        return {
            plan.slug: SponsoredAccount(
                profile_id(self.seed, plan.slug),
                entity_id(self.seed, plan.slug),
                ads_account_id(self.seed, plan.slug),
                plan.name,
                plan.kind,
                plan.region,
                plan.country,
                plan.currency,
                plan.timezone,
                plan.marketplace_id,
                plan.per_day,
                plan.sub_type,
            )
            for plan in self.written.sponsored
        }

    @cached_property
    def users(self) -> dict[str, AmazonUser]:
        """Return the Amazon users by id; the first is the default of the consent page."""
        built = (self._user(plan) for plan in self.written.users)
        return {user.user_id: user for user in built}

    def book(self, advertiser_id: str) -> Book:
        """Return what the advertiser owns."""
        if advertiser_id not in self._books:
            self._books[advertiser_id] = self._write(self.advertisers[advertiser_id])
        return self._books[advertiser_id]

    def _write(self, advertiser: Advertiser) -> Book:
        plan = self.plan(advertiser.slug)
        draft = Draft(self.seed, self.anchor, advertiser, plan)
        orders = (planned_order(draft, number, p) for number, p in enumerate(plan.orders))
        return Book(advertiser, tuple(orders), products(self.seed, plan))

    def plan(self, slug: str) -> AdvertiserPlan:
        """Return how the scenario wrote an advertiser down."""
        return next(plan for plan in self.written.advertisers if plan.slug == slug)

    def _by_slug(self, slug: str) -> Advertiser:
        return next(a for a in self.advertisers.values() if a.slug == slug)

    def _user(self, plan: UserPlan) -> AmazonUser:
        return AmazonUser(
            plan.slug,
            amazon_user_id(self.seed, plan.slug),
            plan.name,
            plan.email,
            plan.story,
            tuple(self.seats[slug] for slug in plan.seats),
            tuple(self._manager(m) for m in plan.managers),
            tuple(self.sponsored[slug] for slug in plan.sponsored),
            plan.grant_hours,
        )

    def _manager(self, plan: ManagerPlan) -> ManagerAccount:
        advertisers = [LinkedAccount(advertiser=self._by_slug(s)) for s in plan.advertisers]
        sponsored = [LinkedAccount(sponsored=self.sponsored[slug]) for slug in plan.accounts]
        return ManagerAccount(
            manager_account_id(self.seed, plan.name),
            plan.name,
            plan.region,
            (*advertisers, *sponsored),
        )


@lru_cache(maxsize=8)
def world(scenario: str, seed: int, anchor: date, scale: int = 1) -> World:
    """Return the world of these four; asking twice gives the same object."""
    return World(scenario, seed, anchor, scale)


def _seat(seed: int, plan: SeatPlan) -> Seat:
    return Seat(
        entity_id(seed, plan.slug),
        profile_id(seed, plan.slug),
        plan.region,
        plan.country,
        plan.currency,
        plan.timezone,
        plan.name,
        plan.marketplace_id,
    )


def _advertiser(seed: int, seat: Seat, plan: AdvertiserPlan) -> Advertiser:
    return Advertiser(
        plan.slug,
        long_id(seed, plan.slug, "advertiser"),
        ads_account_id(seed, plan.slug),
        plan.name,
        seat,
        plan.timezone,
        plan.url or f"https://{plan.slug}.example",
        plan.language,
        plan.traits,
    )
