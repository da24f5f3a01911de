"""Forms saved while one types by a script, and by an ordinary button without one; two devices on one form lose nothing."""

from __future__ import annotations

from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.formatting import clock
from registry.errors import Conflict, RegistryError
from registry.forms.steps import Difference

from .base import COMPLAINTS, FAILED, wants_json, words_of

CONFLICT = 409


class SavedForm(Protocol):
    """What a form saved in this way answers."""

    @property
    def base_name(self) -> str: ...

    @property
    def base(self) -> str: ...

    @property
    def errors(self) -> dict[str, list[str]]: ...

    def shown(self) -> dict[str, str]: ...

    def differences(self, stored: dict[str, Any], typed: dict[str, Any]) -> list[Difference]: ...


def saved_at() -> str:
    """The words of a save: "Saved 10.42"."""
    return _("Saved %(time)s") % {"time": clock(timezone.now())}


def conflict_json(error: Conflict, differences: list[Difference], bases: dict[str, str]) -> JsonResponse:
    rows = [{"key": row.key, "label": row.label, "stored": row.stored, "typed": row.typed} for row in differences]
    return JsonResponse({"reason": str(error.reason), "differences": rows, "bases": bases}, status=CONFLICT)


def refusal_json(error: Exception) -> JsonResponse:
    """Why nothing was saved; only a newer state of the product is a conflict, the rest is a refusal."""
    status = CONFLICT if isinstance(error, RegistryError) else 403 if isinstance(error, PermissionDenied) else FAILED
    return JsonResponse({"reason": " ".join(words_of(error))}, status=status)


class SavingMixin:
    """One form under a base version. What can be read is saved, what cannot stays in its control with the reason.

    Stands before WorkspaceView, whose `page` it shows. A page gives `save(form)`, which hands what was typed to the
    service; `again(form)`, the same text on what stands now under the base version of now; and `onward()`, where an
    ordinary button leads once all is saved.
    """

    def keep(self, form: SavedForm) -> HttpResponse:
        """Save the form and answer a script or a person."""
        try:
            self.save(form)
        except Conflict as error:
            return self.conflict(form, error)
        except COMPLAINTS as error:
            return self.refused(form, error)
        return self.saved(form)

    def conflict(self, form: SavedForm, error: Conflict) -> HttpResponse:
        if not isinstance(error.current, dict):
            return self.refused(form, error)
        differences = form.differences(error.current, error.typed)
        fresh = self.again(form)
        if wants_json(self.request):
            return conflict_json(error, differences, {fresh.base_name: fresh.base})
        return self.page(CONFLICT, form=fresh, differences=differences, conflict=error.reason)

    def refused(self, form: SavedForm, error: Exception) -> HttpResponse:
        if wants_json(self.request):
            return refusal_json(error)
        return self.page(FAILED, form=self.again(form), complaints=words_of(error))

    def saved(self, form: SavedForm) -> HttpResponse:
        fresh = self.again(form)
        if wants_json(self.request):
            bases = {fresh.base_name: fresh.base}
            return JsonResponse({"saved": saved_at(), "bases": bases, "errors": form.errors, "shown": fresh.shown()})
        if form.errors:
            return self.page(FAILED, form=fresh)
        return self.onward()
