"""Amazon Ads regions. Hosts are settings; which country is served where is Amazon's.

Source: Amazon Ads API overview (hosts and marketplaces).
"""

from __future__ import annotations

from enum import StrEnum


class Region(StrEnum):
    """An API region: profiles and advertisers are visible only in their own."""

    NA = "NA"
    EU = "EU"
    FE = "FE"

    @property
    def label(self) -> str:
        """Return the region's name for people."""
        return _LABELS[self]


_LABELS = {
    Region.NA: "North America",
    Region.EU: "Europe",
    Region.FE: "Far East",
}
