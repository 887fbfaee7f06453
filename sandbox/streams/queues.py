"""The queues: Amazon SQS as moto speaks it, over HTTP on a port of this machine.

moto is brought in only when a stream is asked for: it is large.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
from collections.abc import Sequence
from typing import Any

QUEUE_NAME = "flightdeck-stream"
AWS_REGIONS = {"na": "us-east-1", "eu": "eu-west-1", "fe": "us-west-2"}
_OWNER = "123456789012"
_DUPLICATED = 17


class Queues:
    """A running SQS with one queue a region of the Ads API.

    Amazon's side puts messages in directly, as a topic does; receivers speak HTTP.
    """

    def __init__(self, port: int) -> None:
        from moto.backends import get_backend
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer("127.0.0.1", port=port, verbose=False)
        self._server.start()
        host, bound = self._server.get_host_and_port()
        self.address = f"http://{host}:{bound}"
        owned = get_backend("sqs")[_OWNER]
        self._backends: dict[str, Any] = {name: owned[aws] for name, aws in AWS_REGIONS.items()}
        for backend in self._backends.values():
            backend.create_queue(QUEUE_NAME)

    def shown(self) -> dict[str, str]:
        """Return the address of each region's queue."""
        return dict.fromkeys(AWS_REGIONS, f"{self.address}/{_OWNER}/{QUEUE_NAME}")

    def has(self, arn: str) -> bool:
        """Return whether a destination is one of the queues here."""
        return any(arn == _arn(region) for region in AWS_REGIONS)

    def send(self, arn: str, bodies: Sequence[str]) -> int:
        """Put messages into a queue as a standard queue does: some twice, in no order.

        Return how many were sent. The same messages are always disturbed in the same way.
        """
        region = next(region for region in AWS_REGIONS if arn == _arn(region))
        sent = [*bodies, *(body for body in bodies if _mark(body) % _DUPLICATED == 0)]
        random.Random(len(sent)).shuffle(sent)
        for body in sent:
            self._backends[region].send_message(QUEUE_NAME, body)
        return len(sent)

    def empty(self) -> None:
        """Let every queue be a new one, with nothing in it."""
        for backend in self._backends.values():
            backend.delete_queue(QUEUE_NAME)
            backend.create_queue(QUEUE_NAME)

    def close(self) -> None:
        """Stop the server; what waited in the queues is gone."""
        self._server.stop()


def queue_urls(address: str) -> dict[str, str]:
    """Return the address of each region's queue of an SQS that speaks at an address."""
    return dict.fromkeys(AWS_REGIONS, f"{address}/{_OWNER}/{QUEUE_NAME}")


def _arn(region: str) -> str:
    return f"arn:aws:sqs:{AWS_REGIONS[region]}:{_OWNER}:{QUEUE_NAME}"


def notification(body: object) -> str:
    """Return a message as Amazon's topic hands it to the queue."""
    message = json.dumps(body)
    number = hashlib.sha256(message.encode()).hexdigest()[:32]
    return json.dumps({"Type": "Notification", "MessageId": number, "Message": message})


def confirmation(url: str, token: str) -> str:
    """Return the message that asks whether the queue wants to be sent to."""
    said = "Visit the SubscribeURL to confirm."
    return json.dumps(
        {"Type": "SubscriptionConfirmation", "Token": token, "Message": said, "SubscribeURL": url}
    )


def _mark(body: str) -> int:
    return int(hashlib.sha256(body.encode()).hexdigest()[:8], 16)
