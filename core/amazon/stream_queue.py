"""The queue that Amazon Marketing Stream sends to: ours, at Amazon SQS, one a region.

A message that is received is hidden from others for a while and comes back by itself unless it is
deleted. So it is deleted only after what it holds has been committed; whatever breaks before that
makes it come again, and records that come again are counted once.

Source: Amazon SQS Developer Guide, "Visibility timeout", "Standard queues" (delivered at least
once, in no order).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.domain.regions import Region
from core.errors import OurConfig, Upstream
from core.security.secret import Secret

AT_ONCE = 10
"""What SQS hands out, and deletes, in one call at most."""

HIDDEN_SECONDS = 120
AWS_REGIONS = {Region.NA: "us-east-1", Region.EU: "eu-west-1", Region.FE: "us-west-2"}
_OURS = {
    "AccessDenied",
    "AccessDeniedException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "InvalidClientTokenId",
    "QueueDoesNotExist",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as received; `receipt` is what deletes this receiving of it."""

    message_id: str
    receipt: str
    body: str


class StreamQueue:
    """Receives from one queue. Every method raises Upstream when AWS fails, and OurConfig when it
    does not know us or the queue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    @classmethod
    def open(cls, region: Region, url: str, *, endpoint: str, key_id: str, secret: Secret) -> Self:
        """Return a region's queue. Nothing is asked of AWS yet."""
        client = boto3.client(
            "sqs",
            region_name=AWS_REGIONS[region],
            endpoint_url=endpoint or None,
            aws_access_key_id=key_id or None,
            aws_secret_access_key=secret.reveal() or None,
            config=Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3}),
        )
        return cls(client, url)

    def close(self) -> None:
        """Let go of its connections."""
        self._client.close()

    def arn(self) -> str:
        """Return the name by which Amazon Marketing Stream is told where to send."""
        answer = _asked(
            lambda: self._client.get_queue_attributes(
                QueueUrl=self._url, AttributeNames=["QueueArn"]
            )
        )
        return str(answer["Attributes"]["QueueArn"])

    def receive(self, wait_seconds: int) -> list[Message]:
        """Return up to ten messages, none when the queue stays empty for so many seconds."""
        answer = _asked(
            lambda: self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=AT_ONCE,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=HIDDEN_SECONDS,
            )
        )
        return [
            Message(str(one["MessageId"]), str(one["ReceiptHandle"]), str(one["Body"]))
            for one in answer.get("Messages", ())
        ]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages for good. One that AWS does not delete comes back, and counts once."""
        for start in range(0, len(messages), AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": message.receipt}
                for number, message in enumerate(messages[start : start + AT_ONCE])
            ]
            self._delete(entries)

    def _delete(self, entries: list[dict[str, str]]) -> None:
        _asked(lambda: self._client.delete_message_batch(QueueUrl=self._url, Entries=entries))


def _asked(call: Callable[[], T]) -> T:
    try:
        return call()
    except ClientError as refusal:
        code = str(refusal.response.get("Error", {}).get("Code", ""))
        if code in _OURS:
            raise OurConfig(f"The stream's queue cannot be used: AWS says {code}.") from None
        raise Upstream(f"The stream's queue failed: AWS says {code}.") from None
    except BotoCoreError as failure:
        raise Upstream(f"The stream's queue was not reached ({type(failure).__name__}).") from None
