"""Ids as types. Amazon's ids are 64-bit numbers kept as text; ours are opaque text."""

from __future__ import annotations

from typing import NewType

OrgId = NewType("OrgId", str)
UserId = NewType("UserId", str)
ConnectionId = NewType("ConnectionId", str)
JobId = NewType("JobId", str)
LoadId = NewType("LoadId", str)

AdvertiserId = NewType("AdvertiserId", str)
OrderId = NewType("OrderId", str)
FlightId = NewType("FlightId", str)
LineItemId = NewType("LineItemId", str)
CreativeId = NewType("CreativeId", str)
ProfileId = NewType("ProfileId", str)
EntityId = NewType("EntityId", str)
