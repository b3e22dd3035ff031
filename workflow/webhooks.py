"""Posting to an address that somebody typed in, without becoming a door into the house's own network.

The name is resolved once, every address it has is checked, and the connection goes to one that was checked: a name that
answers differently the second time gains nothing (docs/adr/0014-webhooks.md).
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

CONNECT_SECONDS = 5
READ_SECONDS = 10
TOTAL_SECONDS = 15  # also for a server that answers byte by byte
LONGEST_ANSWER = 64 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """We do not post there: the address, or where it leads."""


class Away(Exception):
    """The server cannot be reached, or says nothing in time."""


def fault_of(url: str) -> str:
    """What is wrong with an address as it is written, empty if nothing; nothing is resolved."""
    try:
        parts = _split(url)
    except Refused as refusal:
        return str(refusal)
    if parts.scheme == "http" and not settings.WEBHOOK_ALLOWED_NETWORKS:
        return "only https"
    return ""


def post(url: str, body: bytes, *, key: str) -> tuple[int, bytes]:
    """Post JSON; the status and the answer. ``key`` is the same at every try.

    Raises Refused for an address that is not public (nor in WEBHOOK_ALLOWED_NETWORKS), for plain HTTP outside those
    networks, for a redirect and for an endless answer; Away where nobody answers in time. Neither names the address.
    """
    parts = _split(url)
    address = _checked(parts)
    connection = _Pinned(parts, address)
    with contextlib.closing(connection), _deadline(connection) as ended:
        try:
            connection.request(
                "POST",
                f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
                body=body,
                headers={"Content-Type": "application/json; charset=utf-8", "X-Idempotency-Key": key},
            )
            response = connection.getresponse()
            if 300 <= response.status < 400:
                raise Refused(f"a redirect (HTTP {response.status})")
            answer = response.read(LONGEST_ANSWER + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        if ended.is_set():
            raise Away("the answer took too long")
    if len(answer) > LONGEST_ANSWER:
        raise Refused("an endless answer")
    return response.status, answer


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, speaking to the name it was checked for."""

    def __init__(self, parts: SplitResult, address: Address) -> None:
        super().__init__(str(parts.hostname), _port(parts), timeout=READ_SECONDS)
        self._address, self._is_secure = str(address), parts.scheme == "https"
        self.held: socket.socket | None = None  # ``sock`` is gone as soon as an answer begins that ends the connection
        self.default_port = 443 if self._is_secure else 80  # or the Host header would name it

    def connect(self) -> None:
        sock = socket.create_connection((self._address, self.port), timeout=CONNECT_SECONDS)
        self.sock = self.held = sock  # the deadline holds for the handshake too
        if self._is_secure:
            self.sock = self.held = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        self.sock.settimeout(READ_SECONDS)


@contextlib.contextmanager
def _deadline(connection: _Pinned) -> Iterator[threading.Event]:
    ended = threading.Event()

    def end() -> None:
        ended.set()
        if connection.held is not None:
            with contextlib.suppress(OSError, ValueError):
                connection.held.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(TOTAL_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()


def _split(url: str) -> SplitResult:
    if not (url.isascii() and url.isprintable()):
        raise Refused("no address")
    try:
        parts = urlsplit(url)
        _port(parts)
    except ValueError:
        raise Refused("no address") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or " " in url:
        raise Refused("no address")
    if parts.username is not None or parts.password is not None:
        raise Refused("an address with a name and password")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _checked(parts: SplitResult) -> Address:
    """The address to connect to. All that the name has must be allowed, not just the one we take."""
    addresses = _resolved(str(parts.hostname), _port(parts))
    for address in addresses:
        if _is_inside(address):
            continue
        if not _is_public(address):
            raise Refused("not a public address")
        if parts.scheme != "https":
            raise Refused("only https")
    return addresses[0]


def _resolved(host: str, port: int) -> Sequence[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Away(f"{type(error).__name__}: the name is not known") from error
    return [_plain(ipaddress.ip_address(str(one[4][0]).partition("%")[0])) for one in found]


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_inside(address: Address) -> bool:
    networks = [ipaddress.ip_network(network, strict=False) for network in settings.WEBHOOK_ALLOWED_NETWORKS]
    return any(address in network for network in networks)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:
            return False
        if address.sixtofour is not None:  # leads to an address of the other kind
            return _is_public(address.sixtofour)
    return address.is_global and not (address.is_multicast or address.is_reserved)
