"""The one next thing to do in the workspace, across all products of a person's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import mandates_for
from accounts.states import Action, Role

from .states import SubmissionState as S

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Producer
    from .overview import Line

MINUTES_A_PART = 2


@dataclass(frozen=True)
class NextStep:
    """The one thing to do next."""

    title: str
    text: str
    url: str
    action: str


def next_step(lines: list[Line], producers: list[Producer], user: User) -> NextStep | None:
    """What to do next across all products: check what a partner system filled in, mend, look, send, write on, begin.

    None when everything waits for others.
    """
    asked = next((line for line in lines if line.asked_by and line.can_send), None)
    if asked:
        return _check(asked)
    lines = [line for line in lines if not line.asked_by]
    returned = sorted(
        (line for line in lines if line.state == S.RETURNED), key=lambda line: str(line.open.return_due_on if line.open else None)
    )
    if returned:
        return _mend(returned[0])
    heads = {mandate.unit_code for mandate in mandates_for(user, Action.SUBMISSION_SEND) if mandate.role == Role.PRODUCER_HEAD}
    strange = next((line for line in lines if line.to_object and line.product.producer.code in heads), None)
    if strange:
        return _look(strange)
    drafts = sorted((line for line in lines if line.state == S.DRAFT), key=lambda line: -line.complete.percent)
    if drafts:
        return _write(drafts[0])
    empty = {line.product.producer_id for line in lines}
    first = next((producer for producer in producers if producer.pk not in empty), None)
    return _begin(first) if first else None


def _check(line: Line) -> NextStep:
    title = _("Check and send %(product)s") % {"product": line.product}
    text = _("%(partner)s has filled it in and asks you to check and send it.") % {"partner": line.asked_by}
    return NextStep(title, text, reverse("product_send", args=[line.product.code]), _("Look it over and send"))


def _mend(line: Line) -> NextStep:
    count, name = len(line.flags), str(line.product)
    if not count:
        text = line.decision.comment if line.decision else ""
        return NextStep(_("Read the officer's answer on %(product)s") % {"product": name}, text, line.url, _("Read and mend"))
    title = ngettext("Mend %(count)s part of %(product)s", "Mend %(count)s parts of %(product)s", count) % {"count": count, "product": name}
    text = _("The officer asks you to look at: %(parts)s. It takes about %(minutes)s minutes.")
    return NextStep(title, text % {"parts": ", ".join(line.parts), "minutes": count * MINUTES_A_PART}, line.url, _("Mend now"))


def _look(line: Line) -> NextStep:
    title = _("Look at what was sent on your behalf: %(product)s") % {"product": line.product}
    text = _("Is it right? Then there is nothing to do. If not, say so before it is published.")
    return NextStep(title, text, reverse("workspace_product", args=[line.product.code]), _("Look at it"))


def _write(line: Line) -> NextStep:
    name = {"product": str(line.product)}
    if line.complete.can_be_sent:
        return NextStep(
            _("Send %(product)s") % name, _("Everything that is needed is there."), line.continue_url, _("Look it over and send")
        )
    missing = line.complete.missing
    text = _("Still needed: %(parts)s.") % {"parts": ", ".join(str(need.words) for need in missing[:3])}
    return NextStep(_("Go on with %(product)s") % name, text, line.continue_url, _("Go on"))


def _begin(producer: Producer) -> NextStep:
    text = _("A name, a photo and two sentences are enough to begin. The rest can follow.")
    url = f"{reverse('product_start')}?unit={producer.code}"
    return NextStep(_("Start the first product of %(producer)s") % {"producer": producer.name}, text, url, _("Start"))
