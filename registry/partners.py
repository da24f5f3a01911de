"""The parts of other producers in a product, in words for both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Mandate
from accounts.states import Role
from common.formatting import date_short

from .models import Participant
from .states import ParticipantRole

_QUESTIONS = {
    ParticipantRole.OWNER: gettext_lazy("%(producer)s says that “%(product)s” is the product of %(you)s too. Is that right?"),
    ParticipantRole.MAKER: gettext_lazy("%(producer)s says that %(you)s makes “%(product)s” too. Is that right?"),
    ParticipantRole.SUPPLIER: gettext_lazy("%(producer)s says that %(you)s supplies the raw material of “%(product)s”. Is that right?"),
}


@dataclass(frozen=True)
class ToldPart:
    """One part of another producer in a product, in words; `nobody` when its head has no account to answer with."""

    part: Participant
    nobody: bool = False

    @property
    def role(self) -> str:
        return self.part.get_role_display()

    @property
    def question(self) -> str:
        """What the head is asked."""
        product = self.part.product
        names = {"producer": product.producer.name, "product": product, "you": self.part.producer.name}
        return str(_QUESTIONS[ParticipantRole(self.part.role)]) % names

    @property
    def words(self) -> str:
        """How it stands."""
        part = self.part
        if part.declined_at:
            return _("Said no on %(day)s.") % {"day": date_short(part.declined_at)}
        if part.is_asked:
            asked = _("Asked on %(day)s. The head has not answered yet.") % {"day": date_short(part.asked_at)}
            nobody = _("Nobody there has an account yet: tell the Dinas PMD.")
            return f"{asked} {nobody}" if self.nobody else asked
        if part.is_agreed:
            return _("Agreed on %(day)s.") % {"day": date_short(part.agreed_at)}
        return _("Over since %(day)s.") % {"day": date_short(part.ends_on)}


def told_parts(parts: Iterable[Participant]) -> list[ToldPart]:
    """The parts in words; one query more tells where nobody can answer."""
    rows = list(parts)
    codes = {part.producer.code for part in rows if part.is_asked}
    heads = Mandate.objects.current().filter(role=Role.PRODUCER_HEAD, unit_kind="producer", unit_code__in=codes)
    answering = set(heads.values_list("unit_code", flat=True)) if codes else set()
    return [ToldPart(part, nobody=part.is_asked and part.producer.code not in answering) for part in rows]
