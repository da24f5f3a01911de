"""Looking a product over and sending it to be checked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from registry import completeness, presentation, snapshot, workflow
from registry.errors import Conflict
from registry.forms.send import DECLARATION, SendForm
from registry.models import Submission
from registry.services.evidence import attach_evidence
from registry.states import DECLARATION_VERSION, DESK_STATES, SubmissionState

from .base import COMPLAINTS, FAILED, words_of
from .base import WorkspaceView as Page
from .steps import WritableMixin, hidden_fields

# Written in the form, never shown to the public by itself.
NOT_PUBLIC = frozenset({"chain", "shares_public"})


def preview_rows(user: Any, product: Any) -> list[tuple[str, presentation.Shown, bool]]:
    """What would be sent, in words: label, value, whether the public would see it. Empty parts are left out."""
    hidden = hidden_fields(user, product)
    fields = snapshot.visible_fields(snapshot.build(product))
    rows = [(field, value, presentation.display(field, value)) for field, value in fields if field not in hidden]
    consent = product.contact is not None and product.contact.is_public
    kept = [(field, value, shown) for field, value, shown in rows if not shown.is_empty and field != "shares_public" and value is not False]
    return [(presentation.label(f, v), shown, f not in NOT_PUBLIC and (f != "contact" or consent)) for f, v, shown in kept]


class SendingMixin(WritableMixin):
    """Pages that end in sending."""

    def send(self, form: SendForm) -> Submission:
        """Attach the sheet when one came, then send; raises what services raise."""
        submission = self.submission
        if submission is None:
            raise Conflict(_("There is nothing to send: the product has not been changed."))
        upload = form.cleaned_data.get("evidence")
        if upload:
            submission = attach_evidence(actor=self.request.user, submission=submission, upload=upload)
        declared = form.cleaned_data["declaration"]
        expected = form.cleaned_data["version"]
        return workflow.apply(actor=self.request.user, submission=submission, name="submit", expected=expected, declaration=declared)

    def was_sent(self) -> bool:
        """Whether a first press has already sent it."""
        latest = self.product.submissions.order_by("-opened_at", "-pk").first()
        return latest is not None and latest.state in (*DESK_STATES, SubmissionState.PUBLISHED)

    def try_send(self, form: SendForm) -> list[str]:
        """Send, or answer why not; nothing to answer when a first press was faster."""
        try:
            self.send(form)
        except COMPLAINTS as error:
            return [] if isinstance(error, Conflict) and self.was_sent() else words_of(error)
        return []

    def sent(self) -> HttpResponse:
        messages.success(self.request, _("Sent. You will read here what the officer answers."))
        return redirect("workspace_product", self.product.code)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frame = {"declaration": DECLARATION, "declaration_version": DECLARATION_VERSION}
        return super().get_context_data(**frame | kwargs)

    def send_form(self, data: Any = None, files: Any = None) -> SendForm:
        version = self.submission.lock_version if self.submission else 0
        return SendForm(data, files, initial={"version": version}, on_behalf=self.on_behalf)


class SendView(SendingMixin, Page):
    """The last step: everything at a glance, what is missing, the declaration, one button."""

    template_name = "registry/workspace/send.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answer = workflow.answer(self.request.user, self.submission, "submit") if self.submission else None
        return super().get_context_data(
            **{
                "form": self.send_form(),
                "rows": preview_rows(self.request.user, self.product),
                "complete": completeness.of_product(self.product),
                "answer": answer,
                "entry": getattr(self.product, "entry", None),
            }
            | kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.submission is None or self.submission.state in DESK_STATES:
            return self.sent() if self.was_sent() else redirect("workspace_product", self.product.code)
        form = self.send_form(request.POST, request.FILES)
        complaints = self.try_send(form) if form.is_valid() else [_("Open this page anew and send again.")]
        if complaints:
            self.__dict__.pop("submission", None)
            fresh = self.send_form()
            fresh.initial["declaration"] = request.POST.get("declaration") == "on"
            return self.page(FAILED, form=fresh, complaints=complaints)
        return self.sent()
