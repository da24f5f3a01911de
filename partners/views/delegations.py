"""Pages about delegations: a head gives one in the workspace, an officer records a letter and ends one in the staff area."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView

from accounts.labels import MandateLine, mandate_lines
from accounts.models import Mandate
from accounts.services import end_mandate
from accounts.views.mixins import OwnUnitMixin, ServiceFormMixin
from common.formatting import date_long, number
from partners import delegations
from partners.forms import DelegationForm, LetterForm

from .staff import OnePartnerMixin, PartnerActionView


class DelegationView(OwnUnitMixin, ServiceFormMixin, FormView):
    """A head lets the system of a partner write for the own unit."""

    form_class = DelegationForm
    template_name = "partners/delegation_new.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_demo": bool(self.unit and self.unit.is_demo)}

    def run(self, form: DelegationForm) -> HttpResponse:
        given = delegations.delegate(actor=self.request.user, unit_code=self.own.unit_code, **form.cleaned_data)
        told = {"partner": given.user, "unit": self.unit_name, "day": date_long(given.ends_on)}
        messages.success(self.request, _("%(partner)s may now write for %(unit)s, until %(day)s.") % told)
        return redirect(self.people_page)


class LetterView(OnePartnerMixin, ServiceFormMixin, FormView):
    """An officer records the letter with which heads let a partner's system write."""

    form_class = LetterForm
    template_name = "partners/delegation_record.html"

    def run(self, form: LetterForm) -> HttpResponse:
        count = len(delegations.delegate_many(actor=self.request.user, partner=self.partner, **form.cleaned_data))
        words = ngettext("%(count)s delegation has been recorded.", "%(count)s delegations have been recorded.", count)
        messages.success(self.request, words % {"count": number(count)})
        return redirect(self.back)


class DelegationEndView(PartnerActionView):
    template_name = "partners/delegation_end.html"

    @cached_property
    def mandate(self) -> Mandate:
        rows = Mandate.objects.for_user(self.request.user, self.action).filter(user=self.partner.service_user_id)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def line(self) -> MandateLine:
        return mandate_lines([self.mandate])[0]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(line=self.line, **kwargs)

    def act(self) -> str:
        end_mandate(actor=self.request.user, mandate=self.mandate)
        return _("The delegation for %(unit)s has ended.") % {"unit": self.line.place}
