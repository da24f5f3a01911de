"""From the record of a round to its results: gathering the inputs, computing, ranking, and computing them again.

`compute` looks at nothing but the inputs and the published instrument they name, so what was stored can be recomputed
to the last digit for ever, whatever happened to the sheets since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q

from . import scoring
from .models import ConsensusScore, Decision, Entrant, Instrument, Level, Result, ResultSet, Sample, Sheet
from .rubrics import published_rubric
from .states import SampleState

if TYPE_CHECKING:
    from .models import Round

SCHEMA = 1
Inputs = dict[str, Any]
RANKINGS = {"rank": None, "rank_pillar": "pillar", "rank_regency": "regency_code", "rank_family": "family"}


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Computed:
    """What one product gets, as stored in `Result`."""

    total: Decimal
    sections: dict[str, str]
    stars: int
    is_knocked_out: bool
    path_key: str


# --- gathering ------------------------------------------------------------------------------------------------------


def gather(round: Round) -> dict[int, Inputs]:
    """The inputs of every product still in the running, by entrant, in a constant number of queries."""
    entrants = list(round.entrants.taking_part().annotate(instrument_sha256=F("instrument__sha256")).order_by("number"))
    levels = _levels({entrant.instrument_id for entrant in entrants})
    sheets, decisions, received = _sheets(round, levels), _decisions(round), _received(round)
    return {
        entrant.pk: {
            "schema": SCHEMA,
            "rounding": scoring.ROUNDING,
            "instrument": {"id": entrant.instrument_id, "sha256": entrant.instrument_sha256},
            "family": entrant.family,
            "facts": entrant.facts,
            "has_sample": entrant.pk in received,
            "sheets": sheets.get(entrant.pk, []),
            "decision": decisions.get(entrant.pk),
        }
        for entrant in entrants
    }


def _levels(instruments: Iterable[int]) -> dict[int, tuple[str, int]]:
    """The code of its criterion and the place of every level of these instruments."""
    rows = Level.objects.filter(criterion__section__instrument__in=instruments)
    return {pk: (code, position) for pk, code, position in rows.values_list("pk", "criterion__code", "position")}


def _sheets(round: Round, levels: dict[int, tuple[str, int]]) -> dict[int, list[dict[str, Any]]]:
    chosen = ArrayAgg("scores__level", filter=Q(scores__level__isnull=False), default=[])
    rows = Sheet.objects.counted().filter(entrant__round=round).annotate(chosen=chosen).order_by("key")
    found: dict[int, list[dict[str, Any]]] = {}
    for entrant, key, origin, picked in rows.values_list("entrant", "key", "origin", "chosen"):
        choices = dict(sorted(levels[level] for level in picked))
        found.setdefault(entrant, []).append({"key": str(key), "origin": origin, "choices": choices})
    return found


def _decisions(round: Round) -> dict[int, dict[str, Any]]:
    agreed: dict[int, dict[str, int]] = {}
    rows = ConsensusScore.objects.filter(decision__entrant__round=round)
    for decision, code, position in rows.values_list("decision", "criterion__code", "level__position"):
        agreed.setdefault(decision, {})[code] = position
    return {
        decision.entrant_id: {
            "method": decision.method,
            "is_knocked_out": decision.is_knocked_out,
            "consensus": dict(sorted(agreed.get(decision.pk, {}).items())),
        }
        for decision in Decision.objects.filter(entrant__round=round)
    }


def _received(round: Round) -> set[int]:
    return set(Sample.objects.filter(round=round, state=SampleState.RECEIVED).values_list("entrant", flat=True))


# --- computing ------------------------------------------------------------------------------------------------------


def compute(inputs: Inputs) -> Computed:
    """Points, stars and path from the inputs alone. Raises ValueError where no sheet counts."""
    rubric = published_rubric(inputs["instrument"]["id"], inputs["family"])
    about = scoring.Circumstances(inputs["facts"], inputs["has_sample"])
    sheets = [scoring.SheetInput(sheet["origin"], sheet["choices"]) for sheet in inputs["sheets"]]
    decision = inputs["decision"] or {"method": "", "is_knocked_out": False, "consensus": {}}
    points = scoring.combine(rubric, sheets, about, decision["method"], decision["consensus"])
    out = decision["is_knocked_out"]
    stars = 0 if out else scoring.stars_for(rubric, points)
    answers = [decision["consensus"]] if decision["consensus"] else [sheet.choices for sheet in sheets]
    return Computed(
        total=scoring.round_half_up(points.total),
        sections={code: str(scoring.round_half_up(value)) for code, value in points.sections.items()},
        stars=stars,
        is_knocked_out=out,
        path_key=(rubric.knock_out_path if out else "") or scoring.path_for(rubric, stars, answers),
    )


def ranked(computed: dict[int, Computed], entrants: dict[int, Entrant]) -> dict[int, dict[str, int]]:
    """The places of every product that was not knocked out: overall, in its pillar, regency and family."""
    places: dict[int, dict[str, int]] = {pk: {} for pk in computed}
    standing = {pk: one.total for pk, one in computed.items() if not one.is_knocked_out}
    for name, column in RANKINGS.items():
        groups: dict[str, dict[int, Decimal]] = {}
        for pk, total in standing.items():
            groups.setdefault(getattr(entrants[pk], column) if column else "", {})[pk] = total
        for group in groups.values():
            for pk, place in scoring.ranks(group).items():
                places[pk][name] = place
    return places


def build(round: Round, gathered: dict[int, Inputs]) -> list[Result]:
    """The rows of a close, not yet saved and without their set."""
    entrants = Entrant.objects.in_bulk(gathered)
    computed = {pk: compute(inputs) for pk, inputs in gathered.items()}
    places = ranked(computed, entrants)
    return [
        Result(entrant=entrants[pk], inputs=inputs, sha256=digest(inputs), **_columns(computed[pk]), **places[pk])
        for pk, inputs in gathered.items()
    ]


def _columns(one: Computed) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def digest_of_set(hashes: Iterable[str]) -> str:
    """The hash of a whole close: over the hashes of its results in order of their numbers."""
    return digest(list(hashes))


# --- computing again ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One thing that is not as stored: a column of a product's result, its record, its instrument, or the set as a whole."""

    what: str
    entrant: Entrant | None = None
    stored: Any = None
    found: Any = None

    def __str__(self) -> str:
        if self.what == "record":
            return f"{self.entrant}: the record has changed"
        if self.what == "instrument":
            return f"instrument {self.stored} is not the one that was used"
        return "the hash of the set is another" if self.what == "set" else f"{self.entrant}: {self.what} {self.stored} -> {self.found}"


def differences(result_set: ResultSet) -> list[Difference]:
    """What differs between the stored results of a close and those computed anew from their inputs; empty when nothing does.

    For the current close the inputs themselves are gathered anew from the record too.
    """
    rows = list(result_set.results.select_related("entrant").order_by("entrant__number"))
    entrants = {row.entrant_id: row.entrant for row in rows}
    computed = {row.entrant_id: compute(row.inputs) for row in rows}
    places = ranked(computed, entrants)
    found = [line for row in rows for line in _differences(row, computed[row.entrant_id], places[row.entrant_id])]
    if digest_of_set(row.sha256 for row in rows) != result_set.sha256:
        found.append(Difference("set"))
    found += _instrument_differences(rows)
    return found if result_set.superseded_at else found + _record_differences(result_set, rows)


def _differences(row: Result, one: Computed, places: dict[str, int]) -> list[Difference]:
    wanted = _columns(one) | {name: places.get(name) for name in RANKINGS} | {"sha256": digest(row.inputs)}
    pairs = [(name, getattr(row, name), value) for name, value in wanted.items()]
    return [Difference(name, row.entrant, stored, value) for name, stored, value in pairs if stored != value]


def _instrument_differences(rows: list[Result]) -> list[Difference]:
    named = {(row.inputs["instrument"]["id"], row.inputs["instrument"]["sha256"]) for row in rows}
    known = set(Instrument.objects.values_list("pk", "sha256"))
    return [Difference("instrument", stored=pk) for pk, _hash in sorted(named - known)]


def _record_differences(result_set: ResultSet, rows: list[Result]) -> list[Difference]:
    """A product that left the round after the close keeps its result; every other one must still have the same inputs."""
    now = gather(result_set.round)
    changed = [row for row in rows if row.entrant_id in now and now[row.entrant_id] != row.inputs]
    return [Difference("record", row.entrant) for row in changed]
