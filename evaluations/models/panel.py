"""Who judges: the panel of a round, and who may not judge which product."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.queries.rounds import OfEntrant, OfRound

from .rounds import Entrant, Round


@pghistory.track()
class PanelMember(models.Model):
    """A person on the panel of one round; one chair, one secretary. Ended, never deleted: sheets point to the person."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="members", verbose_name=_("round"))
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=states.PanelRole, default=states.PanelRole.MEMBER)
    scores = models.BooleanField(_("fills in sheets"), default=True)
    families = ArrayField(models.CharField(max_length=60), verbose_name=_("expertise (families)"), default=list, blank=True)
    load_limit = models.PositiveSmallIntegerField(_("own limit of products"), null=True, blank=True, validators=[MinValueValidator(1)])
    ended_at = models.DateTimeField(_("left the panel"), null=True, blank=True, editable=False)
    ended_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)

    objects = OfRound.as_manager()

    class Meta:
        verbose_name = _("member of a panel")
        verbose_name_plural = _("members of panels")
        ordering = ["round", "role", "pk"]
        constraints = [
            models.UniqueConstraint(name="panel_person_once", fields=["round", "user"]),
            models.UniqueConstraint(name="panel_one_chair", fields=["round"], condition=Q(role="chair", ended_at=None)),
            models.UniqueConstraint(name="panel_one_secretary", fields=["round"], condition=Q(role="secretary", ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.get_role_display()}"


class Conflict(models.Model):
    """Why one person may not judge one product. While the round is not established it also hides the product from them.

    Computed kinds are refreshed by services/conflicts.py; a declared one stays. `detail` is for chair and secretary.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="conflicts")
    entrant = models.ForeignKey(Entrant, models.CASCADE, related_name="conflicts", verbose_name=_("product"))
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=states.ConflictKind)
    detail = models.CharField(_("what"), max_length=300, blank=True)
    noted_at = models.DateTimeField(_("noted"), default=timezone.now, editable=False)

    objects = OfEntrant.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["entrant", "user", "kind"]
        indexes = [models.Index(fields=["user", "entrant"], name="conflict_of_user")]
        constraints = [models.UniqueConstraint(name="conflict_once", fields=["entrant", "user", "kind"])]

    def __str__(self) -> str:
        return f"{self.entrant_id}: {self.user_id} {self.kind}"
