"""Removal of what nobody needs any more, so that the state stays small."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from core.store.schema import (
    app_session,
    check_result,
    download,
    file_link,
    invitation,
    job,
    oauth_state,
    outbox,
    refresh_event,
    share_link,
    stream_aside,
    stream_hour,
    stream_record,
)
from core.store.schema.words import JobState, MailState
from core.store.transaction import Transaction

# How long what is over stays, for people who look back.
KEEP_LINKS = timedelta(days=1)
KEEP_RECORDS = timedelta(days=15)  # a queue keeps a message for fourteen at most
KEEP_WORK = timedelta(days=30)
KEEP_HOURS = timedelta(days=92)
KEEP_HISTORY = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Removes over all organizations. The audit trail and every fact about data stay."""

    tx: Transaction

    def remove_ended(self, now: datetime) -> dict[str, int]:
        """Remove what ended long enough ago; return how many rows by table."""
        links, work, history = now - KEEP_LINKS, now - KEEP_WORK, now - KEEP_HISTORY
        ended = {
            oauth_state: oauth_state.c.expires_at < links,
            download: download.c.expires_at < links,
            app_session: (app_session.c.absolute_end_at < work) | (app_session.c.revoked_at < work),
            invitation: invitation.c.accepted_at.is_(None) & (invitation.c.expires_at < work),
            job: job.c.state.in_((JobState.DONE, JobState.FAILED)) & (job.c.finished_at < work),
            outbox: outbox.c.state.in_((MailState.SENT, MailState.FAILED))
            & (outbox.c.created_at < work),
            share_link: share_link.c.expires_at < work,
            file_link: file_link.c.expires_at < links,
            refresh_event: refresh_event.c.at < history,
            check_result: check_result.c.at < history,
            stream_record: stream_record.c.at < now - KEEP_RECORDS,
            stream_aside: stream_aside.c.at < work,
            stream_hour: stream_hour.c.day < (now - KEEP_HOURS).date(),
        }
        return {table.name: self.tx.run(delete(table).where(over)) for table, over in ended.items()}
