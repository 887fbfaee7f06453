"""The world behind the API: advertisers, their orders, and what happened on each day.

Pure and deterministic: nothing here reads a clock or keeps state. Every figure is a function
of the seed, the anchor day and the question, so two processes with the same seed say the same.
"""
