"""Row-level security on Postgres: roles, helper functions, grants and policies, as SQL.

All of it is made from the words that each table says of itself (`core.store.schema.base`) and
from the few tables that have policies of their own. The repositories filter by tenant too: these
are the second wall, and the one that outside interfaces meet.
"""

from core.store.guards.functions import function_statements
from core.store.guards.grants import grant_statements
from core.store.guards.policies import policy_statements
from core.store.guards.roles import AUTHENTICATED, GUARD, SCHEDULER, WEB, role_statements

__all__ = [
    "AUTHENTICATED",
    "GUARD",
    "SCHEDULER",
    "WEB",
    "function_statements",
    "grant_statements",
    "policy_statements",
    "role_statements",
]
