"""What every staff page's navigation knows; nothing is asked of the database before a template shows it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.permissions import may_anywhere
from accounts.states import Action

from .models import Complaint, Submission


def staff_counts(request: HttpRequest) -> dict[str, object]:
    """`nav_counts`: how many submissions lie on the own desk, how many reports wait."""
    return {"nav_counts": SimpleLazyObject(lambda: counts_for(request))}


def counts_for(request: HttpRequest) -> dict[str, int]:
    """The two counts of the staff navigation."""
    user = request.user
    complaints = Complaint.objects.for_user(user, Action.COMPLAINT_HANDLE).open()
    return {
        "verification": Submission.objects.on_desk_of(user).count(),
        "complaints": complaints.count() if may_anywhere(user, Action.COMPLAINT_HANDLE) else 0,
    }
