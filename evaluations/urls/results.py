"""Results of a round: close, ranking, decree, files, objections."""

from __future__ import annotations

from django.urls import URLPattern, path

from evaluations.views import results, results_steps

urlpatterns: list[URLPattern] = [
    path("<slug:code>/hasil/", results.ResultsView.as_view(), name="round_results"),
    path("<slug:code>/hasil/periksa/", results.CheckView.as_view(), name="result_check"),
    path("<slug:code>/hasil/peringkat.xlsx", results.RankingFileView.as_view(), name="ranking_file"),
    path("<slug:code>/hasil/nilai.xlsx", results.ScoresFileView.as_view(), name="scores_file"),
    path("<slug:code>/hasil/<int:number>/", results.ResultView.as_view(), name="round_result"),
    path("<slug:code>/tutup/", results_steps.CloseView.as_view(), name="round_close"),
    path("<slug:code>/buka-lagi/", results_steps.ReopenView.as_view(), name="round_reopen"),
    path("<slug:code>/sk/", results_steps.DecreeEnterView.as_view(), name="decree_enter"),
    path("<slug:code>/sk/cabut/", results_steps.DecreeRevokeView.as_view(), name="decree_revoke"),
    path("<slug:code>/keberatan/", results_steps.AppealListView.as_view(), name="appeals"),
    path("<slug:code>/keberatan/<int:version>/<int:number>/", results_steps.AppealView.as_view(), name="appeal"),
]
