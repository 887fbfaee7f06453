"""The drawing parts that screens share.

header       title, data-through line with age and zone, notices
filters      the filter bar: dates, comparison, advertiser, order, text; the URL is its memory
tiles        label, figure, change with sign and word, sparkline
charts       lines over days, comparison, shaded days, events; ranked bars; each with its table
tables       a grid of rows with units, tooltips, frozen first column, and totals that may say n/a
states       not linked, loading, empty, stale, partial, failed
downloads    a link to a file of exactly what is shown
markup       escaping and the small pieces of HTML the others are made of

A part takes finished values and draws them. It asks no question and knows no tenant.
"""
