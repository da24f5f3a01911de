"""Instruments as files: given out as YAML or Excel, and taken back as a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from evaluations import instrument_excel, instrument_yaml
from evaluations.errors import NotReady
from evaluations.forms.instruments import ImportForm
from evaluations.instrument_files import FaultyFile
from evaluations.instrument_schema import Content
from evaluations.services import instruments as service

from .base import EXCEL_TYPE
from .instruments import EditorPage, OneInstrument

FORMATS = {"yaml": (instrument_yaml.dump, "application/yaml"), "xlsx": (instrument_excel.dump, EXCEL_TYPE)}


class ExportView(OneInstrument, View):
    """One version as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ending = self.kwargs["ending"]
        dump, kind = FORMATS[ending]
        name = instrument_yaml.file_name(self.instrument, ending)
        return HttpResponse(dump(self.content), content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


class ImportView(EditorPage, TemplateView):
    """A file becomes the next version of the instrument it names, or a list of everything that is wrong with it."""

    template_name = "evaluations/instruments/import.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            made = service.import_content(actor=request.user, content=self.read(form))
        except FaultyFile as error:
            return self.render_to_response(self.get_context_data(form=form, errors=error.errors), status=422)
        except NotReady as error:
            form.add_error("upload", str(error.reason))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(request, _("The file is taken as a new version. Look over what it changes, then publish it."))
        return redirect("instrument", made.code, made.version)

    @staticmethod
    def read(form: ImportForm) -> Content:
        """By the first bytes, not by the name: an Excel file is a ZIP archive."""
        data = form.cleaned_data["upload"].read()
        families = None if form.cleaned_data["unfinished"] else service.known_families()
        load = instrument_excel.load if data.startswith(b"PK") else instrument_yaml.load
        return load(data, families=families)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": ImportForm(), **kwargs})
