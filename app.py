"""The web process: `streamlit run app.py` (or `uvicorn app:app`). Its composition root."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from core.config import Settings
from core.errors import OurConfig, Upstream
from core.web import streamlit_internals
from core.web.frame import on_script_error
from core.web.logs import write_logs
from core.web.routes import all_middleware, all_routes
from core.web.screens import PATHS
from core.web.services import Services, install
from core.web.warm import warm_up

try:
    settings = Settings.load().for_web()
    write_logs(settings)
    services = install(Services.opened(settings))
except (OurConfig, Upstream) as refusal:
    raise SystemExit(f"Flightdeck does not start. {refusal}") from None

streamlit_internals.configure(settings)


@asynccontextmanager
async def life(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Pay for imports and a first run before the first visitor comes; close all at the end."""
    await warm_up()
    try:
        yield {}
    finally:
        services.close()


app = st.App(
    "pages/shell.py",
    secrets={"auth": streamlit_internals.auth_secrets(settings)},
    routes=all_routes(services, PATHS),
    middleware=all_middleware(services, PATHS),
    lifespan=life,
    on_script_error=on_script_error,
)
