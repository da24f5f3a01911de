"""Rounds of the evaluation and the stars they gave, for partners: what a standing decree has established, and nothing before it.

A certificate and its check already show all of this. Points, ranks, remarks and the people of a panel stay inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api.views import ApiView, limit_of, page_by
from registry.awards import MOST

from . import api_schema as schema
from . import certificates
from .api_own import OwnResultDetail
from .models import Result, Round
from .services.decrees import valid_until

Row = dict[str, Any]
# A product code has 11 characters.
LONGEST_CODE = 12


class RoundList(ApiView):
    @extend_schema(**schema.ROUND_LIST)
    def get(self, request: Request) -> HttpResponse:
        return self.by_content({"results": _rows(Round.objects.published().in_public_order())})


class RoundDetail(ApiView):
    @extend_schema(**schema.ROUND)
    def get(self, request: Request, key: str) -> HttpResponse:
        return self.by_content(_rows([published(key)])[0])


class RoundResults(ApiView):
    parameters = frozenset({"limit", "cursor"})

    @extend_schema(**schema.RESULTS)
    def get(self, request: Request, key: str) -> HttpResponse:
        limit = limit_of(request)
        if not Round.objects.published().filter(code=key).exists():
            raise _nowhere()
        rows = Result.objects.published().shown().of_code(key).with_certificate()
        found, following = page_by(request, rows, "entrant__code", limit=limit, longest=LONGEST_CODE)
        return self.by_content({"results": [_result(row) for row in found], "next": following})


def published(key: str) -> Round:
    """The published round of a key; one that is still open answers as one that is not there."""
    round = Round.objects.published().filter(code=key).first()
    if round is None:
        raise _nowhere()
    return round


def _nowhere() -> NotFound:
    return NotFound(_("No published round has this key."))


def _rows(rounds: Iterable[Round]) -> list[Row]:
    rounds = list(rounds)
    tallies = _tallies(rounds)
    return [_round(row, tallies[row.pk]) for row in rounds]


def _tallies(rounds: list[Round]) -> dict[int, dict[str, int]]:
    """For each round how many shown products have how many stars."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: {str(number): 0 for number in range(MOST, 0, -1)})
    rows = Result.objects.published().shown().filter(result_set__round__in=rounds).order_by()
    for pk, stars, number in rows.values_list("result_set__round", "stars").annotate(number=Count("pk")):
        found[pk][str(stars)] = number
    return found


def _round(row: Round, tally: dict[str, int]) -> Row:
    decree = row.standing[0].decree
    return {
        "key": row.code,
        "name": row.name,
        "year": row.year,
        "pillars": row.pillars,
        "instruments": _instruments(row),
        "documents_due_on": row.documents_due_on.isoformat(),
        "scoring_opens_on": row.scoring_opens_on.isoformat(),
        "scoring_closes_on": row.scoring_closes_on.isoformat(),
        "decree": {"number": decree.number, "decreed_on": decree.decreed_on.isoformat()},
        "products_by_stars": tally,
    }


def _instruments(row: Round) -> list[Row]:
    """The instruments of a round, each with the category families it judged."""
    found: dict[int, Row] = {}
    for family in row.families.all():
        used = family.instrument
        told = {"key": used.code, "name": used.name, "version": used.version, "is_proposal": used.is_proposal, "families": []}
        found.setdefault(used.pk, told)["families"].append(family.family)
    return list(found.values())


def _result(row: Result) -> Row:
    entrant = row.entrant
    return {
        "code": entrant.code,
        "name": entrant.name,
        "pillar": entrant.pillar,
        "region": entrant.region_code,
        "stars": row.stars,
        "valid_until": valid_until(row, row.result_set.decree).isoformat(),
        "certificate": certificates.check_address(row),
    }


urlpatterns = [
    path("rounds", RoundList.as_view(), name="api_rounds"),
    path("rounds/<slug:key>", RoundDetail.as_view(), name="api_round"),
    path("rounds/<slug:key>/results", RoundResults.as_view(), name="api_round_results"),
    path("rounds/<slug:key>/results/<str:code>", OwnResultDetail.as_view(), name="api_own_result"),
]
