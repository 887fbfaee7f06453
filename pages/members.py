"""Members: who belongs to the organization, what they may do, and who is invited."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from core.domain.freshness import age_phrase
from core.domain.ids import AdvertiserId
from core.domain.roles import PERMITTED, Action, Role
from core.store.accounts.advertisers import Advertiser
from core.store.identity.invitations import Invitation
from core.store.identity.members import LIMITABLE, Member
from core.web.context import PageContext
from core.web.inviting import invite
from core.web.parts import header, states, table
from core.web.parts.markup import esc, literal, named

Names = Mapping[AdvertiserId, str]
_EVERY = "every advertiser"
_ABOUT = (
    "Each person has a role; analysts and viewers may be limited to some advertisers, and then see "
    "only those, in every total too."
)


def render(ctx: PageContext) -> None:
    """Draw the members, the invitations, and what each role may do."""
    header.title("Members", about=_ABOUT)
    if not ctx.may(Action.INVITE):
        states.empty("An owner or admin of your organization handles its members.")
        return
    with ctx.reading() as tenant:
        members, advertisers = tenant.members.all(), tenant.advertisers.all()
    names: Names = {a.advertiser_id: a.name for a in advertisers}
    _draw_members(ctx, members, names)
    _draw_change(ctx, members, advertisers)
    header.section("Invitations")
    _draw_invite(ctx, advertisers)
    _draw_invitations(ctx, names)
    _draw_roles()


def _draw_members(ctx: PageContext, members: list[Member], names: Names) -> None:
    rows = [
        [
            named(member.name or member.email or member.user_id),
            named(member.email or "not shared"),
            esc(member.role),
            _seen(member.advertiser_ids, names),
            esc(f"{member.joined_at:%-d %b %Y}"),
        ]
        for member in members
    ]
    table.small(["Name", "Mail", "Role", "Sees", "Since"], rows, name="Members")


def _draw_change(ctx: PageContext, members: list[Member], advertisers: list[Advertiser]) -> None:
    others = {m.user_id: m for m in members if m.user_id != ctx.visitor.person.id}
    if not others:
        return
    with st.expander("Change a member"):
        who = st.selectbox(
            "Member",
            list(others),
            format_func=lambda u: others[u].name or others[u].email or u,
            key="members.who",
        )
        member = others[who]
        role = _ask_role(list(Role), member.role, f"members.role.{who}")
        limits = _limits(advertisers, role, member.advertiser_ids, f"members.limits.{who}")
        keep, remove = st.columns(2)
        if keep.button("Save", key="members.save", type="primary"):
            _change(ctx, member, role, limits)
        if remove.button("Remove from the organization", key="members.remove"):
            _confirm_removal(ctx, member)


def _change(ctx: PageContext, member: Member, role: Role, limits: frozenset[str] | None) -> None:
    with ctx.writing() as tenant:
        if role is not member.role:
            tenant.members.change_role(member.user_id, role)
        if role in LIMITABLE:
            tenant.members.limit(member.user_id, limits)
        tenant.audit.add("change member", member.user_id, ctx.now, {"role": role})
    st.rerun()


@st.dialog("Remove this member?")
def _confirm_removal(ctx: PageContext, member: Member) -> None:
    st.write(
        f"{literal(member.name or member.email or member.user_id)} will no longer see this "
        "organization. What they did stays in its history. Reports that they schedule stop until "
        "a colleague takes them over, and links that they shared or had sent end."
    )
    if st.button("Remove", type="primary", key="members.remove.sure"):
        with ctx.writing() as tenant:
            tenant.members.remove(member.user_id)
            tenant.audit.add("remove member", member.user_id, ctx.now)
        st.rerun()


def _draw_invitations(ctx: PageContext, names: Names) -> None:
    with ctx.reading() as tenant:  # after an invitation just made
        invitations = tenant.invitations.all()
    if not invitations:
        states.notice("", "Nobody is invited at the moment.")
        return
    rows = [
        [
            named(invited.email),
            esc(invited.role),
            _seen(invited.advertiser_ids, names),
            esc(_standing(ctx, invited)),
        ]
        for invited in invitations
    ]
    table.small(["Sent to", "Role", "Will see", "Standing"], rows, name="Invitations")
    waiting = {i.id: i for i in invitations if _standing(ctx, i).startswith("open")}
    if waiting:
        chosen = st.selectbox(
            "Withdraw an invitation",
            list(waiting),
            index=None,
            format_func=lambda i: waiting[i].email,
            key="members.withdraw",
            placeholder="Choose one",
        )
        if chosen and st.button("Withdraw", key="members.withdraw.do"):
            with ctx.writing() as tenant:
                tenant.invitations.revoke(chosen, ctx.now)
                tenant.audit.add("withdraw invitation", chosen, ctx.now)
            st.rerun()


def _draw_invite(ctx: PageContext, advertisers: list[Advertiser]) -> None:
    with st.expander("Invite somebody", icon=":material/person_add:"):
        email = st.text_input("Mail address", key="members.email", placeholder="name@example.com")
        allowed = list(Role) if ctx.may(Action.MANAGE_OWNERS) else list(Role)[1:]
        role = _ask_role(allowed, Role.VIEWER, "members.role")
        limits = _limits(advertisers, role, None, "members.limits")
        if st.button("Invite", type="primary", key="members.invite"):
            made = invite(ctx, email, role, limits)
            hours = f"{ctx.services.settings.invitation_hours:g}"
            states.notice(
                "good",
                f"Invited. A mail is on its way; you may also pass on this link yourself. It lets "
                f"one person in, within {hours} hours, and is not shown again.",
            )
            st.code(made.link, language=None)


def _ask_role(allowed: list[Role], present: Role, key: str) -> Role:
    return Role(st.selectbox("Role", allowed, index=allowed.index(present), key=key))


def _limits(
    advertisers: list[Advertiser], role: Role, now: Collection[str] | None, key: str
) -> frozenset[str] | None:
    """Ask which advertisers somebody sees; None means every one."""
    if role not in LIMITABLE:
        return None
    names = {a.advertiser_id: a.name for a in advertisers}
    limited = st.toggle("Only some advertisers", value=now is not None, key=f"{key}.some")
    if not limited:
        return None
    picked = st.multiselect(
        "Advertisers",
        list(names),
        default=[a for a in names if a in (now or ())],
        format_func=names.__getitem__,
        key=f"{key}.which",
    )
    return frozenset(picked)


def _draw_roles() -> None:
    with st.expander("What each role may do"):
        rows = [
            [esc(action), *("yes" if action in PERMITTED[role] else "no" for role in Role)]
            for action in Action
        ]
        table.small(["", *Role], rows, name="What each role may do")


def _seen(ids: frozenset[AdvertiserId] | None, names: Names) -> str:
    if ids is None:
        return esc(_EVERY)
    return ", ".join(named(names.get(i, i)) for i in sorted(ids)) or esc("no advertiser")


def _standing(ctx: PageContext, invited: Invitation) -> str:
    if invited.accepted_at:
        return f"accepted {age_phrase(invited.accepted_at, ctx.now)}"
    if invited.revoked_at:
        return f"withdrawn {age_phrase(invited.revoked_at, ctx.now)}"
    if invited.expires_at <= ctx.now:
        return f"expired {age_phrase(invited.expires_at, ctx.now)}"
    return f"open until {invited.expires_at:%-d %b %H:%M} UTC"
