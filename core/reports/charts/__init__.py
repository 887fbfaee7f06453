"""Charts as values, as Vega-Lite, and as tables of figures: one way for screens and paper."""
