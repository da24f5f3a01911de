"""Reads of stored images."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.scope import scope_q
from accounts.states import Action
from registry.states import ImageState

from .base import producer_reach

# Further ways to an image, by upper apps: the user's rows that name `OuterRef("pk")`.
_SCOPES: list[Callable[[User | AnonymousUser], QuerySet]] = []


def register_image_scope(rows: Callable[[User | AnonymousUser], QuerySet]) -> None:
    """Let an upper app show images it keeps to those who may see its rows; call it in `ready()`.

    `rows(user)` answers a queryset filtered by `OuterRef("pk")`, the image asked for.
    """
    _SCOPES.append(rows)


class StoredImageQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Images open to anybody: a published version names them."""
        return self.filter(published_at__isnull=False)

    def ready_among(self, hashes: Iterable[str]) -> set[str]:
        """Which of these hashes are prepared for showing; tells nothing else of them."""
        return set(self.filter(sha256__in=set(hashes), state=ImageState.READY).values_list("sha256", flat=True))

    def for_user(self, user: User | AnonymousUser, action: Action = Action.PRODUCER_VIEW) -> Self:
        """Images used by a product, permit or submission in the user's scope."""
        from registry.models import Permit, ProductPhoto, Submission, VersionImage  # noqa: PLC0415 - models import this module

        def reached(path: str) -> Q:
            return scope_q(user, action, producer_reach(path))

        # Asked of each image by its foreign keys: one file is served without walking all photos of an area.
        photos = ProductPhoto.objects.filter(reached("product__producer__"), image=OuterRef("pk"))
        scans = Permit.objects.filter(reached("producer__"), scan=OuterRef("pk"))
        sheets = Submission.objects.filter(reached("product__producer__"), evidence=OuterRef("pk"))
        sent = VersionImage.objects.filter(reached("version__submission__product__producer__"), image=OuterRef("pk"))
        ways = [photos, scans, sheets, sent, *(rows(user) for rows in _SCOPES)]
        return self.filter(reduce(or_, (Exists(way) for way in ways)))
