"""Asking pages as many kinds of people, against answers written out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User


def client_of(user: User | None) -> Client:
    """A client signed in as this person, or as nobody."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def status_of(client: Client, address: str, method: str = "get") -> str:
    """The status of an answer, read to its end so that no file stays open."""
    answer = getattr(client, method)(address)
    b"".join(answer)
    return str(answer.status_code)


def wrong_in(
    expected: Mapping[str, str],
    people: Mapping[str, User | None],
    args: Mapping[str, list[Any]],
    who: Iterable[str],
    method: str = "get",
) -> list[str]:
    """The rows of a table of answers that are not as written: by name of the address, one status for each person."""
    clients = [client_of(people[one]) for one in who]
    wrong = []
    for name, row in expected.items():
        found = " ".join(status_of(client, reverse(name, args=args.get(name, [])), method) for client in clients)
        if found != row:
            wrong.append(f"{name}: {found} instead of {row}")
    return wrong
