"""Orders, line items, creatives and what links them, as the unified campaign API tells them.

Everything is read per DSP advertiser. A link through a manager account may read reports and
nothing here: Amazon answers 403, which is `Forbidden`, and budgets then come from elsewhere.

Source: Amazon Ads API documentation, unified API ("query/campaigns" and its sisters, limits);
creative moderation: "Amazon DSP creative management".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from core.amazon import shapes, wire
from core.amazon.http import Generation, Reach
from core.amazon.link import AmazonLink
from core.domain.entities import AdAssociation, Approval, Creative, Flight, LineItem, Order
from core.errors import Refused

IDS_PER_QUERY = 100
PER_PAGE = 100
MODERATIONS_PER_PAGE = 50
_DSP = {"adProductFilter": {"include": ["AMAZON_DSP"]}}


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Everything an advertiser has, at one reading."""

    orders: tuple[Order, ...]
    flights: tuple[Flight, ...]
    line_items: tuple[LineItem, ...]
    creatives: tuple[Creative, ...]
    associations: tuple[AdAssociation, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One targeting clause of a line item; `details` are Amazon's own words."""

    target_id: str
    line_item_id: str
    kind: str
    is_negative: bool
    state: str
    details: wire.Record


@dataclass(frozen=True, slots=True)
class Moderation:
    """What Amazon's review says of a creative, and why where it says so."""

    approval: Approval
    reasons: tuple[str, ...]


def everything(link: AmazonLink, advertiser_id: str, profile_id: str) -> Campaigns:
    """Return all that the advertiser has, archived included; empty tuples when it has nothing.

    Raises Forbidden for a link that may only read reports.
    """
    campaigns = list(_query(link, advertiser_id, "campaigns"))
    orders = tuple(shapes.order(item, advertiser_id) for item in campaigns)
    items = tuple(
        shapes.line_item(item, advertiser_id)
        for ids in wire.chunked(tuple(o.entity_id for o in orders), IDS_PER_QUERY)
        for item in _query(link, advertiser_id, "adGroups", campaignIdFilter=ids)
    )
    associations = tuple(
        shapes.association(item, advertiser_id)
        for ids in wire.chunked(tuple(i.entity_id for i in items), IDS_PER_QUERY)
        for item in _query(link, advertiser_id, "adAssociations", adGroupIdFilter=ids)
    )
    used = tuple(dict.fromkeys(a.creative_id for a in associations))
    creatives = tuple(
        shapes.creative(item, advertiser_id)
        for ids in wire.chunked(used, IDS_PER_QUERY)
        for item in _query(link, advertiser_id, "ads", adIdFilter=ids)
    )
    reviewed = moderations(link, advertiser_id, profile_id, used)
    return Campaigns(
        orders=orders,
        flights=tuple(f for item in campaigns for f in shapes.flights(item, advertiser_id)),
        line_items=items,
        creatives=tuple(_reviewed(creative, reviewed) for creative in creatives),
        associations=associations,
    )


def targets(link: AmazonLink, advertiser_id: str, line_item_ids: Iterable[str]) -> Iterator[Target]:
    """Yield the targeting clauses of these line items, by line item in the order given."""
    for ids in wire.chunked(tuple(line_item_ids), IDS_PER_QUERY):
        for item in _query(link, advertiser_id, "targets", adGroupIdFilter=ids):
            yield Target(
                wire.id_text(item, "targetId", "targets"),
                wire.text(item, "adGroupId"),
                wire.text(item, "targetType"),
                item.get("negative") is True,
                wire.text(item, "state"),
                wire.inner(item, "targetDetails"),
            )


def moderations(
    link: AmazonLink, advertiser_id: str, profile_id: str, creative_ids: tuple[str, ...]
) -> dict[str, Moderation]:
    """Return the review of each creative that Amazon tells one of; empty where it tells none.

    An older API answers this and knows only some kinds of creatives, so a refusal is an absence
    and not a failure: associations and reports tell of rejections too.
    """
    found: dict[str, Moderation] = {}
    try:
        for ids in wire.chunked(creative_ids, MODERATIONS_PER_PAGE):
            found.update(_moderation_pages(link, advertiser_id, profile_id, ids))
    except Refused:
        return found
    return found


def _query(
    link: AmazonLink, advertiser_id: str, resource: str, **filters: tuple[str, ...]
) -> Iterator[wire.Record]:
    """Yield every item of a resource. Associations know no ad product and refuse the filter."""
    body: dict[str, object] = {} if resource == "adAssociations" else dict(_DSP)
    body |= {name: {"include": list(ids)} for name, ids in filters.items()}
    body["maxResults"] = PER_PAGE
    pages = link.pages(
        f"/adsApi/v1/query/{resource}",
        body,
        resource,
        generation=Generation.UNIFIED,
        reach=Reach.account(advertiser_id),
    )
    for page in pages:
        yield from wire.records(page.get(resource), resource)


def _moderation_pages(
    link: AmazonLink, advertiser_id: str, profile_id: str, ids: tuple[str, ...]
) -> Iterator[tuple[str, Moderation]]:
    body: dict[str, object] = {
        "adCreativeIdFilter": {"include": list(ids)},
        "maxResults": MODERATIONS_PER_PAGE,
    }
    reach = Reach.within(profile_id, advertiser_id)
    path = "/dsp/v1/adCreatives/moderations/list"
    for page in link.pages(path, body, "moderations", reach=reach):
        for item in wire.records(page.get("adCreativeStatuses"), "moderations"):
            yield wire.id_text(item, "adCreativeId", "moderations"), _moderation(item)


def _moderation(item: wire.Record) -> Moderation:
    experiences = wire.records(item.get("adExperiences"), "moderations")
    reasons = tuple(reason for one in experiences for reason in wire.texts(one, "reasons"))
    return Moderation(shapes.approval(wire.text(item, "adCreativeModerationStatus")), reasons)


def _reviewed(creative: Creative, reviewed: dict[str, Moderation]) -> Creative:
    found = reviewed.get(creative.entity_id)
    if found is None:
        return creative
    return replace(creative, approval=found.approval, approval_reasons=found.reasons)
