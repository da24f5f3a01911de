"""Photos of versions, answers and visits: seen wherever the product is seen in its round, never where a conflict hides it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet

from accounts.models import User
from accounts.states import Action
from registry.models import VersionImage


def judged_images(user: User | AnonymousUser) -> QuerySet:
    """Photos of the frozen versions, for whoever follows the product in its round."""
    from evaluations.models import Entrant  # noqa: PLC0415 - models import the queries of this folder

    return VersionImage.objects.filter(image=OuterRef("pk"), version__in=Entrant.objects.for_user(user).values("version"))


def answered_images(user: User | AnonymousUser) -> QuerySet:
    """Answers to questions, for reviewers with a sheet of the product, those who run the round and officers of the area."""
    from evaluations.models import EvidenceRequest  # noqa: PLC0415 - models import the queries of this folder

    return EvidenceRequest.objects.for_user(user).filter(images=OuterRef("pk"))


def asked_images(user: User | AnonymousUser) -> QuerySet:
    """The own answers, for the producer."""
    from evaluations.models import EvidenceRequest  # noqa: PLC0415 - models import the queries of this folder

    return EvidenceRequest.objects.for_user(user, Action.EVALUATION_ANSWER).filter(images=OuterRef("pk"))


def visited_images(user: User | AnonymousUser) -> QuerySet:
    """Photos of visits, for whoever follows the product in its round; the producer reads no visit."""
    from evaluations.models import Visit  # noqa: PLC0415 - models import the queries of this folder

    return Visit.objects.for_user(user).filter(images=OuterRef("pk"))


def decreed_images(user: User | AnonymousUser) -> QuerySet:
    """Photos of signed minutes, for those who run the round, while the decree is in force: they name every product."""
    from evaluations.models import Decree, Round  # noqa: PLC0415 - models import the queries of this folder

    run = Round.objects.run_by(user).established() if user.pk else Round.objects.none()
    return Decree.objects.filter(scan=OuterRef("pk"), revoked_at=None, result_set__round__in=run.values("pk"))
