"""The officers' pages about the accounts of the own area, at /admin/akun/."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, ListView, View
from django_filters.views import FilterView

from accounts import services
from accounts.filters import AccountFilter, in_state
from accounts.labels import mandate_lines
from accounts.models import AccountEvent, Activation, Mandate, PasswordHelp, User
from accounts.permissions import may_anywhere, may_grant, may_manage_account
from accounts.staff_forms import AnswerHelpForm, CloseHelpForm, HandOverForm, MandateForm, OpenAccountForm, ValidityForm
from accounts.states import Action, Role

from .mixins import ServiceFormMixin, StaffPageMixin
from .slips import slip

FRAME = "base_staff.html"


class AccountListView(StaffPageMixin, FilterView):
    """The accounts of the own area."""

    template_name = "account/staff/list.html"
    filterset_class = AccountFilter
    context_object_name = "accounts"
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        shown = Mandate.objects.for_user(self.request.user, self.action).order_by("-pk")
        accounts = User.objects.for_user(self.request.user, self.action).people()
        return accounts.prefetch_related(Prefetch("mandates", shown, to_attr="shown_mandates"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = account_rows(context["page_obj"].object_list)
        context["figures"] = account_figures(self.request.user)
        context["help_count"] = PasswordHelp.objects.for_user(self.request.user, Action.ACCOUNT_MANAGE).waiting().count()
        context["may_open"] = may_anywhere(self.request.user, Action.ACCOUNT_MANAGE)
        return context


def account_rows(accounts: Any) -> list[tuple[User, Any]]:
    """Each account with its newest live mandate of the area, else its newest one, in words."""
    chosen = [_newest(account.shown_mandates) for account in accounts]
    lines = {line.mandate.pk: line for line in mandate_lines([mandate for mandate in chosen if mandate])}
    return [(account, lines.get(mandate.pk) if mandate else None) for account, mandate in zip(accounts, chosen, strict=True)]


def _newest(mandates: list[Mandate]) -> Mandate | None:
    return next((mandate for mandate in mandates if mandate.is_live), mandates[0] if mandates else None)


def account_figures(user: User) -> dict[str, int]:
    """The four figures over the list."""
    rows = User.objects.for_user(user, Action.ACCOUNT_VIEW).people().order_by()
    active = Count("pk", filter=Q(is_active=True, must_set_password=False))
    waiting = Count("pk", filter=Q(is_active=True, must_set_password=True))
    figures = rows.aggregate(active=active, waiting=waiting, total=Count("pk", filter=Q(is_active=True)))
    return {**figures, "ending": in_state(rows, "ending").count(), "quiet": in_state(rows, "quiet").count()}


class AccountView(StaffPageMixin, DetailView):
    """One account: its roles in the own area, its code, its events."""

    template_name = "account/staff/detail.html"
    context_object_name = "account"

    def get_queryset(self) -> QuerySet:
        return User.objects.for_user(self.request.user, self.action).people()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, account = self.request.user, self.object
        mandates = mandate_lines(Mandate.objects.for_user(user, self.action).filter(user=account))
        return super().get_context_data(
            mandates=[(line, bool(may_grant(user, line.mandate))) for line in mandates],
            manage=may_manage_account(user, account),
            activation=Activation.objects.for_user(user, self.action).open().filter(user=account).first(),
            events=AccountEvent.objects.for_user(user, self.action).filter(user=account).select_related("actor")[:20],
            validity_form=ValidityForm(),
            head_role=Role.PRODUCER_HEAD,
            **kwargs,
        )


class OneAccountMixin(StaffPageMixin):
    """Works on one account of a person of the own area; 404 outside it."""

    action = Action.ACCOUNT_MANAGE

    @cached_property
    def account(self) -> User:
        return get_object_or_404(User.objects.for_user(self.request.user, self.action).people(), pk=self.kwargs["pk"])

    @property
    def back(self) -> str:
        return reverse("account_detail", args=[self.account.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(account=self.account, back=self.back, **kwargs)


class OpenAccountView(StaffPageMixin, ServiceFormMixin, FormView):
    """A new account with its first role and its slip."""

    action = Action.ACCOUNT_MANAGE
    form_class = OpenAccountForm
    template_name = "account/staff/open.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    @transaction.atomic
    def run(self, form: OpenAccountForm) -> HttpResponse:
        data, fields = form.cleaned_data, form.mandate_fields()
        user = services.open_account(
            actor=self.request.user,
            display_name=data["display_name"],
            username=data["username"],
            phone=data["phone"],
            username_from=services.username_source(fields["role"], fields.get("unit_kind", ""), fields.get("unit_code", "")),
        )
        services.grant_mandate(actor=self.request.user, user=user, **fields)
        issued = services.issue_activation(actor=self.request.user, user=user, valid_for=form.valid_for)
        return slip(self.request, issued, frame=FRAME, back=reverse("account_detail", args=[user.pk]))


class GrantMandateView(OneAccountMixin, ServiceFormMixin, FormView):
    """One more role for an account."""

    form_class = MandateForm
    template_name = "account/staff/grant.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def run(self, form: MandateForm) -> HttpResponse:
        services.grant_mandate(actor=self.request.user, user=self.account, **form.mandate_fields())
        messages.success(self.request, _("The role has been given."))
        return redirect(self.back)


class HandOverView(OneAccountMixin, ServiceFormMixin, FormView):
    """An office passes to a new head."""

    form_class = HandOverForm
    template_name = "account/staff/hand_over.html"

    @cached_property
    def mandate(self) -> Mandate:
        rows = Mandate.objects.for_user(self.request.user, self.action).live().filter(user=self.account, role=Role.PRODUCER_HEAD)
        return get_object_or_404(rows, pk=self.kwargs["mandate"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(line=mandate_lines([self.mandate])[0], **kwargs)

    def run(self, form: HandOverForm) -> HttpResponse:
        fields = ("display_name", "phone", "letter_number", "starts_on", "standing")
        named = services.hand_over(actor=self.request.user, mandate=self.mandate, **{name: form.cleaned_data[name] for name in fields})
        return slip(self.request, named.issued, frame=FRAME, back=reverse("account_detail", args=[named.mandate.user_id]))


class AccountActionView(OneAccountMixin, View):
    """One button on one account; the service decides."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return self.act() or redirect(self.back)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.back)

    def act(self) -> HttpResponse | None:
        """What the button does: each subclass names its one service; an answer replaces the way back."""
        raise NotImplementedError


class IssueView(AccountActionView):
    def act(self) -> HttpResponse | None:
        form = ValidityForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError(form.errors["valid_days"])
        issued = services.issue_activation(actor=self.request.user, user=self.account, valid_for=form.valid_for)
        return slip(self.request, issued, frame=FRAME, back=self.back)


class DeactivateView(AccountActionView):
    def act(self) -> HttpResponse | None:
        services.deactivate_account(actor=self.request.user, user=self.account, reason=self.request.POST.get("reason", ""))
        messages.success(self.request, _("The account has been ended."))


class EraseView(AccountActionView):
    def act(self) -> HttpResponse | None:
        services.erase_person(actor=self.request.user, user=self.account)
        messages.success(self.request, _("The account has been ended and the person's data erased."))


class EndMandateView(AccountActionView):
    def act(self) -> HttpResponse | None:
        rows = Mandate.objects.for_user(self.request.user, self.action).filter(user=self.account)
        services.end_mandate(actor=self.request.user, mandate=get_object_or_404(rows, pk=self.kwargs["mandate"]))
        messages.success(self.request, _("The role has ended."))


class HelpQueueView(StaffPageMixin, ListView):
    """Forgotten passwords that wait for an answer, oldest first."""

    action = Action.ACCOUNT_MANAGE
    template_name = "account/staff/help_queue.html"
    context_object_name = "requests"
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        return PasswordHelp.objects.for_user(self.request.user, self.action).waiting().select_related("user")


class OneHelpMixin(StaffPageMixin, ServiceFormMixin):
    """Works on one waiting request of the own area; 404 outside it."""

    action = Action.ACCOUNT_MANAGE
    template_name = "account/staff/help_answer.html"

    @cached_property
    def help_request(self) -> PasswordHelp:
        rows = PasswordHelp.objects.for_user(self.request.user, self.action).waiting().select_related("user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.help_request.user
        return super().get_context_data(
            help_request=self.help_request,
            manage=may_manage_account(self.request.user, account) if account else None,
            mandates=mandate_lines(account.mandates.live()) if account else [],
            **kwargs,
        )


class AnswerHelpView(OneHelpMixin, FormView):
    """A new code, to be read out by telephone."""

    form_class = AnswerHelpForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"close_form": CloseHelpForm(prefix="close"), **kwargs})

    def run(self, form: AnswerHelpForm) -> HttpResponse:
        issued = services.answer_password_help(actor=self.request.user, request=self.help_request, **form.cleaned_data)
        return slip(self.request, issued, frame=FRAME, back=reverse("password_help_queue"))


class CloseHelpView(OneHelpMixin, FormView):
    """Closes a request without a code."""

    form_class = CloseHelpForm
    prefix = "close"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "close_form": context["form"], "form": AnswerHelpForm()}

    def run(self, form: CloseHelpForm) -> HttpResponse:
        services.close_password_help(actor=self.request.user, request=self.help_request, note=form.cleaned_data["note"])
        messages.success(self.request, _("The request has been closed."))
        return redirect("password_help_queue")
