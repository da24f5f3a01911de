"""Instruments in the staff area: the list, one as a tree with its sums, its life, and what a new version changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.permissions import Answer, may_anywhere
from accounts.states import Action
from evaluations.errors import Conflict, NotReady, RegistryError
from evaluations.forms.instruments import StartForm
from evaluations.instrument_checks import HUNDRED, sum_of_section, sum_of_variant, top_of
from evaluations.instrument_difference import difference
from evaluations.instrument_edits import Address, moved, without_part
from evaluations.instrument_places import SHARED_WORD, address_of
from evaluations.instrument_schema import Content, plain
from evaluations.instrument_words import LABELS, shown, where_of, where_problem
from evaluations.models import Instrument
from evaluations.services import instruments as service
from registry.models import Category
from registry.views.rows import one_or_404

from .base import EvaluationMixin
from .rounds_base import expected_of


def family_names() -> dict[str, str]:
    """The families' names on the screen."""
    return {group.slug: group.name for group in Category.objects.in_order() if group.parent_id is None}


def family_of(word: str) -> str:
    """The family a part of an address means."""
    return "" if word == SHARED_WORD else word


class InstrumentPage(EvaluationMixin):
    """A page about instruments, for those who follow the evaluation."""

    here = _("Instruments")

    def allowed(self) -> Answer:
        return may_anywhere(self.request.user, Action.EVALUATION_VIEW)

    @cached_property
    def may_edit(self) -> bool:
        return bool(may_anywhere(self.request.user, Action.INSTRUMENT_EDIT))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"may_edit": self.may_edit, **kwargs})


class EditorPage(InstrumentPage):
    """A page for those who write instruments."""

    def allowed(self) -> Answer:
        return super().allowed() and may_anywhere(self.request.user, Action.INSTRUMENT_EDIT)


class OneInstrument(InstrumentPage):
    """A page about one version; 404 for a draft of which one may not know."""

    @cached_property
    def instrument(self) -> Instrument:
        rows = Instrument.objects.for_user(self.request.user).whole().select_related("copied_from", "published_by")
        return one_or_404(rows, code=self.kwargs["code"], version=self.kwargs["version"])

    @cached_property
    def content(self) -> Content:
        return service.stands_in(self.instrument)

    @property
    def home(self) -> str:
        return reverse("instrument", args=[self.instrument.code, self.instrument.version])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"instrument": self.instrument, "content": self.content, "may_write": self.may_edit and self.instrument.is_draft}
        return super().get_context_data(**{**own, **kwargs})


class InstrumentListView(InstrumentPage, TemplateView):
    """Every instrument with its state, families and sums."""

    template_name = "evaluations/instruments/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = family_names()
        found = Instrument.objects.for_user(self.request.user).prefetch_related("sections")
        rows = [{"instrument": one, "families": families_with_sums(one, names)} for one in found]
        return super().get_context_data(rows=rows, **kwargs)


def families_with_sums(instrument: Instrument, names: dict[str, str]) -> list[dict[str, Any]]:
    """The families of an instrument with the points of their sections, from loaded sections alone."""
    sections = list(instrument.sections.all())
    shared = sum((s.points for s in sections if not s.family), Decimal(0))
    own: dict[str, Decimal] = {}
    for section in sections:
        if section.family:
            own[section.family] = own.get(section.family, Decimal(0)) + section.points
    return [sum_row(names.get(family, family), shared + points) for family, points in own.items()]


def sum_row(name: str, total: Decimal, others: Decimal = Decimal(0)) -> dict[str, Any]:
    """One line of a sum that should be 100; `others` is what cannot be changed on this page."""
    return {"name": name, "sum": plain(total), "is_right": total == HUNDRED, "others": plain(others)}


def tree_of(content: Content, names: dict[str, str]) -> list[dict[str, Any]]:
    """The content as branches for the page: shared sections first, then each family with its sum."""
    shared = {"word": SHARED_WORD, "name": _("Shared by all families"), "sections": branches(content["sections"], SHARED_WORD)}
    families = [
        {
            "word": family["family"],
            "name": names.get(family["family"], family["family"]),
            "sections": branches(family["sections"], family["family"]),
            "total": sum_row("", sum_of_variant(content, family["family"])),
        }
        for family in content["variants"]
    ]
    return [shared, *families]


def branches(sections: list[Content], word: str) -> list[dict[str, Any]]:
    """Sections with the sum of their criteria; each part knows its words in an address."""
    made = []
    for section in sections:
        got = sum_of_section(section)
        criteria = [{**one, "max": plain(top_of(one))} for one in section["criteria"]]
        made.append({**section, "word": word, "sum": plain(got), "is_right": got == Decimal(section["points"]), "criteria": criteria})
    return made


class InstrumentView(OneInstrument, TemplateView):
    """One version as a tree, with everything that can be done to it."""

    template_name = "evaluations/instruments/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = family_names()
        missing = [slug for slug in names if slug not in {family["family"] for family in self.content["variants"]}]
        problems = service.problems_of(self.instrument) if self.instrument.is_draft else []
        return super().get_context_data(
            tree=tree_of(self.content, names),
            problem_count=len(problems),
            missing=[(slug, names[slug]) for slug in missing],
            shared_word=SHARED_WORD,
            **kwargs,
        )


class StartView(EditorPage, TemplateView):
    """A new instrument from nothing."""

    template_name = "evaluations/instruments/start.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = StartForm(request.POST)
        if form.is_valid():
            try:
                made = service.create_instrument(actor=request.user, **form.raw())
            except NotReady as error:
                form.add_error("code", str(error.reason))
            else:
                return redirect("instrument", made.code, made.version)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": StartForm(), **kwargs})


class DifferenceView(OneInstrument, TemplateView):
    """What this version changed against the one it was copied from."""

    template_name = "evaluations/instruments/difference.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        former = self.former()
        changes = difference(service.stands_in(former), self.content) if former else []
        return super().get_context_data(former=former, changes=change_rows(changes), **kwargs)

    def former(self) -> Instrument | None:
        rows = Instrument.objects.for_user(self.request.user).whole()
        return rows.filter(pk=self.instrument.copied_from_id).first() if self.instrument.copied_from_id else None


def change_rows(changes: list[Any]) -> list[dict[str, Any]]:
    """Changes in words."""
    return [
        {
            "change": change,
            "where": where_of(change),
            "label": LABELS.get(change.name, ""),
            "before": shown(change.name, change.before),
            "after": shown(change.name, change.after),
        }
        for change in changes
    ]


class PublishView(OneInstrument, EditorPage, TemplateView):
    """Whether a draft can be published: every problem with a way to its place, or the button."""

    template_name = "evaluations/instruments/publish.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.instrument.is_draft:
            return redirect(self.home)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            service.publish_instrument(actor=request.user, instrument=self.instrument, base=expected_of(request, "base"))
        except (Conflict, NotReady) as error:
            messages.error(request, str(error.reason))
            return redirect("instrument_publish", self.instrument.code, self.instrument.version)
        messages.success(request, _("Published. This version does not change any more."))
        return redirect(self.home)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = [
            (where_problem(self.content, one.place), one.message, address_of(self.instrument, self.content, one.place))
            for one in service.problems_of(self.instrument)
        ]
        return super().get_context_data(problems=found, **kwargs)


class ActView(OneInstrument, EditorPage, TemplateView):
    """The buttons of one version: a new version from it, retire it, discard it, move or remove a part."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = getattr(self, f"act_{request.POST.get('act', '')}", None)
        if act is None:
            raise Http404
        try:
            return redirect(act())
        except RegistryError as error:
            messages.error(request, str(error.reason))
            return redirect(self.home)

    def act_copy(self) -> str:
        made = service.copy_instrument(actor=self.request.user, source=self.instrument)
        return reverse("instrument", args=[made.code, made.version])

    def act_retire(self) -> str:
        service.retire_instrument(actor=self.request.user, instrument=self.instrument)
        return self.home

    def act_discard(self) -> str:
        service.discard_draft(actor=self.request.user, instrument=self.instrument, base=expected_of(self.request, "base"))
        messages.success(self.request, _("The version that was being written is discarded."))
        return reverse("instruments")

    def act_up(self) -> str:
        return self._change(lambda content: moved(content, self.at, -1))

    def act_down(self) -> str:
        return self._change(lambda content: moved(content, self.at, 1))

    def act_remove(self) -> str:
        return self._change(lambda content: without_part(content, self.at))

    @property
    def at(self) -> Address:
        """The part the button stands beside."""
        sent = self.request.POST
        return Address(family_of(sent.get("family", SHARED_WORD)), sent.get("section", ""), sent.get("criterion") or None)

    def _change(self, change: Any) -> str:
        service.edit(actor=self.request.user, instrument=self.instrument, base=expected_of(self.request, "base"), change=change)
        return f"{self.home}#{self.at.family or SHARED_WORD}-{self.at.section}"
