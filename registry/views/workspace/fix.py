"""Mending what was returned: only the flagged parts, each changed or answered in words, then sent again in one go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.text import TextProblem, check_length, clean_text
from registry import guards, overview, presentation, steps
from registry.errors import Conflict
from registry.forms.groups import Group, has_controls
from registry.forms.steps import Difference, StepForm, resolved
from registry.models import FieldFlag
from registry.services import checks, drafts
from registry.states import SubmissionState
from registry.views.photos import photo_context

from .base import COMPLAINTS, FAILED, WorkspaceView, wants_json, words_of
from .saving import CONFLICT, conflict_json, refusal_json, saved_at
from .send import SendingMixin
from .steps import hidden_fields

LONGEST_REPLY = 1000
FORM_ID = "fix"


@dataclass
class FlaggedPart:
    """One part that was sent back: what the officer says, what was sent, and the controls to mend it."""

    flag: FieldFlag
    number: int
    group: Group | None
    reply: str
    is_kept: bool

    @cached_property
    def value(self) -> Any:
        return guards.flagged_value(self.flag)

    @property
    def label(self) -> str:
        return presentation.label(self.flag.field, self.value)

    @property
    def old(self) -> presentation.Shown:
        return presentation.display(self.flag.field, self.value)

    @property
    def kind(self) -> str:
        """ "photo", "permit", "producer", or the key of a field."""
        return self.flag.field.partition(":")[0]

    @property
    def key(self) -> str:
        """What stands behind the colon: a photo's hash, a permit's key."""
        return self.flag.field.partition(":")[2]


class FixView(SendingMixin, WorkspaceView):
    """The correction form."""

    template_name = "registry/workspace/fix.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.submission is None or self.submission.state != SubmissionState.RETURNED:
            return redirect("workspace_product", self.product.code)
        return super().get(request, *args, **kwargs)

    @cached_property
    def flags(self) -> list[FieldFlag]:
        rows = self.submission.flags.filter(sent_at__isnull=False, answered_at=None).select_related("version")
        return list(rows)

    @property
    def fields(self) -> frozenset[str]:
        hidden = hidden_fields(self.request.user, self.product)
        return frozenset(flag.field for flag in self.flags if has_controls(flag.field)) - hidden

    def forms(self, data: QueryDict | None = None) -> list[StepForm]:
        """A form for each step that has flagged fields, with these fields alone."""
        made = [self.step_form(step, data) for step in steps.STEPS if self.fields & set(step.fields)]
        return [form for form in made if form.groups]

    def step_form(self, step: steps.Step, data: QueryDict | None) -> StepForm:
        typed = resolved(data, self.product, step) if data is not None else None
        form = StepForm(product=self.product, step=step, data=typed, only=self.fields)
        for field in form:  # the forms of photos stand between the parts, so the controls name their form
            field.field.widget.attrs["form"] = FORM_ID
        return form

    def parts(self, forms: list[StepForm], data: QueryDict | None = None) -> list[FlaggedPart]:
        groups = {key: group for form in forms for key, group in form.groups.items()}
        return [self.part(number, flag, groups.get(flag.field), data) for number, flag in enumerate(self.flags, start=1)]

    @staticmethod
    def part(number: int, flag: FieldFlag, group: Group | None, data: QueryDict | None) -> FlaggedPart:
        reply = flag.reply if data is None else data.get(f"reply-{flag.pk}", "")
        kept = bool(flag.reply) if data is None else f"keep-{flag.pk}" in data
        return FlaggedPart(flag, number, group, reply, kept)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms = kwargs.pop("forms", None) or self.forms()
        decision = self.submission.events.filter(transition="return").select_related("mandate").last()
        return super().get_context_data(
            **{
                "forms": forms,
                "parts": self.parts(forms, kwargs.pop("data", None)),
                "errors": [field for form in forms for field in form if field.errors],
                "decision": decision,
                "photo_parts": any(flag.field.startswith("photo:") for flag in self.flags),
                **photo_context(self.product),
                "returned_by": overview.office_of(decision) if decision else "",
                "send_form": self.send_form(),
                "all_steps": steps.STEPS,
            }
            | kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.submission is None or self.submission.state != SubmissionState.RETURNED:
            return self.sent() if self.was_sent() else redirect("workspace_product", self.product.code)
        forms = self.forms(request.POST)
        try:
            for form in forms:
                self.save(form)
            self.answer()
        except Conflict as error:
            return self.conflict(error)
        except (*COMPLAINTS, TextProblem) as error:
            return refusal_json(error) if wants_json(request) else self.again(FAILED, complaints=words_of(error))
        return self.saved(forms)

    def save(self, form: StepForm) -> None:
        base = self.request.POST.get(form.base_name, "")
        self.saving = form
        drafts.save_step(actor=self.request.user, product=self.product, step=form.step.key, base=base, values=form.values())
        self.reload()

    def answer(self) -> None:
        """The words for what is already right; taking the tick away takes the words back."""
        for flag in self.flags:
            typed = self.request.POST.get(f"reply-{flag.pk}", "") if f"keep-{flag.pk}" in self.request.POST else ""
            reply = check_length(clean_text(typed), LONGEST_REPLY)
            if reply != flag.reply:
                checks.answer_flag(actor=self.request.user, flag=flag, reply=reply)

    def conflict(self, error: Conflict) -> HttpResponse:
        differences: list[Difference] = []
        if isinstance(error.current, dict):
            differences = self.saving.differences(error.current, error.typed)
        if wants_json(self.request):
            self.reload()
            return conflict_json(error, differences, self.bases())
        return self.again(CONFLICT, differences=differences, conflict=error.reason)

    def bases(self) -> dict[str, str]:
        return {form.base_name: form.base for form in self.forms()}

    def again(self, status: int, **context: Any) -> HttpResponse:
        """The same text once more, under the base versions of now."""
        self.reload()
        self.__dict__.pop("flags", None)
        return self.page(status, forms=self.forms(self.request.POST), data=self.request.POST, **context)

    def saved(self, forms: list[StepForm]) -> HttpResponse:
        errors = {name: words for form in forms for name, words in form.errors.items()}
        if wants_json(self.request):
            shown = {name: text for form in self.forms(self.request.POST) for name, text in form.shown().items()}
            return JsonResponse({"saved": saved_at(), "bases": self.bases(), "errors": errors, "shown": shown})
        if errors:
            return self.again(FAILED)
        return self.send_again()

    def send_again(self) -> HttpResponse:
        form = self.send_form(self.request.POST, self.request.FILES)
        complaints = self.try_send(form) if form.is_valid() else [_("Open this page anew and send again.")]
        if not complaints:
            return self.sent()
        self.__dict__.pop("submission", None)
        return self.again(FAILED, complaints=complaints)
