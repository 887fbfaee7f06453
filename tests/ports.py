"""Ports of loopback for the servers that the tests start."""

from __future__ import annotations

import itertools
import os
import socket

# Below the ports that the kernel gives away by itself: a range for each worker, entered at a place
# of the process's own, so that two runs of the suite on one machine seldom meet.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 3
_RANGE = 4_000
_FIRST = 20_000 + _RANGE * _WORKER
_NEXT = (_FIRST + n % _RANGE for n in itertools.count(os.getpid() * 61))


def free_port(neighbours: int = 0) -> int:
    """Return a port that nothing listens on, and neither on so many after it.

    No two calls of one worker, and no two workers, are given the same.
    """
    while True:
        ports = [next(_NEXT) for _ in range(neighbours + 1)]
        if ports[-1] == ports[0] + neighbours and all(map(_can_be_bound, ports)):
            return ports[0]


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
