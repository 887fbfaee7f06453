"""Orders, flights, line items, creatives as they were and are; what people set on them."""
