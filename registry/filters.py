"""Filters of the officers' lists: the verification queue, products of the area, reports. The public catalogue has its own."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scope import NOTHING
from accounts.states import Action, Pillar
from regions.models import Level, Region
from regions.queries import within

from .codes import normalise_product_code
from .models import CatalogueEntry, Category, Complaint, Submission
from .queries.producers import regions_reached
from .states import DESK_STATES, EntryState, SubmissionState
from .text import fold

SHOW = [
    ("desk", _("On my desk")),
    ("area", _("On any desk of my area")),
    ("returned", _("With the producer, to be mended")),
    ("overdue", _("Past the day of mending")),
    ("untold", _("Not told yet")),
    ("all", _("Everything that was sent")),
]


def regions_of(user: Any, level: int) -> QuerySet:
    """The regions of one level inside what the user may look at."""
    return regions_reached(user, Action.DASHBOARD_VIEW).filter(level=level).order_by("name")


def region_choices(rows: QuerySet) -> list[tuple[str, str]]:
    return list(rows.values_list("code", "name"))


class AreaFilterSet(django_filters.FilterSet):
    """Filters that start from the officer's own area; a choice with a single answer is not asked."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any):
        chosen = (data or QueryDict()).copy()
        for name, value in self.starts_with().items():
            chosen.setdefault(name, value)
        super().__init__(chosen, *args, **kwargs)
        self._offer_places(chosen.get("regency") or "")

    def starts_with(self) -> dict[str, str]:
        """What is chosen before anybody chooses."""
        return {}

    def _offer_places(self, regency: str) -> None:
        regencies = region_choices(regions_of(self.request.user, Level.REGENCY))
        self.filters["regency"].extra["choices"] = regencies
        if len(regencies) < 2:
            del self.filters["regency"]
            regency = regencies[0][0] if regencies else ""
        if "district" not in self.filters:
            return
        districts = regions_of(self.request.user, Level.DISTRICT).within(regency) if regency else Region.objects.none()
        self.filters["district"].extra["choices"] = region_choices(districts)
        if not regency:
            del self.filters["district"]


class SubmissionFilter(AreaFilterSet):
    """The verification queue."""

    show = django_filters.ChoiceFilter(label=_("Show"), choices=SHOW, empty_label=None, method="choose_show")
    q = django_filters.CharFilter(label=_("Name or number"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[(s.value, s.label) for s in DESK_STATES], empty_label=_("Every state"), method="with_state"
    )
    pillar = django_filters.ChoiceFilter(
        label=_("Pillar"), choices=Pillar.choices, empty_label=_("Every pillar"), field_name="product__producer__pillar"
    )
    regency = django_filters.ChoiceFilter(label=_("Regency"), empty_label=_("Every regency"), method="in_region")
    district = django_filters.ChoiceFilter(label=_("District"), empty_label=_("Every district"), method="in_region")
    category = django_filters.ModelChoiceFilter(
        label=_("Category"),
        queryset=Category.objects.groups(),
        to_field_name="slug",
        empty_label=_("Every category"),
        field_name="product__category__parent",
    )
    late = django_filters.BooleanFilter(label=_("Late only"), widget=forms.CheckboxInput, method="only_late")
    mine = django_filters.BooleanFilter(label=_("I am checking"), widget=forms.CheckboxInput, method="only_mine")

    class Meta:
        model = Submission
        fields: list[str] = []

    def starts_with(self) -> dict[str, str]:
        return {"show": "desk"}

    def choose_show(self, rows: Any, name: str, value: str) -> QuerySet:
        if value == "desk":
            return rows.on_desk_of(self.request.user)
        return {
            "area": lambda: rows.filter(state__in=DESK_STATES),
            "returned": lambda: rows.filter(state=SubmissionState.RETURNED),
            "overdue": lambda: rows.filter(state=SubmissionState.RETURNED, return_due_on__lt=timezone.localdate()),
            "untold": rows.not_told,
            "all": lambda: rows,
        }[value]()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        key, code = fold(value), normalise_product_code(value)
        found = Q(number=value.strip().upper()) | Q(product__code=code or "-")
        if key:
            found |= Q(product__name_key__contains=key) | Q(product__producer__search_text__contains=key)
        return rows.filter(found)

    def with_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(state=value)

    def in_region(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(within("product__producer__region__code", value))

    def only_late(self, rows: Any, name: str, value: bool) -> QuerySet:
        return rows.late() if value else rows

    def only_mine(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(claimed_by=self.request.user, claimed_until__gt=timezone.now()) if value else rows


class EntryFilter(AreaFilterSet):
    """Catalogue entries of the area, in every state."""

    q = django_filters.CharFilter(label=_("Name or code"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), choices=EntryState.choices, empty_label=_("Every state"))
    pillar = django_filters.ChoiceFilter(label=_("Pillar"), choices=Pillar.choices, empty_label=_("Every pillar"))
    regency = django_filters.ChoiceFilter(label=_("Regency"), empty_label=_("Every regency"), field_name="regency_code")
    review = django_filters.BooleanFilter(label=_("To be looked at again"), widget=forms.CheckboxInput, method="due_for_review")

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        key, code = fold(value), normalise_product_code(value)
        return rows.filter(Q(code=code or "-") | (Q(search_text__contains=key) if key else NOTHING))

    def due_for_review(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(review_on__lte=timezone.localdate()) if value else rows


class ComplaintFilter(AreaFilterSet):
    """Reports of the area: open ones unless asked otherwise."""

    show = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[("open", _("Not answered yet")), ("late", _("Late")), ("closed", _("Closed")), ("all", _("All"))],
        empty_label=None,
        method="choose_show",
    )
    reason = django_filters.ChoiceFilter(
        label=_("What is wrong"), choices=Complaint._meta.get_field("reason").choices, empty_label=_("Every reason")
    )
    regency = django_filters.ChoiceFilter(label=_("Regency"), empty_label=_("Every regency"), field_name="entry__regency_code")

    class Meta:
        model = Complaint
        fields: list[str] = []

    def starts_with(self) -> dict[str, str]:
        return {"show": "open"}

    def choose_show(self, rows: Any, name: str, value: str) -> QuerySet:
        return {"open": rows.open, "late": rows.late, "closed": lambda: rows.exclude(outcome=""), "all": rows.all}[value]()
