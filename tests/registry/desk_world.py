"""What the tests of the desk share: a sent product, its people, and short words for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from registry.models import Product, Submission

from .factories import OTHER_REGENCY, make_head, make_officer, make_producer, make_product
from .steps import send


@dataclass
class Desk:
    """A product on the desk of Ngada, the officers around it, and an officer of Alor."""

    product: Product
    submission: Submission
    head: User
    regency: User
    colleague: User
    province: User
    other: User
    viewer: User


def make_desk(**product: Any) -> Desk:
    producer = make_producer()
    head = make_head(producer)
    made = make_product(producer, **product)
    return Desk(
        product=made,
        submission=send(head, made),
        head=head,
        regency=make_officer(),
        colleague=make_officer(),
        province=make_officer(Role.PROVINCE_OFFICER, ["53"]),
        other=make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]),
        viewer=make_officer(Role.VIEWER, ["53"]),
    )


def page(name: str, submission: Submission, *more: Any) -> str:
    return reverse(name, args=[submission.number, *more])


def login(client: Any, user: User) -> Any:
    client.force_login(user, backend="accounts.backends.LoginBackend")
    return client
