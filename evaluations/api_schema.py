"""Shapes of the rounds and their results for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.states import Pillar
from common.api.docs import CURSOR, LIMIT, errors, page_of, path_parameter, rows_of
from registry.awards import MOST

_KEY = path_parameter("key", 'Key of the round, for example "ovop-2026"; numbers of certificates begin with it.')


class InstrumentRefSerializer(s.Serializer):
    key = s.CharField(help_text="Key of the instrument; the same in all its versions.")
    name = s.CharField(help_text="Its name.")
    version = s.IntegerField(help_text="Its version. A version that judged never changes.")
    is_proposal = s.BooleanField(help_text="Whether it was a proposal, not yet established by the province.")
    families = s.ListField(child=s.CharField(), help_text="Keys of the category groups it judged.")


class DecreeRefSerializer(s.Serializer):
    number = s.CharField(help_text="Number of the decree (SK).")
    decreed_on = s.DateField(help_text="Its date (WITA).")


class RoundSerializer(s.Serializer):
    key = s.CharField(help_text="Key of the round.")
    name = s.CharField(help_text="Its name.")
    year = s.IntegerField(help_text="Year of the evaluation.")
    pillars = s.ListField(child=s.CharField(), help_text="Programmes whose products took part: ovop, osop, ocop.")
    instruments = InstrumentRefSerializer(many=True, help_text="The instruments it was judged by.")
    documents_due_on = s.DateField(help_text="Last day for complete documents (WITA).")
    scoring_opens_on = s.DateField(help_text="First day of scoring (WITA).")
    scoring_closes_on = s.DateField(help_text="Last day of scoring (WITA).")
    decree = DecreeRefSerializer(help_text="The decree that established the results and stands.")
    products_by_stars = s.DictField(
        child=s.IntegerField(), help_text=f"How many products in the catalogue got how many stars, from {MOST} to 1."
    )


class RoundResultSerializer(s.Serializer):
    code = s.CharField(help_text="Product code.")
    name = s.CharField(help_text="Name of the product when it was judged.")
    pillar = s.ChoiceField(Pillar.values, help_text="Its programme.")
    region = s.CharField(help_text="Kemendagri code of its producer's place when it was judged.")
    stars = s.IntegerField(min_value=1, max_value=MOST, help_text="Bintang OVOP NTT it got.")
    valid_until = s.DateField(help_text="Last day (WITA) on which they count.")
    certificate = s.URLField(help_text="The page that says whether the certificate holds today; a later decree may have given other stars.")


class RemarkSerializer(s.Serializer):
    criterion = s.CharField(help_text="Code of the criterion.")
    name = s.CharField(help_text="Its name.")
    texts = s.ListField(child=s.CharField(), help_text="What reviewers wrote, without names, in an order that tells nothing of them.")


class SectionResultSerializer(s.Serializer):
    code = s.CharField(help_text="Code of the section of the instrument.")
    name = s.CharField(help_text="Its name.")
    points = s.CharField(help_text="Points it got, a decimal number.")
    most = s.CharField(help_text="Points it could get.")
    remarks = RemarkSerializer(many=True, help_text="Remarks on its criteria.")


class OwnResultSerializer(s.Serializer):
    code = s.CharField(help_text="Product code.")
    name = s.CharField(help_text="Name of the product when it was judged.")
    producer = s.CharField(help_text="Code of its producer.")
    stars = s.IntegerField(min_value=0, max_value=MOST, help_text="Bintang OVOP NTT it got; 0: none.")
    valid_until = s.DateField(allow_null=True, help_text="Last day (WITA) on which they count; null without stars.")
    points = s.CharField(allow_null=True, help_text="Points of 100, a decimal number; null when it was not judged to the end.")
    sections = SectionResultSerializer(many=True, help_text="Points and remarks by section.")
    comments = s.ListField(child=s.CharField(), help_text="The advice of the reviewers, without names.")


OWN_RESULT: dict[str, Any] = {
    "operation_id": "rounds_own_result",
    "tags": ["evaluation"],
    "summary": "The whole result of a product of a producer that delegated to you",
    "description": "What the producer itself reads once a decree has established it: points by section, remarks and advice without names.",
    "parameters": [_KEY, path_parameter("code", "Product code, for example NTT-7K3Q-9M.")],
    "responses": {200: OwnResultSerializer, **errors(401, 403, 404)},
}
ROUND_LIST: dict[str, Any] = {
    "operation_id": "rounds_list",
    "tags": ["evaluation"],
    "summary": "Evaluation rounds whose results are established",
    "description": "The newest first. A round is told once a decree establishes its results, and no longer when the decree is revoked.",
    "parameters": [],
    "responses": {200: rows_of("RoundRows", RoundSerializer), **errors()},
}
ROUND: dict[str, Any] = {
    "operation_id": "rounds_get",
    "tags": ["evaluation"],
    "summary": "One evaluation round",
    "description": "A round whose results no standing decree establishes answers 404.",
    "parameters": [_KEY],
    "responses": {200: RoundSerializer, **errors(404)},
}
RESULTS: dict[str, Any] = {
    "operation_id": "rounds_results",
    "tags": ["evaluation"],
    "summary": "The stars a round gave",
    "description": "Products with stars in the order of their codes, without those that are suspended or withdrawn. Points are not public.",
    "parameters": [_KEY, LIMIT, CURSOR],
    "responses": {200: page_of("RoundResultPage", RoundResultSerializer), **errors(404)},
}
