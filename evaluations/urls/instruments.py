"""Writing, comparing, importing and publishing instruments, in the staff area."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from evaluations.views import instrument_files as files
from evaluations.views import instrument_parts as parts
from evaluations.views import instruments as views

ONE = "<slug:code>/<int:version>/"

urlpatterns: list[URLPattern] = [
    path("", views.InstrumentListView.as_view(), name="instruments"),
    path("baru/", views.StartView.as_view(), name="instrument_start"),
    path("impor/", files.ImportView.as_view(), name="instrument_import"),
    path(ONE, views.InstrumentView.as_view(), name="instrument"),
    path(f"{ONE}tindakan/", views.ActView.as_view(), name="instrument_act"),
    path(f"{ONE}terbitkan/", views.PublishView.as_view(), name="instrument_publish"),
    path(f"{ONE}perubahan/", views.DifferenceView.as_view(), name="instrument_difference"),
    path(f"{ONE}pengaturan/", parts.SettingsView.as_view(), name="instrument_settings"),
    path(f"{ONE}daftar/<slug:list>/", parts.RowsView.as_view(), name="instrument_rows"),
    path(f"{ONE}poin/<slug:family>/", parts.PointsView.as_view(), name="instrument_points"),
    path(f"{ONE}bagian/<slug:family>/baru/", parts.SectionView.as_view(), name="instrument_section_new"),
    path(f"{ONE}bagian/<slug:family>/<slug:section>/", parts.SectionView.as_view(), name="instrument_section"),
    path(f"{ONE}bagian/<slug:family>/<slug:section>/baru/", parts.CriterionView.as_view(), name="instrument_criterion_new"),
    path(f"{ONE}bagian/<slug:family>/<slug:section>/<slug:criterion>/", parts.CriterionView.as_view(), name="instrument_criterion"),
    re_path(
        r"^(?P<code>[-\w]+)/(?P<version>[0-9]{1,4})/unduh\.(?P<ending>yaml|xlsx)$", files.ExportView.as_view(), name="instrument_export"
    ),
]
