"""Django's admin under the portal's scope: one base class for every registered model.

Use in any app:

    # apps.py, ready(): who opens the model, and who may change rows by hand (None: nobody)
    register_model_actions("registry.producer", view=Action.PRODUCER_VIEW, change=Action.PRODUCER_MANAGE)

    # admin.py
    @admin.register(Producer)
    class ProducerAdmin(ScopedModelAdmin):
        can_add = True                            # optional: the add form opens to holders of the change action
        choice_actions = {"region": None}         # optional: see `choices_for`

What it holds:
- the two registered actions decide: the view action opens the list, one object, its history and the autocomplete answer,
  whose rows come from `Model.objects.for_user(user, view)`; a row outside it is "not found"; the change action opens saving,
  again for rows of `for_user(user, change)` only; an unregistered model stays closed;
- choices and autocompletes of related fields come from the related model's own `for_user`, asked for the action named in
  `choice_actions`, else for the view action; a model without `for_user` (categories, regions) gives all its rows;
- a saved row is looked for again in the scope of the change action before the commit: one that left the scope is refused;
- nothing is ever deleted here; models whose rows services decide on register `change=None` or extend `ReadOnlyAdmin`;
- the history page of an object reads the rows of `<Model>Event` (django-pghistory), with who and when.

Settable in a class, rarely needed: `view_action`, `change_action` (override the registered ones).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.formatting import moment

from .permissions import may_anywhere, model_actions
from .states import Action


def scoped_rows(model: type[models.Model], user: Any, action: Action | None) -> QuerySet:
    """The rows of a model the user may use for `action`; all of them when the model knows no scope or none is asked."""
    manager = model._default_manager
    if action is None or not hasattr(manager, "for_user"):
        return manager.all()
    return manager.for_user(user, action)


# What a line of history says was done; the keys are the labels of the database triggers.
DONE: dict[str, str | Promise] = {
    "insert": pgettext_lazy("history", "Created"),
    "update": pgettext_lazy("history", "Changed"),
    "delete": pgettext_lazy("history", "Deleted"),
}


@dataclass(frozen=True)
class HistoryRow:
    """One line of an object's history page: when, who, and what became of which columns."""

    action_time: dt.datetime
    user: Any
    get_change_message: str


def history_rows(obj: models.Model) -> list[HistoryRow]:
    """The history of one object, newest first, each line told apart from the one before it."""
    if not hasattr(obj, "events"):
        return []
    events = list(obj.events.select_related("pgh_context").order_by("pgh_id"))
    people = get_user_model().objects.actors({_actor(event) for event in events} - {None})
    pairs = zip([None, *events], events, strict=False)
    return [HistoryRow(event.pgh_created_at, people.get(_actor(event)), _difference(before, event)) for before, event in pairs][::-1]


def _actor(event: Any) -> Any:
    return (event.pgh_context.metadata if event.pgh_context else {}).get("user")


def _difference(before: Any, event: Any) -> str:
    if before is None:
        return str(DONE.get(event.pgh_label, event.pgh_label))
    fields = [field for field in event._meta.concrete_fields if not field.name.startswith("pgh_")]
    changed = [field for field in fields if getattr(before, field.attname) != getattr(event, field.attname)]
    return "; ".join(f"{field.verbose_name}: {_shown(before, field)} → {_shown(event, field)}" for field in changed)


def _shown(event: Any, field: Any) -> str:
    """A value as the screen shows it: words of choices, local days and numbers, a dash for nothing."""
    value = getattr(event, field.attname)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return "–" if value in (None, "", [], {}) else str(display_for_field(value, field, "–"))


class ScopedAdminMixin:
    """Scope and permissions of an admin class; shared by `ScopedModelAdmin` and the inlines below."""

    view_action: Action | None = None
    change_action: Action | None = None
    read_only = False
    can_add = False
    choice_actions: dict[str, Action | None] = {}

    def actions_of_model(self) -> tuple[Action | None, Action | None]:
        """Which action opens the model for looking and for changing."""
        view, change = model_actions(self.model._meta.label_lower)
        return self.view_action or view, None if self.read_only else (self.change_action or change)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        ordering = self.get_ordering(request)
        view, _change = self.actions_of_model()
        rows = scoped_rows(self.model, request.user, view) if view else self.model._default_manager.none()
        return rows.order_by(*ordering) if ordering else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._allows(request, obj, self.actions_of_model()[0])

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._allows(request, obj, self.actions_of_model()[1])

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.can_add and self._allows(request, None, self.actions_of_model()[1])

    def _allows(self, request: HttpRequest, obj: models.Model | None, action: Action | None) -> bool:
        return action is not None and bool(may_anywhere(request.user, action)) and self._reaches(request, obj, action)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_for(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_for(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def choices_for(self, db_field: Any, request: HttpRequest, queryset: QuerySet | None) -> QuerySet:
        """The rows a related field offers and accepts."""
        action = self.choice_actions.get(db_field.name, self.actions_of_model()[0])
        rows = scoped_rows(db_field.remote_field.model, request.user, action)
        return rows if queryset is None else queryset.filter(pk__in=rows.values("pk"))

    def _reaches(self, request: HttpRequest, obj: models.Model | None, action: Action) -> bool:
        if obj is None or obj.pk is None or isinstance(obj, self._parent_model()):
            return True
        return scoped_rows(type(obj), request.user, action).filter(pk=obj.pk).exists()

    def _parent_model(self) -> tuple[type[models.Model], ...]:
        # An inline is asked about its parent, whose own admin class has answered for it already.
        parent = getattr(self, "parent_model", None)
        return (parent,) if parent is not None and parent is not self.model else ()


class ScopedModelAdmin(ScopedAdminMixin, admin.ModelAdmin):
    """The base of every admin class of the portal; see the module's docstring."""

    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    show_full_result_count = False
    actions = None

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not scoped_rows(self.model, request.user, self.actions_of_model()[1]).filter(pk=obj.pk).exists():
            raise PermissionDenied(_("The saved row would lie outside your area."))

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Not kept here: the database triggers write the history."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Not kept here: the database triggers write the history."""

    def history_of(self, obj: models.Model) -> list[HistoryRow]:
        """The rows of the history page; a model with events of its own answers them here."""
        return history_rows(obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %(name)s") % {"name": obj},
            "module_name": str(self.opts.verbose_name_plural).capitalize(),
            "action_list": Paginator(self.history_of(obj), 100).get_page(request.GET.get("p")),
            "object": obj,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class ReadOnlyAdmin(ScopedModelAdmin):
    """For append-only tables and rows that only services write: seen, never changed by hand."""

    read_only = True


class ScopedTabularInline(ScopedAdminMixin, admin.TabularInline):
    """Rows of a parent inside its page, under the same scope and permissions as their own list.

    The heads of the columns are no labels, so each control carries its own name.
    """

    extra = 0

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", db_field.verbose_name)
        return field


class DoneFilter(admin.SimpleListFilter):
    """Rows of history by what was done."""

    title = _("what was done")
    parameter_name = "dilakukan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(DONE.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pgh_label=self.value()) if self.value() else queryset


class HistoryAdmin(ReadOnlyAdmin):
    """History rows (`<Model>Event`) whose tracked object lies in the scope; see `register_history`.

    The history tables hold no scope of their own: `pgh_obj` leads to the tracked model, whose `for_user` answers.
    """

    date_hierarchy = "pgh_created_at"
    list_display = ["at", "done", "row"]
    list_filter = [DoneFilter]
    list_select_related = ["pgh_obj"]
    ordering = ["-pgh_id"]
    readonly_fields = ["at", "done", "row", "by"]

    @admin.display(description=_("When"), ordering="pgh_created_at")
    def at(self, obj: Any) -> str:
        return moment(obj.pgh_created_at)

    @admin.display(description=_("what was done"))
    def done(self, obj: Any) -> Any:
        return DONE.get(obj.pgh_label, obj.pgh_label)

    @admin.display(description=_("of what"))
    def row(self, obj: Any) -> str:
        return str(obj.pgh_obj)

    @admin.display(description=_("by whom"))
    def by(self, obj: Any) -> str:
        return str(get_user_model().objects.actors({_actor(obj)} - {None}).get(_actor(obj), "–"))

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        kept = [field.name for field in self.opts.concrete_fields if field.name != "id" and not field.name.startswith("pgh_")]
        return [*self.readonly_fields, *kept]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        tracked = self.model._meta.get_field("pgh_obj").remote_field.model
        rows = scoped_rows(tracked, request.user, self.actions_of_model()[0])
        return self.model._default_manager.filter(pgh_obj__in=rows.values("pk")).order_by("-pgh_id")

    def _reaches(self, request: HttpRequest, obj: models.Model | None, action: Action) -> bool:
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()


def _history_name(name: Any) -> str:
    return gettext("history of %(name)s") % {"name": name}


def register_history(*tracked: type[models.Model]) -> None:
    """Register the history tables of these models, named after them; the tables' own classes are generated and nameless."""
    for model in tracked:
        event, name = model.pgh_event_model, lazy(_history_name, str)
        event._meta.verbose_name = name(model._meta.verbose_name)
        event._meta.verbose_name_plural = name(model._meta.verbose_name_plural)
        event.__str__ = lambda row: f"{DONE.get(row.pgh_label, row.pgh_label)}: {row.pgh_obj}"
        admin.site.register(event, HistoryAdmin)
