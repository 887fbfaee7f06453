"""Reports: one port, an adapter per generation of Amazon's reporting API.

`port` says what a report is asked for with and what comes back; `v3` speaks
`/reporting/reports`, `v1` the unified reports; `specs` and `v1_specs` hold which report fills
which table of the lake; `download` brings a finished file home, `parts` makes one of several.
"""
