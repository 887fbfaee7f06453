"""Who may do what inside an organization: one table, read by services and by docs/security.md."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A member's role, from most to least powerful."""

    OWNER = "owner"
    ADMIN = "admin"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Action(StrEnum):
    """Something a role may or may not do."""

    SEE_DATA = "see data"
    DOWNLOAD = "download what is shown"
    KEEP_OWN = "keep views and reports of one's own"
    HANDLE_ATTENTION = "acknowledge, snooze and own what needs attention"
    EDIT_CONTENT = "share views, edit goals, annotations, metrics, groups, tags, events, rates"
    SEND_REPORTS = "schedule and send reports, and share links"
    SET_STAGE = "set an order's funnel stage"
    FETCH_AGAIN = "fetch a day again"
    IMPORT_PLAN = "import a flight plan"
    CHOOSE_ADVERTISERS = "choose which advertisers are kept"
    LINK_ACCOUNTS = "link, re-authorize and disconnect Amazon accounts"
    INVITE = "invite and remove members"
    MANAGE_OWNERS = "make and unmake owners"
    DELETE_ORGANIZATION = "delete the organization"


_VIEWER = frozenset({Action.SEE_DATA, Action.DOWNLOAD, Action.KEEP_OWN})
_ANALYST = _VIEWER | {
    Action.HANDLE_ATTENTION,
    Action.EDIT_CONTENT,
    Action.SEND_REPORTS,
    Action.SET_STAGE,
    Action.FETCH_AGAIN,
    Action.IMPORT_PLAN,
}
_ADMIN = _ANALYST | {Action.CHOOSE_ADVERTISERS, Action.LINK_ACCOUNTS, Action.INVITE}
_OWNER = _ADMIN | {Action.MANAGE_OWNERS, Action.DELETE_ORGANIZATION}

PERMITTED: dict[Role, frozenset[Action]] = {
    Role.OWNER: _OWNER,
    Role.ADMIN: _ADMIN,
    Role.ANALYST: _ANALYST,
    Role.VIEWER: _VIEWER,
}


def may(role: Role, action: Action) -> bool:
    """Return whether `role` permits `action`."""
    return action in PERMITTED[role]
