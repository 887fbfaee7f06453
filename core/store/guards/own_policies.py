"""Policies of the tables whose rows are not simply an organization's.

People and what they have proved; organizations on the way to their first member; invitations,
share links and ways out of a mailing in the hands of somebody who is no member; what one person
asked for and no colleague may use.
"""

from __future__ import annotations

from core.domain.roles import Role
from core.store.guards.policy import JOB, ME, MEMBERS, SYSTEM, Policy, at_least, whole_at_least
from core.store.guards.roles import SCHEDULER, WEB
from core.store.schema.base import PRIVATE


def _claim(name: str) -> str:
    return f"(select {PRIVATE}.claim('{name}'))"


_ADMIN, _ANY = whole_at_least(Role.ADMIN), at_least(Role.VIEWER)
_IN_THIS_DOOR = f"org_id = coalesce({_claim('org')}, org_id)"
_PRESENTED = f"(issuer = {_claim('issuer')} and subject = {_claim('subject')})"
_SESSION = f"(token_hash = {_claim('session')} or user_id = {ME})"
_INVITED = f"token_hash = {_claim('invitation')}"
_FOUNDED = f"org_id = any(array(select {PRIVATE}.founded_by_me()))"
# An admin handles members and invitations, but only an owner those of an owner.
_NOT_OWNER = f"(role <> '{Role.OWNER}' or {at_least(Role.OWNER)})"
_ANALYST, _WHOLE_ANALYST = at_least(Role.ANALYST), whole_at_least(Role.ANALYST)
_SHARED = f"token_hash = {_claim('share')}"
# A link is changed by whoever made it and by admins, who see every advertiser.
_SHARER = f"((created_by = {ME} and {_ANALYST}) or {_ADMIN})"
_UNSUBSCRIBING = "(org_id, id) in (select u.org_id, u.recipient_id from public.unsubscribe_link u)"

OWN: dict[str, tuple[Policy, ...]] = {
    "app_user": (
        Policy(
            "people_read",
            "select",
            MEMBERS,
            using=f"id = {ME} or {_PRESENTED} or id = any(array(select {PRIVATE}.my_colleagues()))",
        ),
        Policy("people_add", "insert", WEB, check=_PRESENTED),
        Policy("people_change", "update", WEB, using=_PRESENTED, check=_PRESENTED),
        Policy(
            "scheduler_reads",
            "select",
            SCHEDULER,
            using=f"id in (select m.user_id from public.membership m where m.{JOB})",
        ),
    ),
    "app_session": (
        Policy("holder_reads", "select", WEB, using=_SESSION),
        Policy("holder_adds", "insert", WEB, check=f"user_id = {ME}"),
        Policy("holder_changes", "update", WEB, using=_SESSION, check=_SESSION),
        Policy("scheduler_reads", "select", SCHEDULER, using=SYSTEM),
        Policy("scheduler_removes", "delete", SCHEDULER, using=SYSTEM),
    ),
    "organization": (
        Policy("members_read", "select", MEMBERS, using=at_least(Role.VIEWER, "id")),
        Policy("founder_adds", "insert", WEB, check=f"created_by = {ME} and deleted_at is null"),
        Policy(
            "owners_change",
            "update",
            WEB,
            using=at_least(Role.OWNER, "id"),
            check=at_least(Role.OWNER, "id"),
        ),
        Policy(
            "scheduler_reads",
            "select",
            SCHEDULER,
            using=f"id = (select {PRIVATE}.job_org()) or {SYSTEM}",
        ),
        Policy(
            "scheduler_purges",
            "delete",
            SCHEDULER,
            using=f"{SYSTEM} and deleted_at is not null",
        ),
    ),
    "membership": (
        Policy(
            "members_read",
            "select",
            MEMBERS,
            using=f"(user_id = {ME} and {_IN_THIS_DOOR}) or {whole_at_least(Role.VIEWER)}",
        ),
        Policy(
            "founder_joins",
            "insert",
            WEB,
            check=f"user_id = {ME} and role = '{Role.OWNER}' and all_advertisers and {_FOUNDED}",
        ),
        Policy(
            "invited_join",
            "insert",
            WEB,
            check=f"user_id = {ME} and (org_id, role, all_advertisers) in (select i.org_id, i.role,"
            f" i.advertiser_ids is null from {PRIVATE}.invited_to() i)",
        ),
        Policy(
            "admins_change",
            "update",
            WEB,
            using=f"{_ADMIN} and {_NOT_OWNER}",
            check=f"{_ADMIN} and {_NOT_OWNER}",
        ),
        Policy(
            "admins_remove",
            "delete",
            WEB,
            using=f"(user_id = {ME} and {_IN_THIS_DOOR}) or ({_ADMIN} and {_NOT_OWNER})",
        ),
        Policy("scheduler_reads", "select", SCHEDULER, using=JOB),
    ),
    "membership_advertiser": (
        Policy(
            "members_read",
            "select",
            MEMBERS,
            using=f"(user_id = {ME} and {_IN_THIS_DOOR}) or {whole_at_least(Role.VIEWER)}",
        ),
        Policy(
            "invited_join",
            "insert",
            WEB,
            check=f"user_id = {ME} and exists (select from {PRIVATE}.invited_to() i where"
            " i.org_id = membership_advertiser.org_id"
            " and i.advertiser_ids ? membership_advertiser.advertiser_id)",
        ),
        Policy("admins_add", "insert", WEB, check=_ADMIN),
        Policy("admins_remove", "delete", WEB, using=_ADMIN),
        Policy("scheduler_reads", "select", SCHEDULER, using=JOB),
    ),
    "invitation": (
        Policy("holder_reads", "select", WEB, using=f"{_INVITED} or {_ADMIN}"),
        Policy(
            "admins_add",
            "insert",
            WEB,
            check=f"{_ADMIN} and created_by = {ME} and {_NOT_OWNER}",
        ),
        Policy(
            "holder_accepts",
            "update",
            WEB,
            using=f"{_INVITED} and accepted_by is null and revoked_at is null",
            check=f"{_INVITED} and accepted_by = {ME}",
        ),
        Policy("admins_revoke", "update", WEB, using=_ADMIN, check=f"{_ADMIN} and {_NOT_OWNER}"),
        Policy("scheduler_reads", "select", SCHEDULER, using=SYSTEM),
        Policy("scheduler_removes", "delete", SCHEDULER, using=SYSTEM),
    ),
    "oauth_state": (
        Policy("starter_reads", "select", WEB, using=f"user_id = {ME} and {_IN_THIS_DOOR}"),
        Policy("starter_adds", "insert", WEB, check=f"user_id = {ME} and {_ADMIN}"),
        Policy("starter_uses", "update", WEB, using=f"user_id = {ME}", check=f"user_id = {ME}"),
        Policy("scheduler_reads", "select", SCHEDULER, using=SYSTEM),
        Policy("scheduler_removes", "delete", SCHEDULER, using=SYSTEM),
    ),
    "download": (
        Policy("maker_reads", "select", WEB, using=f"user_id = {ME} and {_ANY}"),
        Policy("maker_adds", "insert", WEB, check=f"user_id = {ME} and {_ANY}"),
        Policy("scheduler_reads", "select", SCHEDULER, using=SYSTEM),
        Policy("scheduler_removes", "delete", SCHEDULER, using=SYSTEM),
    ),
    "job": (
        Policy(
            "members_read",
            "select",
            WEB,
            using=f"{whole_at_least(Role.VIEWER)} or (created_by = {ME} and {_ANY})",
        ),
        Policy("members_add", "insert", WEB, check=f"created_by = {ME} and {_ANY}"),
        Policy(
            "analysts_hurry",
            "update",
            WEB,
            using=whole_at_least(Role.ANALYST),
            check=whole_at_least(Role.ANALYST),
        ),
        Policy(
            "scheduler",
            "all",
            SCHEDULER,
            using=f"({JOB} or {SYSTEM})",
            check=f"({JOB} or {SYSTEM})",
        ),
    ),
    "audit_event": (
        Policy("admins_read", "select", MEMBERS, using=_ADMIN),
        Policy("members_add", "insert", WEB, check=f"{_ANY} and actor = {ME}"),
        Policy("scheduler_reads", "select", SCHEDULER, using=JOB),
        Policy("scheduler_adds", "insert", SCHEDULER, check=JOB),
    ),
    "share_link": (
        Policy("holder_reads", "select", WEB, using=f"{_SHARED} or {_SHARER}"),
        Policy("analysts_add", "insert", WEB, check=f"created_by = {ME} and {_ANALYST}"),
        Policy("sharers_change", "update", WEB, using=_SHARER, check=_SHARER),
        Policy("scheduler_reads", "select", SCHEDULER, using=f"{JOB} or {SYSTEM}"),
        Policy("scheduler_removes", "delete", SCHEDULER, using=SYSTEM),
    ),
    "recipient": (
        Policy("analysts", "all", WEB, using=_WHOLE_ANALYST, check=_WHOLE_ANALYST),
        Policy("holder_reads", "select", WEB, using=_UNSUBSCRIBING),
        Policy("holder_leaves", "update", WEB, using=_UNSUBSCRIBING, check=_UNSUBSCRIBING),
        Policy("scheduler", "all", SCHEDULER, using=JOB, check=JOB),
    ),
    "unsubscribe_link": (
        Policy("holder_reads", "select", WEB, using=f"token_hash = {_claim('unsubscribe')}"),
        Policy("scheduler", "all", SCHEDULER, using=JOB, check=JOB),
    ),
    "file_link": (
        Policy("holder_reads", "select", WEB, using=f"token_hash = {_claim('file')}"),
        Policy("scheduler", "all", SCHEDULER, using=JOB, check=JOB),
        Policy("scheduler_removes", "delete", SCHEDULER, using=SYSTEM),
        Policy("scheduler_looks", "select", SCHEDULER, using=SYSTEM),
    ),
    "heartbeat": (
        Policy("anybody_reads", "select", WEB, using="true"),
        Policy("scheduler", "all", SCHEDULER, using="true", check="true"),
    ),
}
