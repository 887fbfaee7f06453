"""One connection as a card: who, where, and what it reaches."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.connections import AccessMode, CampaignAccess, Status, SyncState
from core.domain.freshness import age_phrase
from core.store.accounts.advertisers import Advertiser
from core.web.account_cards import Card, Reached
from core.web.context import PageContext
from core.web.parts import states, table
from core.web.parts.markup import draw, esc, facts, named, status

TONES = {
    Status.ACTIVE: ("good", "Active"),
    Status.RETRYING: ("warn", "Trying again"),
    Status.NEEDS_RECONNECT: ("bad", "Needs you"),
    Status.DISCONNECTED: ("", "Disconnected"),
}
_MODES = {
    AccessMode.PROFILE: "agency profile",
    AccessMode.ACCOUNT: "manager account, reports only",
}
_CAMPAIGNS = {
    CampaignAccess.ALLOWED: "orders and budgets readable",
    CampaignAccess.FORBIDDEN: "orders not readable; budgets come from the reports or a plan",
    CampaignAccess.UNKNOWN: "not tried yet",
}
_SYNC = {
    SyncState.DISCOVERED: ("", "not kept"),
    SyncState.SELECTED: ("good", "kept"),
    SyncState.PAUSED: ("warn", "paused"),
}


def draw_dsp(ctx: PageContext, card: Card) -> None:
    """Draw a connection and the DSP advertisers it reaches."""
    _draw_head(ctx, card)
    if card.reached:
        rows = [_advertiser_row(ctx, card, reached) for reached in card.reached]
        heads = [
            "Advertiser",
            "Country",
            "Money and days",
            "Reached by",
            "State",
            "Last sync",
            "Next",
        ]
        table.small(heads, rows, name=f"Advertisers of {card.whose}")
    elif card.has_no_dsp:
        states.panel(
            "No access to Amazon DSP",
            "This Amazon user has no DSP advertiser in this region. That is no error: an owner of "
            "the DSP entity adds the user's address under Entity settings, Users; then authorize "
            "again. Advertisers may also live in another region.",
        )
    elif card.is_unlooked:
        states.notice("", "What this account reaches has not been looked up yet.")


def draw_advertisers(advertisers: Sequence[Advertiser]) -> None:
    """Draw the advertisers of somebody who sees no connection."""
    rows = [_advertiser_cells(a) for a in advertisers]
    table.small(["Advertiser", "Country", "Money and days"], rows, name="Your advertisers")


def draw_sponsored(card: Card) -> None:
    """Draw the accounts for sponsored ads behind a connection."""
    draw(f"<h3>{named(card.whose)} <small>{esc(card.connection.region.label)}</small></h3>")
    accounts = [
        [
            f'{named(a.name)}<br><code class="fd-id">{esc(a.ads_account_id)}</code>',
            esc(", ".join(a.country_codes) or "n/a"),
            esc(a.status.replace("_", " ").lower()),
        ]
        for a in card.sponsored
    ]
    profiles = [
        [
            f'{named(p.name)}<br><code class="fd-id">{esc(p.profile_id)}</code>',
            esc(f"{p.country_code} · {p.currency} · {p.timezone}"),
            esc(p.account_type),
        ]
        for p in card.profiles_of_ads
    ]
    if accounts:
        table.small(["Account", "Marketplaces", "Status"], accounts, name="Sponsored accounts")
    if profiles:
        table.small(["Profile", "Marketplace", "Type"], profiles, name="Profiles")


def draw_amc() -> None:
    """Draw what Marketing Cloud is, and what will be needed of it."""
    states.panel(
        "Amazon Marketing Cloud",
        "A clean room of Amazon's: event-level signals of your campaigns, answered in SQL as "
        "aggregates, never as rows about people. It tells what reports cannot: overlap, paths, "
        "frequency and new-to-brand over time.",
        extra="<p>Flightdeck does not query it yet. When it does, it uses the connections you "
        "have linked; what you need is an AMC instance of your advertisers, which your Amazon "
        "contact sets up, and the linked user among its users. There is nothing to do now.</p>",
    )


def _draw_head(ctx: PageContext, card: Card) -> None:
    link = card.connection
    tone, word = TONES[link.status]
    mail = f" <small>{named(link.amazon_email)}</small>" if link.amazon_email else ""
    linked = f"{named(card.linked_by)}, {esc(age_phrase(link.linked_at, ctx.now))}"
    known = [("Region", esc(link.region.label)), ("Linked by", linked)]
    known.append(("Looked up", esc("now" if card.is_looking else _age(ctx, card))))
    if card.seats:
        known.append(("DSP seats", ", ".join(named(seat.name) for seat in card.seats)))
    draw(
        f'<div class="fd-head"><h3>{named(card.whose)}{mail}</h3>{status(tone, word)}</div>'
        f"<p>{esc(link.status.meaning)}</p>{facts(*known)}"
    )


def _age(ctx: PageContext, card: Card) -> str:
    looked = card.connection.discovered_at
    return age_phrase(looked, ctx.now) if looked else "not yet"


def _advertiser_row(ctx: PageContext, card: Card, reached: Reached) -> list[str]:
    advertiser, way = reached.advertiser, reached.way
    synced = advertiser.synced_at
    return [
        *_advertiser_cells(advertiser),
        f"{esc(_MODES[way.mode])}<br><small>{esc(_CAMPAIGNS[way.campaign_access])}</small>",
        status(*_SYNC[advertiser.sync_state]),
        esc(age_phrase(synced, ctx.now) if synced else "not yet"),
        esc(_next(card, reached)),
    ]


def _next(card: Card, reached: Reached) -> str:
    if reached.advertiser.sync_state is not SyncState.SELECTED:
        return "nothing"
    many = reached.under_way
    if card.connection.status is Status.NEEDS_RECONNECT:
        return "waits for a new authorization"
    if not many:
        return "nothing due now"
    return "1 report on its way" if many == 1 else f"{many} reports on their way"


def _advertiser_cells(advertiser: Advertiser) -> list[str]:
    default = " <small>default</small>" if advertiser.is_default else ""
    code = f'<code class="fd-id">{esc(advertiser.advertiser_id)}</code>'
    return [
        f"{named(advertiser.name)}{default}<br>{code}",
        esc(advertiser.country or "n/a"),
        f"{esc(advertiser.currency)}<br><small>{esc(advertiser.timezone)}</small>",
    ]
