"""Rounds to measure on: products enter and are drawn by the services, the scores of all sheets are written in bulk.

The instrument is the shipped proposal, each variant brought to thirty criteria by halving its last ones.
"""

from __future__ import annotations

import datetime as dt
import random
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from accounts.models import Mandate, User
from accounts.states import Office, Role
from evaluations import instrument_yaml
from evaluations.models import Entrant, Instrument, PanelMember, Round, Sheet
from evaluations.models import Sample as TasteSample
from evaluations.services import entrants, instruments, rounds
from evaluations.states import AppliesIf
from registry.models import CatalogueEntry

CRITERIA, REVIEWERS_EACH, LOAD = 30, 3, 60
FAR_APART = Decimal(100)  # nothing is disputed: a dispute is settled by people, not at the close
CODE = "bench-30"
WORDS = {"name": "Instrumen uji kecepatan", "note": "Dibuat untuk mengukur kecepatan, bukan untuk menilai."}

_WRITTEN = "evaluations_score, evaluations_sheet, evaluations_entrant, evaluations_sample, evaluations_conflict"
# What a product is worth, how strict a reviewer is, and chance: the same for the same keys.
_SCORES = """
INSERT INTO evaluations_score (sheet_id, criterion_id, level_id, comment, version, saved_at)
SELECT s.id, c.id, levels.ids[1 + least(levels.count - 1, floor(levels.count * (
           0.6 * (abs(hashint8(e.id)::bigint) %% 1000) + 0.3 * (abs(hashint8(s.id * 1000 + c.id)::bigint) %% 1000)
           + 0.1 * (abs(hashint8(s.reviewer_id)::bigint) %% 1000)) / 1000)::int)], '', 1, now()
FROM evaluations_sheet s
JOIN evaluations_entrant e ON e.id = s.entrant_id
JOIN evaluations_section p ON p.instrument_id = e.instrument_id AND p.family IN ('', e.family)
JOIN evaluations_criterion c ON c.section_id = p.id
JOIN (SELECT criterion_id, array_agg(id ORDER BY position) AS ids, count(*) AS count
      FROM evaluations_level GROUP BY criterion_id) levels ON levels.criterion_id = c.id
WHERE e.round_id = %s AND s.state = 'open' AND NOT s.id = ANY(%s)
"""


def make_instrument(actor: User) -> Instrument:
    """The proposal with thirty criteria for every family, in force; made once in a database."""
    found = Instrument.objects.in_force().filter(code=CODE).first()
    if found is not None:
        return found
    content: dict[str, Any] = instrument_yaml.load(instruments.PROPOSAL.read_bytes(), families=instruments.known_families())
    content |= {"code": CODE, **WORDS}
    shared = sum(len(section["criteria"]) for section in content["sections"])
    for variant in content["variants"]:
        (own,) = variant.get("sections", [variant])
        _widen(own["criteria"], CRITERIA - shared)
    made = instruments.import_content(actor=actor, content=content)
    return instruments.publish_instrument(actor=actor, instrument=made, base=made.lock_version)


def _widen(criteria: list[dict[str, Any]], count: int) -> None:
    """Halve the points of criteria from the last one on, each becoming two, until there are so many."""
    for at in range(count - len(criteria)):
        one = criteria[-1 - 2 * at]
        for level in one["levels"]:
            level["points"] = Decimal(level["points"]) / 2
        criteria.append(deepcopy(one) | {"code": f"C{len(criteria) + 1}", "name": f"{one['name']} (2)"})


def make_reviewers(count: int) -> list[User]:
    """Reviewers over the province; every tenth was an officer of a regency until lately, so that there are conflicts."""
    made = [User(username=f"sintetis-penilai-{number}", display_name=f"Penilai {number} (contoh)") for number in range(1, count + 1)]
    for user in made:
        user.is_demo, user.password = True, make_password(None)
    User.objects.bulk_create(made, ignore_conflicts=True)
    users = list(User.objects.filter(username__in=[user.username for user in made]).order_by("pk"))
    Mandate.objects.bulk_create(_mandates([user for user in users if not user.mandates.exists()]))
    return users


def _mandates(users: list[User]) -> list[Mandate]:
    today = timezone.localdate()
    regencies = sorted(set(CatalogueEntry.objects.published().values_list("regency_code", flat=True)))
    rows = [Mandate(user=user, role=Role.REVIEWER, region_codes=["53"], starts_on=today, letter_number="contoh") for user in users]
    former = {"role": Role.REGENCY_OFFICER, "office": Office.REGENCY, "office_name": "Dinas PMD", "letter_number": "contoh"}
    years = {"starts_on": today - dt.timedelta(days=700), "ends_on": today - dt.timedelta(days=90)}
    rng = random.Random(1)  # noqa: S311 - the same ones every time
    return rows + [Mandate(user=user, region_codes=[rng.choice(regencies)], **former, **years) for user in users[::10]]


def open_round(province: User, instrument: Instrument, name: str, products: int) -> Round:
    """A round with so many products found complete and a panel large enough, everything ready for the draw."""
    today = timezone.localdate()
    families = sorted({section.family for section in instrument.sections.exclude(family="")})
    made = rounds.open_round(
        actor=province,
        families=dict.fromkeys(families, instrument),
        code=rounds.free_code(name),
        name=name,
        year=today.year,
        pillars=["ovop", "osop", "ocop"],
        region_codes=["53"],
        documents_due_on=today,
        scoring_opens_on=today,
        scoring_closes_on=today + dt.timedelta(days=5),
        reviewers_per_product=REVIEWERS_EACH,
        load_limit=LOAD,
        spread_threshold=FAR_APART,
    )
    entries = CatalogueEntry.objects.published().order_by("pk")[:products]
    entered = entrants.enter_products(actor=province, round=made, entries=entries)
    Entrant.objects.filter(round=made).update(facts=dict.fromkeys(AppliesIf.values, True))
    entrants.complete_many(actor=province, round=made, entrants=entered)
    _seat(made, len(entered))
    return made


def _seat(round: Round, products: int) -> None:
    """A chair, a secretary and members: twenty in a hundred more than the limit of their loads asks for."""
    people = make_reviewers(max(12, int(products * REVIEWERS_EACH / LOAD * 1.2)))
    roles = ["chair", "secretary"] + ["member"] * (len(people) - 2)
    PanelMember.objects.bulk_create(PanelMember(round=round, user=user, role=role) for user, role in zip(people, roles, strict=True))


def begin_scoring(round: Round) -> None:
    """Every sample is here and scoring has begun, without the steps between."""
    today = timezone.localdate()
    rows = Entrant.objects.filter(round=round).values_list("pk", "number")
    TasteSample.objects.bulk_create(
        (TasteSample(round=round, entrant_id=pk, blind_number=number, state="received", received_on=today) for pk, number in rows),
        batch_size=2000,
    )
    Round.objects.filter(pk=round.pk).update(phase="scoring")


def fill(round: Round, *, empty: list[int] | None = None) -> int:
    """Score every criterion of every sheet but these, and send them; returns how many scores there are now."""
    left = empty or []
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, [round.pk, left])
    now = timezone.now()
    sheets = Sheet.objects.filter(entrant__round=round, state="open").exclude(pk__in=left)
    sheets.update(state="submitted", submitted_at=now, touched_at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM (ANALYZE) evaluations_score, evaluations_sheet, evaluations_entrant, evaluations_sample, evaluations_conflict"
        )
        cursor.execute(
            "SELECT count(*) FROM evaluations_score x JOIN evaluations_sheet s ON s.id = x.sheet_id JOIN evaluations_entrant e "
            "ON e.id = s.entrant_id WHERE e.round_id = %s",
            [round.pk],
        )
        (count,) = cursor.fetchone()
    return count
