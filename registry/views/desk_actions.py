"""What an officer does at the desk: claim, mark, decide, tell, and one step for many."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from accounts.permissions import Refused
from accounts.states import Action
from registry import workflow
from registry.errors import Conflict, NotReady, RegistryError
from registry.forms.desk import BulkForm, DecisionForm, MarkForm, OutreachForm
from registry.models import Permit, SubmissionEvent
from registry.services import bulk, checks, permits
from registry.services.outreach import people_to_tell

from .desk import OneSubmissionMixin, SubmissionView, panel_context, sent_submissions, version_context
from .staff_base import StaffMixin, reason_of

DONE = {
    "return": gettext_lazy("Sent back. Now tell the producer."),
    "verify": gettext_lazy("Accepted. It now waits for publication."),
    "reject": gettext_lazy("Rejected. Now tell the producer."),
    "publish": gettext_lazy("It is now shown to the public. Now tell the producer."),
}


class DeskActionView(OneSubmissionMixin, View):
    """One button on one submission; the service decides, its reason comes back as a message."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            self.act()
        except (Refused, RegistryError) as error:
            messages.error(request, reason_of(error))
        return redirect(self.back)

    @property
    def back(self) -> str:
        return reverse("desk_submission", args=[self.submission.number])

    def act(self) -> None:
        """What the button does: each subclass names its one service."""
        raise NotImplementedError


class ClaimView(DeskActionView):
    def act(self) -> None:
        checks.claim(actor=self.request.user, submission=self.submission)


class ReleaseView(DeskActionView):
    def act(self) -> None:
        checks.release(actor=self.request.user, submission=self.submission)
        messages.success(self.request, _("You have given it back. Others can check it now."))


class MarkView(OneSubmissionMixin, View):
    """Marks one part, or takes the mark back; with htmx only the row and the panel come back."""

    http_method_names = ["post"]
    takes_back = False

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        problem = self._act(MarkForm(request.POST))
        if request.headers.get("HX-Request"):
            return self._parts(problem)
        if problem:
            messages.error(request, problem)
        everything = "?semua=1" if request.POST.get("semua") else ""
        return redirect(f"{reverse('desk_submission', args=[self.submission.number])}{everything}#{self._anchor()}")

    def _act(self, form: MarkForm) -> str:
        field = self.request.POST.get("field", "").replace("\x00", "")
        try:
            if self.takes_back:
                checks.unmark_field(actor=self.request.user, submission=self.submission, field=field)
            elif form.is_valid():
                checks.mark_field(actor=self.request.user, submission=self.submission, **form.cleaned_data)
            else:
                return " ".join(error for errors in form.errors.values() for error in errors)
        except (Refused, RegistryError) as error:
            return reason_of(error)
        return ""

    def _anchor(self) -> str:
        return f"bagian-{self.request.POST.get('field', '').replace(':', '-')[:60]}"

    def _parts(self, problem: str) -> HttpResponse:
        user = self.request.user
        self.__dict__.pop("submission", None)  # the service wrote to another object; read what stands now
        parts = version_context(user, self.submission, show_all=True)
        row = next((row for row in parts["rows"] if row.key == self.request.POST.get("field")), None)
        if row is None:
            raise Http404
        context = {**parts, **panel_context(user, self.submission, parts["rows"]), "row": row, "problem": problem}
        return render(self.request, "registry/desk/partials/marked.html", context)


class VerifyPermitView(DeskActionView):
    """An officer has looked at a permit of the version on the desk and found number, days and holder right."""

    def act(self) -> None:
        mine = Permit.objects.for_user(self.request.user, Action.PERMIT_VERIFY)
        permit = get_object_or_404(mine, key=self.kwargs["key"], products=self.submission.product_id)
        permits.verify_permit(actor=self.request.user, permit=permit)
        messages.success(self.request, _("The permit is noted as checked by you."))


class DecideView(SubmissionView):
    """A decision. When it is not possible the page comes back with the reason, and the typed words stay."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            problems = " ".join(error for errors in form.errors.values() for error in errors)
            return self._refused(problems, 422)
        data = form.cleaned_data
        try:
            workflow.apply(
                actor=request.user, submission=self.submission, name=data["step"], expected=data["expected"], comment=data["comment"]
            )
        except Conflict as error:
            return self._refused(reason_of(error), 409)
        except NotReady as error:
            return self._refused(reason_of(error), 422)
        except Refused as error:
            return self._refused(reason_of(error), 403)
        messages.success(request, DONE[data["step"]])
        return redirect("desk_submission", self.submission.number)

    def _refused(self, problem: str, status: int) -> HttpResponse:
        comment = self.request.POST.get("comment", "")
        self.__dict__.pop("submission", None)  # show what stands now, not what was read before
        return self.show(status=status, problem=problem, was_faster=status == 409, comment=comment)


class TellView(DeskActionView):
    """Records that the producer was told of a decision."""

    def act(self) -> None:
        form = OutreachForm(self.request.POST)
        event = self._event()
        person = next((one for one in people_to_tell(event) if form.is_valid() and one.key == form.cleaned_data["person"]), None)
        if person is None:
            raise NotReady(_("Choose whom you told."))
        checks.record_outreach(
            actor=self.request.user, event=event, channel=form.cleaned_data["channel"], told=person.contact, told_user=person.user
        )
        messages.success(self.request, _("Noted: %(name)s was told.") % {"name": person.name})

    def _event(self) -> SubmissionEvent:
        rows = self.submission.events.select_related("version")
        event = rows.filter(pk=int(self.kwargs["event"])).first()
        if event is None:
            raise Http404
        event.submission = self.submission
        return event


class BulkView(StaffMixin, TemplateView):
    """One step for the ticked rows, with a result for each."""

    here = gettext_lazy("Verification")
    needs = Action.SUBMISSION_VERIFY
    http_method_names = ["get", "post"]
    template_name = "registry/desk/bulk.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Results are shown once; whoever comes back to their address (reload, login, language) finds the queue."""
        return redirect("desk_queue")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = BulkForm(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(errors))
            return redirect(self.back)
        results = bulk.decide_many(actor=request.user, picked=self._picked(form), name=form.cleaned_data["step"])
        return self.render_to_response(
            self.get_context_data(results=results, done=sum(row.done for row in results), step=form.cleaned_data["step"])
        )

    def _picked(self, form: BulkForm) -> list[tuple[Any, int]]:
        wanted = form.picked
        rows = sent_submissions(self.request.user).for_desk().filter(number__in=[number.replace("\x00", "") for number in wanted])
        return [(row, wanted[row.number]) for row in rows.oldest_clock_first()]

    @cached_property
    def back(self) -> str:
        """The list the rows were ticked in, filters included."""
        wanted = self.request.POST.get("back", "")
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
        return wanted if safe and wanted.startswith("/admin/") else reverse("desk_queue")
