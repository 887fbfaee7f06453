"""A server of nothing but the drawing parts, under the product's own headers, for the tests."""

from __future__ import annotations

import sys

import streamlit as st
from starlette.middleware import Middleware

from core.config import Settings
from core.web import streamlit_internals
from core.web.headers import HardHeaders

settings = Settings(public_url=f"http://localhost:{sys.argv[1]}")
streamlit_internals.configure(settings)
app = st.App("pages/shell.py", middleware=[Middleware(HardHeaders, settings=settings)])
