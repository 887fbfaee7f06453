"""`python -m sandbox`: start, say where, serve until told to stop."""

from __future__ import annotations

import socket
import sys

import uvicorn

from sandbox.app import application
from sandbox.options import Options
from sandbox.state import Sandbox


class Announced(uvicorn.Server):
    """A server that says when it can be used."""

    def __init__(self, config: uvicorn.Config, sentence: str) -> None:
        super().__init__(config)
        self._sentence = sentence

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"{self._sentence}\n")
            sys.stdout.flush()


def main() -> None:
    """Serve the sandbox on 127.0.0.1."""
    options = Options.parse(sys.argv[1:])
    config = uvicorn.Config(
        application(Sandbox.started(options)),
        host="127.0.0.1",
        port=options.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    Announced(config, f"The sandbox is ready at {options.base_url}").run()


if __name__ == "__main__":
    main()
