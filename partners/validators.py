"""Networks from which a credential may be used."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def clean_network(text: str) -> str:
    """One address or network in its usual spelling, such as 203.0.113.7/32; raises ValidationError when it is none."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no internet address."), params={"text": text.strip()[:60]}) from error


def check_network(text: str) -> None:
    """Validator of a stored network."""
    clean_network(text)


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A caller's address, an IPv4 address written as IPv6 told as IPv4; None when it is none (a local socket)."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_inside(text: str, networks: Iterable[str]) -> bool:
    """Whether a caller's address lies in one of the networks; without networks every caller does."""
    wanted = list(networks)
    address = address_of(text)
    return not wanted or (address is not None and any(address in ipaddress.ip_network(network) for network in wanted))
