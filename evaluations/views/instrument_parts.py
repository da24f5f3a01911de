"""The forms of an instrument's parts. Each makes one change of the content; the service writes it under the version it was made on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from evaluations.errors import Conflict, NotReady
from evaluations.forms import instruments as f
from evaluations.instrument_checks import sum_of_section, sum_of_variant, top_of
from evaluations.instrument_difference import difference
from evaluations.instrument_edits import Address, Gone, part_at, with_head, with_list, with_part
from evaluations.instrument_places import LIST_WORDS, SHARED_WORD
from evaluations.instrument_schema import Content, plain
from evaluations.instrument_words import LISTS, where_problem
from evaluations.services import instruments as service

from .instruments import EditorPage, OneInstrument, change_rows, family_names, family_of, sum_row
from .rounds_base import Words, expected_of

NOTHING: Content = {}


class PartView(OneInstrument, EditorPage, TemplateView, ABC):
    """One form of a draft. Subclasses build the forms and say what they change."""

    @property
    @abstractmethod
    def title(self) -> Words:
        """The heading of the page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Gone:
            raise Http404 from None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.instrument.is_draft:
            messages.error(request, str(service.NOT_A_DRAFT))
            return redirect(self.home)
        return self.render_to_response(self.get_context_data(**self.build(None), base=self.instrument.lock_version))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        built = self.build(request.POST)
        if not all(one.is_valid() for one in built.values()):
            return self.again(built, expected_of(request, "base"))
        try:
            service.edit(
                actor=request.user,
                instrument=self.instrument,
                base=expected_of(request, "base"),
                change=lambda content: self.change(content, built),
            )
        except Conflict as error:
            changes = change_rows(difference(error.current, error.typed))
            return self.again(built, self.standing_version(), status=409, conflict=error.reason, changes=changes)
        except NotReady as error:
            lines = [f"{where_problem(self.content, one.place)}: {one.message}" for one in error.needs]
            return self.again(built, expected_of(request, "base"), problem=error.reason, lines=lines)
        messages.success(request, _("Saved."))
        return redirect(self.back)

    def again(self, built: dict[str, Any], base: int, *, status: int = 422, **kwargs: Any) -> HttpResponse:
        """The form with what was typed."""
        return self.render_to_response(self.get_context_data(**built, base=base, **kwargs), status=status)

    def standing_version(self) -> int:
        """The version that stands now, so that saving again is a decision made with open eyes."""
        self.instrument.refresh_from_db(fields=["lock_version"])
        return self.instrument.lock_version

    @abstractmethod
    def build(self, data: Any) -> dict[str, Any]:
        """The forms by their names in the template."""

    @abstractmethod
    def change(self, content: Content, built: dict[str, Any]) -> Content:
        """What the forms make of the content that stands."""

    @property
    def back(self) -> str:
        return self.home

    def paths(self) -> f.Choices:
        return [("", "–"), *((path["key"], path["label"]) for path in self.content["paths"])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"title": self.title, "back": self.back, **kwargs})


class SettingsView(PartView):
    """Name, note, validity, and the rule for what cannot be judged."""

    template_name = "evaluations/instruments/settings.html"

    @property
    def title(self) -> str:
        return _("Settings")

    def build(self, data: Any) -> dict[str, Any]:
        choices = {"knock_out_path": self.paths()}
        return {
            "form": f.HeadForm(data, content=self.content, choices=choices),
            "unassessable": f.UnassessableForm(data, content=self.content["unassessable"], prefix="unassessable"),
        }

    def change(self, content: Content, built: dict[str, Any]) -> Content:
        return with_head(content, {**built["form"].raw(), "unassessable": built["unassessable"].raw()})


ROW_FORMS = {"bands": f.BandForm, "paths": f.PathForm, "path_rules": f.RuleForm, "minimum_sections": f.MinimumForm}


class RowsView(PartView):
    """One of the short lists: bands, paths, rules, minimums."""

    template_name = "evaluations/instruments/rows.html"

    @cached_property
    def kind(self) -> str:
        for name, word in LIST_WORDS.items():
            if word == self.kwargs["list"]:
                return name
        raise Http404

    @property
    def title(self) -> Words:
        return LISTS[self.kind]

    def build(self, data: Any) -> dict[str, Any]:
        choices = {"path": self.paths()} | ({"section": self.sections()} if self.kind == "minimum_sections" else {})
        return {"rows": f.RowSet(ROW_FORMS[self.kind], "baris", self.content[self.kind], data, choices=choices)}

    def sections(self) -> f.Choices:
        found = [*self.content["sections"], *(s for family in self.content["variants"] for s in family["sections"])]
        codes = {section["code"]: f"{section['code']}. {section['name']}" for section in reversed(found)}
        named = {one["section"]: one["section"] for one in self.content["minimum_sections"]}
        return [("", "–"), *sorted((named | codes).items())]

    def change(self, content: Content, built: dict[str, Any]) -> Content:
        return with_list(content, self.kind, built["rows"].raw())


class OnePart(PartView):
    """A section or a criterion, existing or new."""

    @property
    def family(self) -> str:
        return family_of(self.kwargs["family"])

    @property
    def back(self) -> str:
        return f"{self.home}#{self.kwargs['family']}-{self.kwargs.get('section', '')}"

    def known_or_404(self) -> None:
        known = {SHARED_WORD, *(family["family"] for family in self.content["variants"]), *family_names()}
        if self.kwargs["family"] not in known:
            raise Http404


class SectionView(OnePart):
    """A section: code, name and points, with the sums it changes."""

    template_name = "evaluations/instruments/section.html"

    @property
    def title(self) -> str:
        return _("Section %(code)s") % {"code": self.kwargs["section"]} if "section" in self.kwargs else _("New section")

    @property
    def at(self) -> Address:
        return Address(self.family, self.kwargs.get("section", ""))

    @cached_property
    def part(self) -> Content:
        self.known_or_404()
        return part_at(self.content, self.at) if self.at.section else NOTHING

    def build(self, data: Any) -> dict[str, Any]:
        return {"form": f.SectionForm(data, content=self.part)}

    def change(self, content: Content, built: dict[str, Any]) -> Content:
        return with_part(content, self.at, built["form"].raw())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        criteria = sum_of_section(self.part) if self.part else Decimal(0)
        words: dict[str, Any] = {
            "family_name": family_names().get(self.family, self.family),
            "section": self.part,
            "criteria_sum": plain(criteria),
        }
        words["criteria_right"] = bool(self.part) and plain(criteria) == self.part["points"]
        return super().get_context_data(sums=self.sums(), **words, **kwargs)

    def sums(self) -> list[dict[str, Any]]:
        """The sum of every family this section counts in."""
        own = Decimal(self.part["points"]) if self.part else Decimal(0)
        names = family_names()
        counted = [self.family] if self.family else [family["family"] for family in self.content["variants"]]
        totals = [(names.get(family, family), sum_of_variant(self.content, family)) for family in counted]
        return [sum_row(name, total, total - own) for name, total in totals]


class CriterionView(OnePart):
    """A criterion with its levels and evidence, and the sum of its section."""

    template_name = "evaluations/instruments/criterion.html"

    @property
    def title(self) -> str:
        return _("Criterion %(code)s") % {"code": self.kwargs["criterion"]} if "criterion" in self.kwargs else _("New criterion")

    @property
    def at(self) -> Address:
        return Address(self.family, self.kwargs["section"], self.kwargs.get("criterion", ""))

    @cached_property
    def section(self) -> Content:
        return part_at(self.content, Address(self.family, self.kwargs["section"]))

    @cached_property
    def part(self) -> Content:
        return part_at(self.content, self.at) if self.at.criterion else NOTHING

    def build(self, data: Any) -> dict[str, Any]:
        new = self.section and not self.part
        return {
            "form": f.CriterionForm(data, content=self.part or {"weight": "1", "otherwise": "rescale"}),
            "levels": f.RowSet(f.LevelForm, "tingkat", self.part.get("levels", []), data, blanks=4 if new else 1),
            "evidence": f.RowSet(f.EvidenceForm, "bukti", self.part.get("evidence", []), data, blanks=1),
        }

    def change(self, content: Content, built: dict[str, Any]) -> Content:
        levels = sorted(built["levels"].raw(), key=lambda row: Decimal(row["points"].strip().replace(",", ".")))
        values = {**built["form"].raw(), "levels": levels, "evidence": built["evidence"].raw()}
        return with_part(content, self.at, values)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = top_of(self.part) if self.part else Decimal(0)
        total, wanted = sum_of_section(self.section), Decimal(self.section["points"])
        sums = {"own": plain(own), "sum": plain(total), "others": plain(total - own), "is_right": total == wanted}
        return super().get_context_data(section=self.section, sums=sums, **kwargs)


class PointsView(OnePart):
    """All points of one family on one page, shared sections included, with every sum as one types."""

    template_name = "evaluations/instruments/points.html"

    @property
    def title(self) -> str:
        return _("Points: %(family)s") % {"family": family_names().get(self.family, self.family) or _("shared sections")}

    def build(self, data: Any) -> dict[str, Any]:
        self.known_or_404()
        return {"tree": f.PointsTree(self.content, self.family, data)}

    def change(self, content: Content, built: dict[str, Any]) -> Content:
        return built["tree"].applied(content)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        total = sum_of_variant(self.content, self.family)
        return super().get_context_data(total=sum_row("", total) if self.family else None, **kwargs)

    @property
    def back(self) -> str:
        return reverse("instrument", args=[self.instrument.code, self.instrument.version])
