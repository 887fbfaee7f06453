"""The metric store: Delta tables, loads and their checks, questions and their answers.

`Lake` is the door: `lake.reader(scope)` answers, `lake.commit(scope, ...)` takes loads. See the
section "Lake" of docs/architecture.md.
"""
