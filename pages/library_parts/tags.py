"""Tags read from names: conventions, what they would find, and applying them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.content import Taggable
from core.domain.naming import PATTERN_MAX, read_pattern
from core.domain.roles import Action
from core.domain.views import TEXT_MAX
from core.errors import UserError
from core.insight.desk import Desk
from core.insight.tagging import Preview, applied, counted, preview
from core.store.content.content import Content
from core.store.content.tags import EntityTag, TagRule
from core.web.context import PageContext
from core.web.parts import states, table
from core.web.parts.header import section
from core.web.parts.markup import esc, link, named
from pages.library_parts import shelf

HEADS = ("Tag", "Value", "On", "How many")
RULE_HEADS = ("Convention", "Pattern", "Names of", "Advertiser", "Changed")
ABOUT = "Braces hold what becomes a tag, * is anything: {brand}_{market}_*"
KINDS = {
    Taggable.ORDER: "orders",
    Taggable.LINE_ITEM: "line items",
    Taggable.ADVERTISER: "advertisers",
}
_SHOWN = 12


def draw(ctx: PageContext) -> None:
    """Draw the tags there are, the conventions, and for those who may, the form."""
    with ctx.desk() as desk:
        names = shelf.names(desk)
        tags, rules = desk.content.tags.all(), desk.content.tag_rules.all()
        _draw_tags(ctx, tags)
        if rules:
            rows = [_rule_row(ctx, rule, names) for rule in rules]
            section("Conventions")
            shelf.draw_table(ctx, RULE_HEADS, rows, name="Conventions")
        if ctx.may(Action.EDIT_CONTENT) and names.advertisers:
            _draw_form(ctx, desk, rules, names)


def _draw_tags(ctx: PageContext, tags: Sequence[EntityTag]) -> None:
    if not tags:
        states.empty("Nothing bears a tag yet. A naming convention finds them in names.")
        return
    found = counted(tags)
    rows = [[tag, value, KINDS[kind], f"{count:,}"] for tag, value, kind, count in found]
    first = [_searched(ctx, tag, value, kind) for tag, value, kind, _ in found]
    shelf.draw_table(ctx, HEADS, rows, name="Tags", first=first)


def _searched(ctx: PageContext, tag: str, value: str, kind: Taggable) -> str:
    """Return a tag, leading to what bears it: the search of every screen finds tags too."""
    text = f"{tag}:{value}"
    if kind is Taggable.LINE_ITEM or len(text) > TEXT_MAX:
        return named(tag)
    return link(ctx.path("morning", v="1", q=text), tag)


def _rule_row(ctx: PageContext, rule: TagRule, names: shelf.Names) -> list[str]:
    every = rule.advertiser_id is None
    whose = "every advertiser" if every else names.of(rule.advertiser_id, None)
    when = shelf.changed(ctx, rule.changed_at)
    return [rule.name, rule.pattern, KINDS[rule.kind], whose, when]


def _draw_form(ctx: PageContext, desk: Desk, rules: Sequence[TagRule], names: shelf.Names) -> None:
    section("Read tags from names", beside=ABOUT)
    by_id = {rule.id: rule for rule in rules}
    key = st.selectbox(
        "Convention",
        [shelf.NEW, *by_id],
        format_func=lambda key: by_id[key].name if key else "A new convention",
        key=shelf.place_of("rule", "which"),
        width=480,
    )
    rule, place = by_id.get(key), shelf.place_of("rule", key)
    name = st.text_input("Name", rule.name if rule else "", max_chars=80, key=f"{place}.name")
    kind, advertiser_id = _ask_about(ctx, rule, names, place)
    text = st.text_input(
        "Pattern",
        rule.pattern if rule else "",
        max_chars=PATTERN_MAX,
        key=f"{place}.pattern",
        placeholder="{brand}_{market}_*",
    )
    if text.strip():
        _draw_preview(ctx, desk, rule, name, kind, advertiser_id, text)
    if rule is not None:
        shelf.remove_button(ctx, "library.rule.remove", lambda c: _remove(c, rule))


def _ask_about(
    ctx: PageContext, rule: TagRule | None, names: shelf.Names, place: str
) -> tuple[Taggable, str | None]:
    """Ask whose names are read; a convention that stands keeps what it is about."""
    if rule is not None:
        return rule.kind, rule.advertiser_id
    kind = st.selectbox(
        "Names of", list(KINDS), format_func=KINDS.__getitem__, key=f"{place}.kind", width=240
    )
    may_all = ctx.scope.advertiser_ids is None
    offered = [*([shelf.EVERYTHING] if may_all else []), *names.advertisers]
    chosen = st.selectbox(
        "Advertiser",
        offered,
        format_func=lambda one: names.advertisers.get(one, "Every advertiser"),
        key=f"{place}.advertiser",
        width=480,
    )
    return kind, None if chosen == shelf.EVERYTHING else chosen


def _draw_preview(
    ctx: PageContext,
    desk: Desk,
    rule: TagRule | None,
    name: str,
    kind: Taggable,
    advertiser_id: str | None,
    text: str,
) -> None:
    try:
        pattern = read_pattern(text)
    except UserError as error:
        states.notice("bad", str(error))
        return
    found = preview(desk, kind, advertiser_id, pattern)
    _draw_found(found, pattern.tags, kind)
    words = f"Save and tag {len(found.following):,} {KINDS[kind]}"
    if st.button(words, type="primary", key="library.rule.apply", disabled=not found.following):

        def change(content: Content) -> None:
            applied(desk, content, _kept(ctx, content, rule, name, kind, advertiser_id, text))

        shelf.make(ctx, change)


def _draw_found(found: Preview, tags: Sequence[str], kind: Taggable) -> None:
    """Draw what the first names come to, and how many do not follow the pattern."""
    total = len(found.named)
    told = f"{len(found.following):,} of {total:,} names follow it"
    section("What it would read", beside=told)
    shown = [*found.following[:_SHOWN], *found.others[:_SHOWN]]
    rows = [
        [named(one.name), *(esc((one.tags or {}).get(tag, "does not follow")) for tag in tags)]
        for one in shown
    ]
    if rows:
        table.small([KINDS[kind].capitalize(), *tags], rows, name="Names and tags")


def _kept(
    ctx: PageContext,
    content: Content,
    rule: TagRule | None,
    name: str,
    kind: Taggable,
    advertiser_id: str | None,
    text: str,
) -> TagRule:
    if rule is None:
        return content.tag_rules.add(name, kind, text, ctx.now, advertiser_id=advertiser_id)
    content.tag_rules.change(rule.id, name, text, ctx.now)
    return content.tag_rules.get(rule.id)


def _remove(content: Content, rule: TagRule) -> None:
    content.tags.remove_read(rule.id)
    content.tag_rules.remove(rule.id)
