"""Questions about the business, answered as typed values. No Streamlit, no SQL, no HTTP.

desk         what a question is answered from: scope, moment, store, lake, and what is remembered
directory    orders with their flights and stages, as they stand
known_days   what is known of each advertiser's days, and the data-through line
audience     which advertisers and orders a view means, by currency, with their periods
history      sums of measures by day, like for like with the days compared
pace_book    plan, budget-consuming spend and pace of every flight
portfolio    a row per advertiser
morning      tiles, cumulative spend against plan, trend
order_table  a row per order
performance  a row per advertiser, order, line item or creative; funnel, credit, returns
reach        people by window, orders and supplies of one; how far videos are watched
attention    what needs somebody, and how it is handled
changes      what changed in orders, flights, line items and creatives
health       coverage, requests, checks, probes: how far the data can be trusted
sheets       any of their tables as columns and rows, for screens and files alike
"""
