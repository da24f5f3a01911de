"""The pages of reviewers at /penilaian/: own products and sheets, sheets on paper."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from evaluations.views import sheets, sheets_paper


class SectionConverter(StringConverter):
    """The code of a section: one capital letter, perhaps with a number."""

    regex = "[A-Z][0-9]{0,2}"


register_converter(SectionConverter, "section")

urlpatterns: list[URLPattern] = [
    path("", sheets.ReviewHomeView.as_view(), name="review_home"),
    path("lembar/<uuid:key>/", sheets.SheetView.as_view(), name="sheet"),
    path("lembar/<uuid:key>/simpan/", sheets.SaveView.as_view(), name="sheet_save"),
    path("lembar/<uuid:key>/isian/", sheets.ProgressView.as_view(), name="sheet_progress"),
    path("lembar/<uuid:key>/kirim/", sheets.SendView.as_view(), name="sheet_send"),
    path("lembar/<uuid:key>/buka-lagi/", sheets.ReopenView.as_view(), name="sheet_reopen"),
    path("lembar/<uuid:key>/bukti/<int:criterion>/", sheets.AskView.as_view(), name="sheet_ask"),
    path("lembar/<uuid:key>/perbandingan/", sheets.CalibrationView.as_view(), name="sheet_calibration"),
    path("lembar/<uuid:key>/kertas/", sheets_paper.PaperStartView.as_view(), name="paper_start"),
    path("lembar/<uuid:key>/<section:section>/", sheets.SectionView.as_view(), name="sheet_section"),
    path("kertas/<slug:code>/", sheets_paper.PaperListView.as_view(), name="paper_list"),
    path("kertas/<slug:code>/produk/<int:number>.pdf", sheets_paper.ProductPaperView.as_view(), name="paper_product"),
    path("kertas/<slug:code>/<slug:family>.pdf", sheets_paper.FamilyPaperView.as_view(), name="paper_family"),
]
