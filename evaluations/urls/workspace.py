"""What producers see of the evaluation, in their workspace."""

from __future__ import annotations

from django.urls import URLPattern, path

from evaluations.views import own_result, sheets, workspace

from . import review  # noqa: F401 - registers the converter of sections

urlpatterns: list[URLPattern] = [
    path("", workspace.EvaluationHomeView.as_view(), name="producer_evaluation"),
    path("hasil/<slug:code>/<int:number>/", own_result.OwnResultView.as_view(), name="own_result"),
    path("hasil/<slug:code>/<int:number>/keberatan/", own_result.AppealView.as_view(), name="own_appeal"),
    path("pertanyaan/<uuid:key>/", workspace.QuestionView.as_view(), name="evaluation_question"),
    path("nilai-sendiri/<slug:code>/<int:number>/", workspace.SelfStartView.as_view(), name="self_start"),
    path("lembar/<uuid:key>/", workspace.SelfSheetView.as_view(), name="self_sheet"),
    path("lembar/<uuid:key>/simpan/", sheets.SaveView.as_view(), name="self_sheet_save"),
    path("lembar/<uuid:key>/isian/", workspace.SelfProgressView.as_view(), name="self_sheet_progress"),
    path("lembar/<uuid:key>/kirim/", workspace.SelfSendView.as_view(), name="self_sheet_send"),
    path("lembar/<uuid:key>/buka-lagi/", workspace.SelfReopenView.as_view(), name="self_sheet_reopen"),
    path("lembar/<uuid:key>/<section:section>/", workspace.SelfSectionView.as_view(), name="self_sheet_section"),
]
