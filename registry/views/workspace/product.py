"""One product in the workspace: state, history, what the public sees, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.states import Action, Role
from common.numbers import sent_number
from registry import overview, partners, permissions, showcase, steps, workflow
from registry.models import CatalogueEntry, Participant, Product, Submission, SubmissionEvent
from registry.queries.participants import ParticipantQuerySet
from registry.services import checks, drafts, entries, flagship
from registry.states import PARTICIPATION_EVENTS, SubmissionState

from .base import COMPLAINTS, ProductMixin, WorkspaceView, words_of

# What a person may do to what the public sees: name of the step, words of the button, what it means.
ENTRY_ACTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "pause": (gettext_lazy("Pause for now"), gettext_lazy("It stays in the catalogue, marked as not made at the moment.")),
    "continue": (gettext_lazy("It is made again"), gettext_lazy("The mark goes, and the product stands in the catalogue as before.")),
    "cease": (gettext_lazy("No longer made"), gettext_lazy("It leaves the catalogue. The QR page then says that it is no longer made.")),
}
# Said by people of the unit; the reasons of a decision are for them, the words among officers are not.
SHOWN_COMMENTS = ("return", "reject", "object", "suspend", "withdraw")


@dataclass(frozen=True)
class Moment:
    """One line of the history, without names of people."""

    event: SubmissionEvent

    @property
    def words(self) -> str:
        return self.event.words

    @property
    def who(self) -> str:
        return overview.office_of(self.event)

    @property
    def about(self) -> str:
        """The producer a line is about, where it is another one."""
        return self.event.comment if self.event.transition in PARTICIPATION_EVENTS else ""

    @property
    def comment(self) -> str:
        return self.event.comment if self.event.transition in SHOWN_COMMENTS else ""


class ProductView(ProductMixin, WorkspaceView):
    """State, next step, history and acts of one product."""

    template_name = "registry/workspace/product.html"

    @cached_property
    def product(self) -> Product:
        rows = Product.objects.for_user(self.request.user, self.action)
        return get_object_or_404(overview.with_story(rows), code=self.kwargs["code"])

    @cached_property
    def line(self) -> overview.Line:
        return overview.Line(self.request.user, self.product)

    @cached_property
    def submission(self) -> Submission | None:
        return self.line.open

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            line=self.line,
            entry=self.line.entry,
            moments=[Moment(event) for event in overview.history_of(self.product)],
            steps=steps.STEPS,
            acts=self.acts(),
            is_head=self.is_head,
            can_reopen=self.line.open is None,
            public_url=showcase.page_address(self.line.entry) if self.line.entry else "",
            parts=partners.told_parts(self.parts),
            qr=showcase.qr(self.product.code) if self.line.entry else "",
            **kwargs,
        )

    @property
    def parts(self) -> ParticipantQuerySet:
        return Participant.objects.for_user(self.request.user, self.action).filter(product=self.product).current().with_partner()

    @cached_property
    def is_head(self) -> bool:
        def head(mandate: Any) -> bool:
            return mandate.role == Role.PRODUCER_HEAD

        return bool(permissions.may_on_producer(self.request.user, Action.PRODUCT_EDIT, self.producer, also=head))

    def acts(self) -> list[tuple[str, Any, Any]]:
        """What may be done to the entry now."""
        names = entries.available(self.request.user, self.line.entry) if self.line.entry else []
        return [(name, *ENTRY_ACTS[name]) for name in names if name in ENTRY_ACTS]


class ActView(ProductMixin, WorkspaceView):
    """One press on a product's page. A second press finds it done and says so instead of failing."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = getattr(self, f"do_{request.POST.get('act', '')}", None)
        if act is None:
            return redirect("workspace_product", self.product.code)
        try:
            messages.success(request, act())
        except COMPLAINTS as error:
            messages.error(request, " ".join(words_of(error)))
        return redirect(
            "workspace_home" if "home" in request.POST else "workspace_product", *([] if "home" in request.POST else [self.product.code])
        )

    def take(self, name: str, done: tuple[str, ...]) -> None:
        """One step of the workflow on the version the person saw; already done is no failure."""
        if self.submission is None or self.submission.state in done:
            return
        seen = sent_number(self.request.POST.get("version", ""))
        workflow.apply(actor=self.request.user, submission=self.submission, name=name, expected=-1 if seen is None else seen)

    def do_recall(self) -> str:
        self.take("recall", (SubmissionState.DRAFT,))
        return _("Taken back. You can change it and send it again.")

    def do_cancel(self) -> str:
        self.take("cancel", ())
        return _("Cancelled. What you wrote is kept; you can open it again.")

    def do_reopen(self) -> str:
        drafts.reopen(actor=self.request.user, product=self.product)
        return _("Open again. Change what is needed and send it.")

    def do_flagship(self) -> str:
        flagship.choose_flagship(actor=self.request.user, product=self.product)
        return _("This is now your flagship product.")

    def do_object(self) -> str:
        if self.submission is None:
            return _("It has already been decided.")
        checks.object_to_entry(
            actor=self.request.user, submission=self.submission, words=self.request.POST.get("words", "").replace("\x00", "")
        )
        return _("Your objection is noted. It will not be published before it has been put right.")

    def entry_step(self, name: str, target: str) -> None:
        entry = get_object_or_404(CatalogueEntry.objects.for_user(self.request.user, self.action), product=self.product)
        if entry.state != target:
            entries.change_entry(actor=self.request.user, entry=entry, name=name)

    def do_pause(self) -> str:
        self.entry_step("pause", "paused")
        return _("The catalogue now says that it is not made at the moment.")

    def do_cease(self) -> str:
        self.entry_step("cease", "ceased")
        return _("The catalogue now says that it is no longer made.")

    def do_continue(self) -> str:
        self.entry_step("continue", "listed")
        return _("It stands in the catalogue as before.")
