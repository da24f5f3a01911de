"""The first page of the staff area: own work, counts by state in the own area, what is late. The dashboard grows from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import PasswordHelp
from accounts.permissions import may_anywhere
from accounts.states import Action
from partners.models import Webhook
from registry import calendar
from registry.models import CatalogueEntry, Complaint, Submission
from registry.states import DESK_STATES, EntryState, SubmissionState
from registry.views.desk import desk_figures
from registry.views.staff_base import staff_frame

if TYPE_CHECKING:
    from accounts.models import User

LATE_SHOWN = 8
_STATES = (SubmissionState.DRAFT, SubmissionState.SUBMITTED, SubmissionState.VERIFIED, SubmissionState.RETURNED)


def dashboard(user: User) -> dict[str, Any]:
    """Everything the page shows, in a constant number of queries."""
    return {
        **staff_frame(user),
        "here": _("Dashboard"),
        "main": main_page(user),
        "figures": desk_figures(user) if decides(user) else None,
        "states": states_of_area(user) if may_anywhere(user, Action.PRODUCER_VIEW) else None,
        "late": late_rows(user),
        "late_count": _on_desks(user).late().count(),
        "overdue_count": overdue(user).count(),
        "complaints": complaint_figures(user),
        "help_count": PasswordHelp.objects.for_user(user, Action.ACCOUNT_MANAGE).waiting().count(),
        "silent_webhooks": Webhook.objects.for_user(user, Action.PARTNER_MANAGE).paused_by_itself().select_related("partner")[:5],
    }


def decides(user: User) -> bool:
    """Whether anything ever lies on the user's own desk."""
    return bool(may_anywhere(user, Action.SUBMISSION_VERIFY) or may_anywhere(user, Action.SUBMISSION_PUBLISH))


def main_page(user: User) -> tuple[str, str, str | Promise]:
    """The one page a role works on first: its address, icon and words."""
    if decides(user):
        return "desk_queue", "check", _("To the queue")
    if may_anywhere(user, Action.ACCOUNT_MANAGE):
        return "account_list", "person", _("To the accounts")
    if may_anywhere(user, Action.PERMIT_VERIFY):
        return "admin:registry_permit_changelist", "permit", _("To the permits")
    return "entry_list", "next", _("To the products")


def states_of_area(user: User) -> list[tuple[str, int, int]]:
    """How many products of the area stand in each state, with the width of a bar in percent."""
    rows = Submission.objects.for_user(user).order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict(rows)
    shown = CatalogueEntry.objects.for_user(user).filter(state=EntryState.LISTED).count()
    lines = [(state.value, counts.get(state.value, 0)) for state in _STATES] + [("published", shown)]
    most = max(1, *(count for _state, count in lines))
    return [(state, count, round(count * 100 / most)) for state, count in lines]


def _on_desks(user: User) -> Any:
    return Submission.objects.for_user(user).filter(state__in=DESK_STATES)


def late_rows(user: User) -> list[tuple[Submission, int]]:
    """The latest submissions on any desk of the area, with working days (negative)."""
    late = list(_on_desks(user).late().for_desk().oldest_clock_first()[:LATE_SHOWN])
    left = calendar.days_left(row.promised_on for row in late)
    return [(row, left[row.promised_on]) for row in late]


def overdue(user: User) -> Any:
    """Returned submissions past their day of mending."""
    return Submission.objects.for_user(user).filter(state=SubmissionState.RETURNED, return_due_on__lt=timezone.localdate())


def complaint_figures(user: User) -> dict[str, int] | None:
    """Open and late reports, for those who handle them."""
    if not may_anywhere(user, Action.COMPLAINT_HANDLE):
        return None
    rows = Complaint.objects.for_user(user, Action.COMPLAINT_HANDLE)
    return {"open": rows.open().count(), "late": rows.late().count()}
