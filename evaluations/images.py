"""Which images of the evaluation a person may look at, beside those of the registry's own scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, QuerySet

from registry.models import VersionImage
from registry.queries.images import register_image_scope
from registry.services.images import register_image_use

from .models import Entrant, EvidenceRequest, Visit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser


def of_versions(user: Reader) -> QuerySet:
    """Photos of the frozen version of a product the person may follow."""
    return VersionImage.objects.filter(image=OuterRef("pk"), version__in=Entrant.objects.for_user(user).values("version"))


def of_visits(user: Reader) -> QuerySet:
    """Photos of visits."""
    return Visit.images.through.objects.filter(
        storedimage=OuterRef("pk"), visit__in=Visit.objects.filter(entrant__in=Entrant.objects.for_user(user))
    )


def of_answers(user: Reader) -> QuerySet:
    """Photos producers sent with an answer."""
    rows = EvidenceRequest.objects.filter(entrant__in=Entrant.objects.for_user(user))
    return EvidenceRequest.images.through.objects.filter(storedimage=OuterRef("pk"), evidencerequest__in=rows)


def register() -> None:
    """Called once in `ready()`."""
    for rows in (of_versions, of_visits, of_answers):
        register_image_scope(rows)
    register_image_use(Visit.images.through, "storedimage")
    register_image_use(EvidenceRequest.images.through, "storedimage")
