"""The first page of the workspace, the products of a unit, notices and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.permissions import has_role
from accounts.states import Role
from registry import home_cards, notices, overview, partners
from registry.models import Participant, Producer, Product
from registry.next_step import next_step

from .base import WorkspaceView

UNITS_SHOWN = 60
FOUND_SHOWN = 20
NOTICES_A_PAGE = 20
PARTS_SHOWN = 30
_NOON, _AFTERNOON, _EVENING = 11, 15, 18


def greeting() -> str:
    """The greeting of the hour in WITA."""
    hour = timezone.localtime().hour
    if hour < _NOON:
        return _("Good morning, %(name)s")
    if hour < _AFTERNOON:
        return _("Good day, %(name)s")
    return _("Good afternoon, %(name)s") if hour < _EVENING else _("Good evening, %(name)s")


@dataclass
class UnitGroup:
    """One producer with its products."""

    producer: Producer
    lines: list[overview.Line]

    @property
    def heading(self) -> str:
        return str(overview.YOUR_PRODUCTS[self.producer.pillar])


class UnitsView(WorkspaceView):
    """Pages about the units a person writes for; `unit` in the address narrows them to one."""

    @cached_property
    def units(self) -> list[Producer]:
        return overview.units_of(self.request.user, UNITS_SHOWN)

    @cached_property
    def chosen(self) -> list[Producer]:
        code = self.request.GET.get("unit", "")
        return [unit for unit in self.units if unit.code == code] or self.units

    @cached_property
    def lines(self) -> list[overview.Line]:
        rows = Product.objects.for_user(self.request.user, self.action).filter(producer__in=self.chosen)
        return overview.lines_of(self.request.user, overview.with_story(rows).order_by("name", "pk"))

    @property
    def groups(self) -> list[UnitGroup]:
        lines = sorted(self.lines, key=lambda line: line.urgency)
        return [UnitGroup(unit, [line for line in lines if line.product.producer_id == unit.pk]) for unit in self.chosen]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        only = self.chosen[0] if len(self.chosen) == 1 else None
        frame = {"units": self.units, "only": only, "groups": self.groups, "unit_name": only.name if only else ""}
        return super().get_context_data(**frame | kwargs)


class HomeView(UnitsView):
    """Greeting, the one next step, products, completeness, notices and help."""

    template_name = "registry/workspace/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        # A question stands on the page itself, with its buttons.
        unread = list(notices.notices_of(user).filter(read_at=None).exclude(kind="part_asked")[:4])
        return super().get_context_data(
            greeting=greeting() % {"name": user},
            next=next_step(self.lines, self.chosen, user),
            wishes=overview.wishes(self.lines),
            percent=overview.percent(self.lines),
            data_heading=overview.YOUR_DATA[self.chosen[0].pillar] if len(self.chosen) == 1 else _("How complete the data are"),
            profile_word=overview.YOUR_PROFILE[self.chosen[0].pillar] if len(self.chosen) == 1 else "",
            notices=[(notice, notices.words(notice)) for notice in unread],
            helpers=overview.helpers_for(user, self.chosen) if self.chosen else [],
            on_behalf=has_role(user, [Role.COMPANION]),
            **self.parts(),
            cards=home_cards.cards_for(user),
            **self.area(),
            **kwargs,
        )

    def parts(self) -> dict[str, Any]:
        """What other producers ask the head, and the products of others the head's unit has part in."""
        rows = Participant.objects.asked_of(self.request.user).current().filter(producer__in=self.chosen)
        told = [partners.ToldPart(part) for part in rows.order_by("asked_at", "pk")[:PARTS_SHOWN]]
        asked = [one for one in told if one.part.is_asked]
        return {"asked": asked, "taking_part": [one for one in told if one.part.is_agreed]}

    def area(self) -> dict[str, Any]:
        """For officers, who hold an area: a search over its producers."""
        text = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        if not overview.works_for_area(self.request.user):
            return {"searches": False}
        rows = Producer.objects.for_user(self.request.user, self.action).select_related("region")
        found = rows.search(text)[:FOUND_SHOWN] if text else []
        return {"searches": True, "q": text, "found": found}


class ProductsView(UnitsView):
    """All products of the units."""

    template_name = "registry/workspace/products.html"


class HelpView(UnitsView):
    """Whom to ask, and how."""

    template_name = "registry/workspace/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        helpers = overview.helpers_for(self.request.user, self.units) if self.units else []
        return super().get_context_data(helpers=helpers, **kwargs)

    @property
    def groups(self) -> list[UnitGroup]:
        return [UnitGroup(unit, []) for unit in self.units]


class NoticesView(WorkspaceView):
    """The own notices, newest first; one tap marks them all as read."""

    template_name = "registry/workspace/notices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(notices.notices_of(self.request.user), NOTICES_A_PAGE).get_page(self.request.GET.get("page"))
        rows = [(notice, notices.words(notice)) for notice in page]
        return super().get_context_data(page=page, rows=rows, unread=any(notice.read_at is None for notice, _words in rows), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        notices.mark_read(user=request.user)
        return redirect("workspace_notices")
