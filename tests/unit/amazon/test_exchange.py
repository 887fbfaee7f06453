"""One exchange: allowed hosts, bounded size, and a limit on the whole of it, on real sockets."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from core.amazon.deadline import DeadlineTransport, deadline
from core.amazon.exchange import Answer, Exchange, TimeLimits
from core.errors import OurConfig, Upstream
from core.security.egress import Egress
from tests.unit.amazon.stage import START, Amazon, exchange, settings

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@contextmanager
def dribbling(
    pieces: list[bytes], *, every: float = 0.02, context: ssl.SSLContext | None = None
) -> Iterator[str]:
    """A server that sends `pieces` one after the other, then stays silent until it is closed."""
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5.0)

    def serve() -> None:
        try:
            peer, _ = server.accept()
            peer = context.wrap_socket(peer, server_side=True) if context else peer
        except OSError:
            return
        with peer:
            peer.recv(65536)
            for piece in pieces:
                if stop.wait(every):
                    return
                try:
                    peer.sendall(piece)
                except OSError:
                    return
            stop.wait(10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        stop.set()
        server.close()
        thread.join()


def self_signed(folder: Path) -> Path:
    """Write a key and a certificate that only it signed, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(START - timedelta(days=3650))
        .not_valid_after(START + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    pem = Encoding.PEM
    private = key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    return path


def got(url: str, limits: TimeLimits) -> Answer:
    """Send one request over a real socket, and leave none open."""
    allowed = Egress.from_settings(settings(amazon_na_api_url=url))
    sender = Exchange(transport=DeadlineTransport(), egress=allowed, limits=limits)
    try:
        return sender.send(sender.request("POST", f"{url}/x", content=b"hello"))
    finally:
        sender.close()


@pytest.mark.parametrize("prefix", [b"", HEAD], ids=["in the headers", "in the body"])
def test_one_byte_at_a_time_passes_every_read_limit_and_not_the_whole_ones(prefix):
    """Trap: httpx bounds each read, not the exchange."""
    pieces = [prefix] if prefix else []
    pieces += [bytes([byte]) for byte in (HEAD + b"x" * 1000)[: 500 if prefix else 30]]
    with dribbling(pieces) as url, pytest.raises(Upstream, match=r"127\.0\.0\.1 took too long"):
        got(url, TimeLimits(connect=1.0, read=1.0, total=0.3))


def test_a_host_that_never_answers_is_given_up_after_the_read_limit():
    with dribbling([]) as url, pytest.raises(Upstream, match="ReadTimeout"):
        got(url, TimeLimits(connect=1.0, read=0.1, total=30.0))


def test_a_refused_connection_is_upstream():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with pytest.raises(Upstream, match="ConnectError"):
        got(url, TimeLimits(connect=1.0, read=1.0, total=1.0))


def test_a_host_that_nobody_vouches_for_is_not_talked_to(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with dribbling([HEAD], context=context) as url, pytest.raises(Upstream, match="ConnectError"):
        got(url.replace("http:", "https:"), TimeLimits(connect=2.0, read=2.0, total=5.0))


def test_an_answer_cut_short_is_upstream():
    with dribbling([HEAD + b"half"]) as url, pytest.raises(Upstream):
        got(url, TimeLimits(connect=1.0, read=0.2, total=5.0))


def test_a_whole_answer_over_sockets_comes_back_whole():
    with dribbling([b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX-A: b\r\n\r\nbody"]) as url:
        answer = got(url, TimeLimits(connect=1.0, read=1.0, total=5.0))
    assert (answer.status, answer.body, answer.headers["x-a"]) == (201, b"body", "b")


def test_a_limit_holds_inside_its_block_only_and_an_inner_one_stretches_none():
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with (
        dribbling([empty]) as url,
        httpx.Client(transport=DeadlineTransport(), timeout=None) as plain,
    ):
        with deadline(0.0), deadline(5.0), pytest.raises(httpx.ConnectTimeout):
            plain.get(url)
        assert plain.get(url).status_code == 200


def test_only_configured_hosts_are_called():
    amazon = Amazon(httpx.Response(200))
    sender = exchange(amazon)
    with pytest.raises(OurConfig, match=r"evil\.example"):
        sender.send(sender.request("GET", "https://evil.example/v2/profiles"))
    assert amazon.requests == []


def test_an_answer_beyond_the_limit_is_dropped():
    sender = exchange(Amazon(httpx.Response(200, content=b"x" * 101)), bytes_max=100)
    with pytest.raises(Upstream, match="larger than 100 bytes"):
        sender.send(sender.request("GET", "https://na.ads.example/"))


def test_a_body_that_does_not_decode_is_upstream():
    spoiled = httpx.ByteStream(b"not gzip")
    reply = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=spoiled)
    sender = exchange(Amazon(reply))
    with pytest.raises(Upstream):
        sender.send(sender.request("GET", "https://na.ads.example/"))


def test_ids_beyond_two_to_the_53_stay_exact():
    """Trap: ids are 64-bit and some answers hold them as JSON numbers."""
    assert Answer(200, {}, b"[594085153805041900]").json() == [594085153805041900]


def test_an_answer_that_is_no_json_is_upstream():
    with pytest.raises(Upstream):
        Answer(200, {}, b"<html>").json()
