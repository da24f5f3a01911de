"""Consent of the people named: given, taken back, erased, by themselves or by whoever keeps the contacts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView, TemplateView, View

from accounts.permissions import Refused
from accounts.states import Action
from registry.models import Contact
from registry.services import contacts

from .rows import one_or_404
from .staff_base import StaffMixin, reason_of

ACTS = {
    "give": (contacts.give_consent, gettext_lazy("The consent is recorded. The contact is shown with the product.")),
    "withdraw": (contacts.withdraw_consent, gettext_lazy("Taken back. The contact is no longer shown anywhere.")),
    "erase": (contacts.erase_contact, gettext_lazy("Name and number are erased.")),
}


class MyContactsView(LoginRequiredMixin, TemplateView):
    """Where the reader is named as a contact, with what can be taken back; needs no mandate."""

    template_name = "registry/contacts/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(contacts=Contact.objects.about(self.request.user), **kwargs)


class ContactListView(StaffMixin, ListView):
    """The contacts of the own area, for the officer who is called by one of them."""

    here = gettext_lazy("Contacts")
    needs = Action.CONTACT_EDIT
    template_name = "registry/contacts/list.html"
    context_object_name = "contacts"
    paginate_by = 50

    def get_queryset(self) -> QuerySet:
        rows = Contact.objects.kept_by(self.request.user)
        words = self.request.GET.get("q", "").replace("\x00", "").strip()
        digits = "".join(char for char in words if char.isdigit()).lstrip("0")
        found = Q(name__icontains=words) | Q(producer__name__icontains=words)
        return rows.filter(found | Q(phone__contains=digits) if len(digits) > 3 else found).order_by("name", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(q=self.request.GET.get("q", ""), **kwargs)


class ContactActView(LoginRequiredMixin, View):
    """One button on one contact: the own record, or one of the own area; anything else is not found."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine, kept = Contact.objects.about(request.user), Contact.objects.kept_by(request.user)
        contact = one_or_404(mine if mine.filter(pk=pk).exists() else kept, pk=pk)
        act, words = ACTS.get(request.POST.get("act", ""), (None, ""))
        try:
            if act is None:
                messages.error(request, _("Choose what shall be done."))
            else:
                act(actor=request.user, contact=contact)
                messages.success(request, str(words))
        except Refused as error:
            messages.error(request, reason_of(error))
        return redirect(self.back())

    def back(self) -> str:
        """The page the button stood on, when it is one of ours."""
        asked = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(asked, {self.request.get_host()}, require_https=self.request.is_secure())
        return asked if safe else resolve_url("my_contacts")
