"""Which tables hold which measures, as Amazon's report types offer their columns.

Source: Amazon Ads API documentation, Reporting version 3, DSP report types.
"""

from __future__ import annotations

from core.domain.metrics import Dataset

CAMPAIGN = frozenset({Dataset.CAMPAIGN})
# One report type fills both: it is asked once by supply source and once by site.
INVENTORY = frozenset({Dataset.INVENTORY, Dataset.SITE})
AUDIENCE = frozenset({Dataset.AUDIENCE})
GEO = frozenset({Dataset.GEO})
TECH = frozenset({Dataset.TECH})
PRODUCT = frozenset({Dataset.PRODUCT})
REACH = frozenset({Dataset.REACH})
AUDIO_VIDEO = frozenset({Dataset.AUDIO_VIDEO})
BID_ADJUSTMENT = frozenset({Dataset.BID_ADJUSTMENT})
CONVERSION_PATH = frozenset({Dataset.CONVERSION_PATH})

EVERY_CUT = CAMPAIGN | INVENTORY | AUDIENCE | GEO | TECH | PRODUCT
COST_CUTS = EVERY_CUT - PRODUCT  # a product row has no cost
SALES_CUTS = EVERY_CUT - AUDIENCE
TOTAL_CUTS = SALES_CUTS - TECH
FEE_CUTS = CAMPAIGN | INVENTORY
MEDIA_COST_CUTS = FEE_CUTS | AUDIENCE
PLACE_CUTS = FEE_CUTS | GEO | TECH
COMBINED_CUTS = FEE_CUTS | GEO

# Amazon reports it of a line item; no table keeps it.
NO_TABLE: frozenset[Dataset] = frozenset()
