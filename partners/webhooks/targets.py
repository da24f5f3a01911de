"""Where webhooks may lead: https to public addresses. Outside development no address of the portal's own network is called."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.states import AttemptError

LONGEST_URL = 500
LOOKED_UP_WITHIN = 3.0  # seconds
_PLAIN = re.compile(r"[!-~]+")
_DEFAULT_PORTS = {"https": 443, "http": 80}
# 6to4 and Teredo carry an IPv4 address within; the third was private once. (What else carries one lies in ::/8, which is reserved.)
_CLOSED = [ipaddress.IPv6Network(text) for text in ("2002::/16", "2001::/32", "fec0::/10")]

WRONG_URL = _("Write a whole address, for example https://example.org/hooks.")
NOT_HTTPS = _("The address must begin with https://.")
WRONG_PORT = _("The port must be 443, or 1024 and above.")
WITH_USER = _("The address must not hold a username or password.")
NOT_FOUND = _("The name of the host is not found.")
PRIVATE = _("The host lies at a private or reserved address, which the portal does not call.")


class Trouble(Exception):
    """An attempt that came to nothing, with the word for the log."""

    def __init__(self, word: AttemptError):
        super().__init__(word.value)
        self.word = word


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    is_tls: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORTS["https" if self.is_tls else "http"] else f"{name}:{self.port}"


def parse(url: str) -> Target:
    """The address taken apart; raises ValidationError for one that is not allowed by its form."""
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url):
        raise ValidationError(WRONG_URL)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValidationError(WRONG_URL) from error
    if not host or parts.scheme not in _DEFAULT_PORTS or parts.fragment or "\\" in parts.netloc:
        raise ValidationError(WRONG_URL)
    if "@" in parts.netloc:
        raise ValidationError(WITH_USER)
    _check_openness(parts.scheme, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, _DEFAULT_PORTS[parts.scheme] if port is None else port, path)


def _check_openness(scheme: str, port: int | None) -> None:
    if settings.WEBHOOK_PRIVATE_TARGETS:
        return
    if scheme != "https":
        raise ValidationError(NOT_HTTPS)
    if port not in (None, 443) and port < 1024:
        raise ValidationError(WRONG_PORT)


def check(url: str) -> str:
    """The address itself once it may be a webhook's; raises ValidationError. Asks for the host's addresses."""
    target = parse(url)
    if not settings.WEBHOOK_PRIVATE_TARGETS:
        try:
            addresses(target)
        except Trouble as trouble:
            raise ValidationError(NOT_FOUND if trouble.word == AttemptError.NAME else PRIVATE) from trouble
    return url


def addresses(target: Target) -> list[str]:
    """The addresses of the host, every one of them public; whoever connects uses these, never the name again."""
    found = _look_up(target.host, target.port)
    if not found:
        raise Trouble(AttemptError.NAME)
    if not settings.WEBHOOK_PRIVATE_TARGETS and not all(is_public(address) for address in found):
        raise Trouble(AttemptError.REFUSED)
    return found


def is_public(text: str) -> bool:
    """Whether an address lies in the open internet."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_multicast or address.is_reserved or address.is_link_local or address.is_unspecified:
        return False
    return address.is_global and not any(address in network for network in _CLOSED)


def _look_up(host: str, port: int) -> list[str]:
    """What the resolver says, or nothing when it fails or takes too long; it knows no limit of its own."""
    answers: SimpleQueue[list[str]] = SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))

    Thread(target=ask, daemon=True, name="look-up").start()
    try:
        return answers.get(timeout=LOOKED_UP_WITHIN)
    except Empty:
        return []
