"""The verification desk at /admin/verifikasi/: the queue, and one submission with everything an officer decides on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_filters.views import FilterView

from accounts.states import Action
from registry import calendar, desks, permissions, workflow
from registry.filters import SubmissionFilter
from registry.forms.desk import MarkForm
from registry.models import CatalogueEntry, Complaint, Submission
from registry.services.outreach import last_decision, message_for, people_to_tell
from registry.services.places import may_complete_place
from registry.states import DESK_STATES, SubmissionState

from .desk_rows import Row, baseline_of, decisions_of, photo_states, rows_of
from .rows import one_or_404
from .staff_base import StaffMixin

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue: the submission, working days left, and who is checking it."""

    submission: Submission
    days_left: int | None
    claim: str  # "", "mine" or "other"

    @property
    def name(self) -> str:
        return self.submission.current_version.snapshot["name"]

    @property
    def urgency(self) -> str:
        if self.days_left is None:
            return ""
        return "past" if self.days_left < 0 else "soon" if self.days_left == 0 else ""


def queue_rows(user: User, submissions: list[Submission]) -> list[QueueRow]:
    """The lines of a queue, with one look at the holiday table for all of them."""
    left = calendar.days_left(_clock_day(row) for row in submissions)
    return [QueueRow(row, left.get(_clock_day(row)), claim_of(user, row)) for row in submissions]


def _clock_day(submission: Submission) -> Any:
    return submission.return_due_on if submission.state == SubmissionState.RETURNED else submission.promised_on


def claim_of(user: User, submission: Submission) -> str:
    """Whether the user, another officer or nobody is checking it now."""
    if submission.claimed_by_id is None or submission.claimed_until <= timezone.now():
        return ""
    return "mine" if submission.claimed_by_id == user.pk else "other"


def sent_submissions(user: User) -> Any:
    """Everything of the own area that was sent at least once; what is only being written stays with its writer."""
    sent = Submission.objects.for_user(user, Action.PRODUCER_VIEW).filter(current_version__isnull=False)
    return sent.exclude(state__in=[SubmissionState.DRAFT, SubmissionState.CANCELLED])


def desk_figures(user: User) -> dict[str, int]:
    """How much lies on the own desk: in all, late, being checked by the user; and decisions nobody has told yet."""
    mine = Q(claimed_by=user, claimed_until__gt=timezone.now())
    late = Q(promised_on__lt=timezone.localdate())
    desk = Submission.objects.on_desk_of(user)
    figures = desk.aggregate(total=Count("pk"), late=Count("pk", filter=late), mine=Count("pk", filter=mine))
    return {**figures, "untold": sent_submissions(user).not_told().count()}


class QueueView(StaffMixin, FilterView):
    """The queue of the officer's own desk, oldest clock first, with filters in the address."""

    here = _("Verification")
    template_name = "registry/desk/queue.html"
    filterset_class = SubmissionFilter
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        return sent_submissions(self.request.user).for_desk().oldest_clock_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = queue_rows(self.request.user, list(context["page_obj"].object_list))
        context["figures"] = desk_figures(self.request.user)
        context["bulk_step"] = bulk_step(context["rows"])
        return context


def bulk_step(rows: list[QueueRow]) -> list[str]:
    """Which steps ticked rows of this page could take."""
    states = {row.submission.state for row in rows}
    steps = {SubmissionState.SUBMITTED: "verify", SubmissionState.VERIFIED: "publish"}
    return [step for state, step in steps.items() if state in states]


class OneSubmissionMixin(StaffMixin):
    """Works on one submission of the own area; 404 outside it."""

    here = _("Verification")

    @cached_property
    def submission(self) -> Submission:
        rows = sent_submissions(self.request.user).for_desk()
        rows = rows.select_related("product__contact", "product__producer__region", "submitted_by", "verified_by", "evidence")
        return one_or_404(rows, number=self.kwargs["number"])


class SubmissionView(OneSubmissionMixin, TemplateView):
    """One submission: what was sent, what changed, what was marked, and the decisions."""

    template_name = "registry/desk/submission.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        """The page, with what a decision that was not possible has to say."""
        return self.render_to_response(self.get_context_data(**extra), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, submission = self.request.user, self.submission
        parts = version_context(user, submission, show_all="semua" in self.request.GET)
        panel = panel_context(user, submission, parts["rows"])
        about = history_context(user, submission, site_of(self.request))
        return super().get_context_data(**{**parts, **panel, **about, **side_context(user, submission), **kwargs})


def version_context(user: User, submission: Submission, *, show_all: bool) -> dict[str, Any]:
    """The rows of the version on the desk: the changed ones first, all of them when there is nothing to compare with."""
    baseline = baseline_of(submission)
    see_contacts = bool(permissions.may_on_producer(user, Action.CONTACT_EDIT, submission.product.producer))
    rows = rows_of(user, submission, baseline, see_contacts=see_contacts)
    outstanding = [row for row in rows if row.stands_out]
    everything = show_all or baseline is None
    return {
        "submission": submission,
        "content": submission.current_version.snapshot,
        "baseline": baseline,
        "rows": rows,
        "shown_rows": rows if everything else outstanding,
        "shows_all": everything,
        "changed_count": sum(row.changed for row in rows),
        "ready_photos": photo_states(rows),
        "days_left": calendar.days_left([_clock_day(submission)]).get(_clock_day(submission)),
        "provisional": any(calendar.is_provisional(day.year) for day in [_clock_day(submission)] if day),
    }


def panel_context(user: User, submission: Submission, rows: list[Row]) -> dict[str, Any]:
    """The decision panel: the claim, the marks made so far, the buttons with their reasons."""
    claim = claim_of(user, submission)
    may_claim = permissions.may_claim(user, submission)
    return {
        "submission": submission,
        "claim": claim,
        "may_claim": may_claim,
        "marks": [row for row in rows if row.mark and not row.mark.sent_at],
        "decisions": decisions_of(workflow.available(user, submission)) if submission.state in DESK_STATES else [],
        "may_mark": claim == "mine" and bool(permissions.may_decide(user, submission)),
        "mark_form": MarkForm(auto_id=False),
    }


def site_of(request: HttpRequest) -> str:
    """The address of the portal as people outside reach it."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def history_context(user: User, submission: Submission, site: str) -> dict[str, Any]:
    """What happened to it, what was decided last and whom one can tell, and the producer's other work."""
    events = list(
        submission.events.select_related(
            "actor", "mandate__granted_by", "outreach__told_by", "outreach__told", "outreach__told_user", "version"
        )
    )
    for event in events:
        event.submission = submission
    producer = submission.product.producer
    others = sent_submissions(user).filter(product__producer=producer).exclude(pk=submission.pk)
    return {
        "events": events,
        **outreach_context(user, submission, last_decision(events), site),
        "other_submissions": others.select_related("product", "current_version").order_by("-opened_at")[:8],
        "entry_count": CatalogueEntry.objects.for_user(user).filter(producer_code=producer.code).count(),
        "entry": CatalogueEntry.objects.for_user(user).filter(product_id=submission.product_id).first(),
        "complaint_count": Complaint.objects.for_user(user, Action.COMPLAINT_HANDLE).filter(entry__producer_code=producer.code).count(),
        "may_complete_place": may_complete_place(user, producer),
    }


def outreach_context(user: User, submission: Submission, decision: Any, site: str) -> dict[str, Any]:
    """The ready message about the last decision, for those who may tell."""
    allowed = decision and permissions.may_on_producer(user, Action.SUBMISSION_VERIFY, submission.product.producer)
    if not allowed:
        return {"decision": decision}
    text = message_for(decision, site=site)
    people = [(person, person.whatsapp_url(text)) for person in people_to_tell(decision)]
    return {"decision": decision, "told": getattr(decision, "outreach", None), "message": text, "people": people}


def side_context(user: User, submission: Submission) -> dict[str, Any]:
    """The folded queue beside the submission, and the next one to check."""
    desk = list(Submission.objects.on_desk_of(user).for_desk().oldest_clock_first()[:12])
    rows = queue_rows(user, desk)
    following = (row for row in rows if row.submission.pk != submission.pk and row.claim != "other")
    return {"queue": rows, "queue_figures": desk_figures(user), "next": next(following, None), "promise_days": _promise(submission)}


def _promise(submission: Submission) -> int | None:
    try:
        return desks.rule_for(submission.product.producer).promise_days
    except ImproperlyConfigured:
        return None
