"""A server of nothing but the drawing parts, under the product's own headers, for the tests."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from core.config import Settings  # noqa: E402
from core.web import streamlit_internals  # noqa: E402
from core.web.headers import HardHeaders  # noqa: E402

settings = Settings(public_url=f"http://localhost:{sys.argv[1]}")
streamlit_internals.configure(settings)
app = st.App("pages/shell.py", middleware=[Middleware(HardHeaders, settings=settings)])
