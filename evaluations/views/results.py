"""The results of a round: the ranking, one product, the same computed again, and the files."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.permissions import Answer
from evaluations import exports, permissions, ranking
from evaluations.filters import ResultFilter
from evaluations.models import Result
from evaluations.result_page import ResultPage, results_of, valid_days
from evaluations.result_words import told
from evaluations.results import differences
from evaluations.states import Phase
from registry.views.rows import one_or_404

from .base import EXCEL_TYPE
from .results_base import ResultsMixin

if TYPE_CHECKING:
    from accounts.models import User
    from evaluations.models import ResultSet

ROWS_A_PAGE = 50


class ResultsView(ResultsMixin, TemplateView):
    """The ranking, overall or in a chosen group, with honest ties; before the decree it waits."""

    template_name = "evaluations/results/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = self._listed() if self.chosen else {"rows": []}
        steps = {
            "may_close": self.round.phase == Phase.RAKOR and self.runs,
            "may_reopen": self.round.phase in (Phase.CLOSED, Phase.ESTABLISHED) and self._chairs(),
            "may_decree": permissions.may_manage(self.request.user) and self.round.waits_for_decree(),
            "may_revoke": bool(self.decree and not self.decree.revoked_at) and permissions.may_manage(self.request.user),
            "may_check": permissions.may_recompute(self.request.user, self.round),
        }
        return super().get_context_data(**{**steps, **listed, **kwargs})

    def _chairs(self) -> bool:
        """Whether the person could open the round again: a decree in force has to go first."""
        in_force = bool(self.decree and not self.decree.revoked_at)
        return not in_force and bool(permissions.may_chair(self.request.user, self.round))

    def _listed(self) -> dict[str, Any]:
        rows = ranking.shown(self.closed, self.request.user)
        chosen = ResultFilter(self.request.GET, queryset=ranking.products(rows), request=self.request)
        return {"filter": chosen, **self._page(rows, chosen), **self._figures(rows)}

    def _page(self, rows: Any, chosen: ResultFilter) -> dict[str, Any]:
        found = rows.filter(entrant__in=chosen.qs.order_by()).select_related("entrant").defer("inputs")
        page = Paginator(found.order_by("is_knocked_out", "-total", "entrant__number"), ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        group = {f"entrant__{name}": value for name, value in chosen.group.items()}
        among = ranking.compared(self.closed, self.request.user).filter(**group)
        results, labels = list(page.object_list), exports.labels_of(rows)
        places = ranking.places(among, results)
        return {
            "page": page,
            "grouped": bool(chosen.group),
            "rows": [
                {
                    "result": row,
                    "place": places.get(row.pk),
                    "regency": labels.regencies.get(row.entrant.regency_code, row.entrant.regency_code),
                    "path": labels.paths.get((row.entrant.instrument_id, row.path_key), ""),
                }
                for row in results
            ],
        }

    def _figures(self, rows: Any) -> dict[str, Any]:
        stars = {f"stars_{count}": Count("pk", filter=Q(stars=count)) for count in (5, 4, 3)}
        knocked = Count("pk", filter=Q(is_knocked_out=True))
        figures = rows.order_by().aggregate(products=Count("pk"), out=knocked, **stars)
        return {"figures": figures, "hidden": ranking.hidden_count(self.closed, self.request.user) if self.runs else 0}


class ResultView(ResultsMixin, TemplateView):
    """One product's result by section."""

    template_name = "evaluations/results/result.html"

    @cached_property
    def result(self) -> Result:
        rows = results_of(self.request.user).filter(result_set=self.closed)
        return one_or_404(rows, entrant__number=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.result.result_set = self.closed
        page = ResultPage(self.request.user, self.result, runs=bool(self.runs), seat=self.seat)
        in_force = self.decree if self.decree and not self.decree.revoked_at else None
        context = {
            "result": self.result,
            "entrant": self.result.entrant,
            "shown": page,
            "valid": valid_days(self.result, in_force),
            "may_check": permissions.may_recompute(self.request.user, self.round),
            "appeal": getattr(self.result, "appeal", None) if self.runs else None,
            "may_print": bool(in_force and self.result.stars and permissions.may_manage(self.request.user)),
        }
        return super().get_context_data(**{**context, **kwargs})


class CheckView(ResultsMixin, TemplateView):
    """A close computed again from its record and compared with what is kept. Asked by a button: it takes a while."""

    template_name = "evaluations/results/check.html"
    http_method_names = ["post"]

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_recompute(self.request.user, self.round)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lines, hidden = told(differences(self.closed), request.user)
        count = ranking.shown(self.closed, request.user).count()
        return self.render_to_response(self.get_context_data(lines=lines, hidden=hidden, count=count))


class ExcelView(ResultsMixin, View):
    """A file of the results; refused while there is nothing the person may read. Subclasses say how it is called and made."""

    file_name: str
    made: Callable[[ResultSet, User], IO[bytes]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ranking.shown(self.closed, request.user).exists():
            raise Http404
        name = f"{self.file_name}-{self.round.code}-v{self.closed.version}.xlsx"
        return FileResponse(self.made(self.closed, request.user), as_attachment=True, filename=name, content_type=EXCEL_TYPE)


class RankingFileView(ExcelView):
    """The ranking, for whoever reads it on the screen."""

    file_name = "peringkat"
    made = staticmethod(exports.ranking_file)


class ScoresFileView(ExcelView):
    """Every score with the names of reviewers, for those who run the round."""

    file_name = "nilai"
    made = staticmethod(exports.scores_file)

    def allowed(self) -> Answer:
        return super().allowed() and self.runs
