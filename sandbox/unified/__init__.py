"""Reports of the unified API (beta): the same rows under other names, over other spans of time.

A request is translated into a version 3 one; what differs is validation, naming and delivery.
"""
