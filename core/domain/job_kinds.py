"""The kinds of job that people ask for on a page. The background has further kinds of its own.

Each says in its comment what its payload holds (JSON).
"""

from __future__ import annotations

from enum import StrEnum


class JobKind(StrEnum):
    """What the web process may put into the job table."""

    DISCOVER = "discover"  # connection_id: look what lies behind it
    PLAN = "plan"  # nothing: work out which reports the organization is due, and plan them
    SNAPSHOT = "snapshot"  # nothing: look at orders, flights and bids of those not looked at today
    COMPARE = "compare"  # connection_id: hold the unified reports against version 3 once more
    FETCH_AGAIN = "fetch_again"  # advertiser_id, dataset, start_day, end_day: within the ledger
    IMPORT_PLAN = "import_plan"  # advertiser_id, text: a flight plan as CSV
    SUBSCRIBE = "subscribe"  # nothing: carry out which advertisers' hours people want
    MAKE_FILE = "make_file"  # spec, format, file_name: a file that takes longer than a page waits
    DELIVER = "deliver"  # delivery_id: make a report and send it, as far as it may go
