"""What the workspace says of products: their state in plain words, what comes next, and whom to ask for help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Mandate
from accounts.permissions import mandates_for
from accounts.scope import covers
from accounts.states import Action, Role
from common.formatting import date_short

from . import completeness, permissions, presentation, workflow
from .models import CatalogueEntry, FieldFlag, Producer, Product, Submission, SubmissionEvent
from .pillars import all_specs
from .states import OPEN_STATES, EntryState, SubmissionState

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    from accounts.models import User

    from .queries.products import ProductQuerySet

    class TripParts(TypedDict):
        """What `with_story` loads beside each submission."""

        sent_back: list[FieldFlag]
        decisions: list[SubmissionEvent]

    Trip = WithAnnotations[Submission, TripParts]

    class Story(TypedDict):
        """What `with_story` loads beside each product: its submissions, the latest first."""

        trips: list[Trip]

    ToldProduct = WithAnnotations[Product, Story]

S = SubmissionState
EVENTS_SHOWN = 40
HIDDEN_EVENTS = ("claim", "release")
_NEED_ICONS = {"photos": "camera", "permits": "permit", "contact": "phone", "capacity": "calendar", "variants": "sell"}

# "Your village's products": Indonesian reads better with whole phrases than with a word put in.
YOUR_PRODUCTS: dict[str, Promise] = {
    "ovop": gettext_lazy("The products of your village"),
    "osop": gettext_lazy("The products of your school"),
    "ocop": gettext_lazy("The products of your community"),
}
YOUR_PROFILE: dict[str, Promise] = {
    "ovop": gettext_lazy("Profile of the village"),
    "osop": gettext_lazy("Profile of the school"),
    "ocop": gettext_lazy("Profile of the community"),
}
YOUR_DATA: dict[str, Promise] = {
    "ovop": gettext_lazy("How complete the village's data are"),
    "osop": gettext_lazy("How complete the school's data are"),
    "ocop": gettext_lazy("How complete the community's data are"),
}


def units_of(user: User, limit: int | None = None) -> list[Producer]:
    """The producers a person writes for under a mandate over that very producer."""
    codes = {mandate.unit_code for mandate in mandates_for(user, Action.PRODUCT_EDIT) if mandate.unit_kind == "producer"}
    return list(Producer.objects.for_user(user, Action.PRODUCT_EDIT).filter(code__in=codes).select_related("region")[:limit])


def works_for_area(user: User) -> bool:
    """Whether the person enters products for a whole area (an officer), not for named producers."""
    return any(not mandate.unit_code for mandate in mandates_for(user, Action.PRODUCT_EDIT))


def with_story(products: ProductQuerySet) -> ProductQuerySet:
    """Products with all a line needs, in a constant number of queries."""
    sent_back = FieldFlag.objects.filter(sent_at__isnull=False, answered_at=None).select_related("version")
    decisions = SubmissionEvent.objects.filter(transition__in=("return", "reject")).select_related("mandate")
    submissions = (
        Submission.objects.select_related("current_version", "head_asked_by")
        .prefetch_related(Prefetch("flags", sent_back, to_attr="sent_back"), Prefetch("events", decisions, to_attr="decisions"))
        .order_by("-opened_at", "-pk")
    )
    profiles = [f"producer__{spec.profile_attr}" for spec in all_specs()]
    loaded = products.with_parts().select_related("entry", *profiles)
    return loaded.prefetch_related(Prefetch("submissions", submissions, to_attr="trips"))


def lines_of(user: User, products: Iterable[ToldProduct]) -> list[Line]:
    """The lines of products loaded by `with_story`."""
    return [Line(user, product) for product in products]


def office_of(event: SubmissionEvent) -> str:
    """Who acted, without naming a person of an office: the office, the role, or a partner system and who delegated."""
    mandate = event.mandate
    if mandate is None:
        return _("The portal")
    return event.under_delegation or mandate.office_name or str(mandate.get_role_display())


def history_of(product: Product) -> list[SubmissionEvent]:
    """What happened to a product, newest first, without the coming and going of those who check."""
    rows = SubmissionEvent.objects.filter(submission__product=product).exclude(transition__in=HIDDEN_EVENTS)
    return list(rows.select_related("actor", "mandate__granted_by").order_by("-pk")[:EVENTS_SHOWN])


def part_label(flag: FieldFlag) -> str:
    """The name of a part that was sent back."""
    from . import guards  # noqa: PLC0415 - guards import the models this module is imported with

    return presentation.label(flag.field, guards.flagged_value(flag))


@dataclass
class Line:
    """One product on the first page: state, reason, next step."""

    user: User
    product: ToldProduct

    @cached_property
    def open(self) -> Trip | None:
        """The submission being written or checked."""
        return next((trip for trip in self.product.trips if trip.state in OPEN_STATES), None)

    @property
    def current(self) -> Trip | None:
        """The submission the state is told of: the open one, else what the public sees, else the latest."""
        shown = next((trip for trip in self.product.trips if trip.state == S.PUBLISHED), None)
        latest = self.product.trips[0] if self.product.trips else None
        rejected = latest if latest is not None and latest.state == S.REJECTED else None
        return self.open or rejected or shown or latest

    @cached_property
    def entry(self) -> CatalogueEntry | None:
        return getattr(self.product, "entry", None)

    @property
    def state(self) -> str:
        return self.current.state if self.current else S.DRAFT

    @property
    def urgency(self) -> int:
        """What needs a hand comes first, what stands in the catalogue last."""
        if self.asked_by:
            return -1
        order = (S.RETURNED, S.REJECTED, S.DRAFT, S.SUBMITTED, S.VERIFIED, S.PUBLISHED)
        return order.index(S(self.state)) if self.state in order else len(order)

    @cached_property
    def flags(self) -> list[FieldFlag]:
        return self.open.sent_back if self.open else []

    @property
    def parts(self) -> list[str]:
        """The names of the parts sent back."""
        return [part_label(flag) for flag in self.flags]

    @cached_property
    def complete(self) -> completeness.Completeness:
        return completeness.of_product(self.product)

    @property
    def badge(self) -> str:
        """The key of the badge of the state."""
        if self.asked_by:
            return "waiting"
        if self.open is None and self.entry is not None and self.entry.state != EntryState.LISTED:
            return {"ceased": "discontinued"}.get(self.entry.state, self.entry.state)
        return self.state

    @property
    def badge_label(self) -> str:
        if self.asked_by:
            return _("Waits to be sent by you") if self.can_send else _("Waits for the head")
        if self.state == S.RETURNED and self.flags:
            count = len(self.flags)
            return ngettext("Returned: %(count)s part has to be mended", "Returned: %(count)s parts have to be mended", count) % {
                "count": count
            }
        return ""

    @property
    def decision(self) -> SubmissionEvent | None:
        """The latest answer of an office to the submission the state is told of."""
        return self.current.decisions[-1] if self.current and self.current.decisions else None

    @property
    def note(self) -> str:
        """One sentence under the state."""
        if self.asked_by:
            return self.asked_words
        writers = {
            S.RETURNED: self._answered,
            S.REJECTED: self._answered,
            S.SUBMITTED: lambda: _("An answer is promised by %(day)s.") % {"day": self._promised},
            S.VERIFIED: lambda: _("The first check is passed. The province publishes it by %(day)s.") % {"day": self._promised},
            S.DRAFT: self._written,
            S.PUBLISHED: lambda: _("Since %(day)s") % {"day": date_short(self.entry.first_published_at)} if self.entry else "",
        }
        write = writers.get(S(self.state))
        return write() if write else ""

    @property
    def _promised(self) -> str:
        """The day until which the desk has promised its answer."""
        return date_short(self.open.promised_on) if self.open else ""

    def _answered(self) -> str:
        event = self.decision
        if event is None:
            return ""
        return _("%(day)s, by %(office)s") % {"day": date_short(event.at), "office": office_of(event)}

    def _written(self) -> str:
        count = len(self.complete.missing)
        if count == 0:
            return _("Complete. It can be sent.")
        return ngettext(
            "Saved. %(count)s thing is still missing before it can be sent.",
            "Saved. %(count)s things are still missing before it can be sent.",
            count,
        ) % {"count": count}

    @property
    def asked_by(self) -> User | None:
        """The partner system that filled it in and asked the head to send it."""
        return self.open.head_asked_by if self.open else None

    @property
    def asked_words(self) -> str:
        """What the partner system asks, said to those who can send and to those who cannot."""
        words = _("%(partner)s asks you to check and send it.") if self.can_send else _("%(partner)s asks the head to check and send it.")
        return words % {"partner": self.asked_by}

    @cached_property
    def can_send(self) -> bool:
        """Whether the person may send it; whether it is ready is told where it is sent."""
        return self.open is not None and bool(permissions.may_send(self.user, self.open))

    @property
    def is_revision(self) -> bool:
        """Whether the public sees an approved version while a newer one is on its way."""
        return self.entry is not None and self.open is not None

    @property
    def can_recall(self) -> bool:
        return self.open is not None and self.state == S.SUBMITTED and bool(workflow.answer(self.user, self.open, "recall"))

    @property
    def to_object(self) -> bool:
        """Whether a head should look at what was sent on the head's behalf."""
        return self.open is not None and self.open.on_behalf and self.state in (S.SUBMITTED, S.VERIFIED) and not self.open.objection

    @property
    def url(self) -> str:
        """Where the product is worked on now."""
        if self.state == S.RETURNED and not self.asked_by:
            return reverse("product_fix", args=[self.product.code])
        return reverse("workspace_product", args=[self.product.code])

    @property
    def continue_url(self) -> str:
        """Where writing goes on."""
        need = self.complete.next_step
        if self.complete.can_be_sent or need is None:
            return reverse("product_send", args=[self.product.code])
        return reverse("product_step", args=[self.product.code, need.step])


@dataclass(frozen=True)
class Wish:
    """One thing that would make the data better, with the way there."""

    words: str
    url: str
    icon: str


def wishes(lines: list[Line], limit: int = 3) -> list[Wish]:
    """The next best thing of each product that can be written now."""
    found = []
    for line in lines:
        need = line.complete.next_step
        if need is not None and (line.open is None or line.state in (S.DRAFT, S.RETURNED)):
            words = _("%(need)s: %(product)s") % {"need": need.words, "product": line.product}
            found.append(Wish(words, reverse("product_step", args=[line.product.code, need.step]), _NEED_ICONS.get(need.field, "pencil")))
    return found[:limit]


def percent(lines: list[Line]) -> int | None:
    """How complete the products are on average; None without any."""
    return sum(line.complete.percent for line in lines) // len(lines) if lines else None


@dataclass(frozen=True)
class Helper:
    """Whom to ask: a companion of the same unit by name, or an office."""

    name: str
    phone: str = ""
    is_companion: bool = False


def helpers_for(user: User, producers: list[Producer]) -> list[Helper]:
    """The companions who hold the same units; without any, the offices of the area. Two queries at most."""
    codes = [producer.code for producer in producers]
    rows = Mandate.objects.current().exclude(user=user).select_related("user").order_by("pk")
    companions = list(rows.filter(role=Role.COMPANION, unit_kind="producer", unit_code__in=codes)[:3])
    if companions:
        return [Helper(str(mandate.user), mandate.user.phone, is_companion=True) for mandate in companions]
    offices = rows.filter(role__in=(Role.REGENCY_OFFICER, Role.EDUCATION_OFFICER))
    near = [m for m in offices if any(covers(m, region_code=p.region_id, pillar=p.pillar) for p in producers)]
    names = dict.fromkeys(mandate.office_name or str(mandate.get_role_display()) for mandate in near)
    return [Helper(name) for name in list(names)[:2]]
