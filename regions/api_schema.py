"""Shapes of the regions for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from common.api.docs import CURSOR, errors, page_of, parameter, path_parameter

from .models import Kind, Level, SuccessionKind

_LEVELS = [level.name.lower() for level in Level]


class RegionSerializer(serializers.Serializer):
    code = serializers.CharField(help_text='Kemendagri code, for example "53.09.01.2001". A subtree begins with it.')
    parent = serializers.CharField(allow_null=True, help_text="Code of the region above; null for the province.")
    level = serializers.ChoiceField(
        _LEVELS, help_text="province, regency (kabupaten/kota), district (kecamatan), village (desa/kelurahan)."
    )
    kind = serializers.ChoiceField(Kind.values, help_text="regency or city, village (desa) or ward (kelurahan).")
    name = serializers.CharField(help_text="Name without its kind.")
    full_name = serializers.CharField(help_text="Name with its kind and every region above it.")
    postal_code = serializers.CharField(allow_blank=True, help_text="Five figures, or empty.")
    ended_on = serializers.DateField(allow_null=True, help_text="The first day without this region; null while it is in force.")


class RegionChangeSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(SuccessionKind.values, help_text="rename, split, merge or moved (a new code).")
    to = serializers.CharField(help_text="Code that follows; the same code where the region only has a new name.")
    former_name = serializers.CharField(help_text="The name before.")
    decree = serializers.CharField(help_text="The decree that says so.")
    day = serializers.DateField(help_text="In force since this day (WITA).")


class RegionDetailSerializer(RegionSerializer):
    successors = RegionSerializer(many=True, help_text="For an ended code: the regions in force that answer for it today.")
    changes = RegionChangeSerializer(many=True, help_text="What happened to this code, oldest first.")


REGION_LIST: dict[str, Any] = {
    "operation_id": "regions_list",
    "tags": ["regions"],
    "summary": "Regions in force",
    "description": "The tree of the province in the order of codes, or (with q) what a person may mean by a name, the best first.",
    "parameters": [
        parameter("parent", "Only the regions directly below this code.", example="53.09"),
        parameter("within", "Only this region and everything below it.", example="53.09"),
        parameter("level", "Only regions of this level.", enum=_LEVELS),
        parameter("q", "A name as people write it; spelling may be wrong.", example="bajawa"),
        parameter("limit", "How many items a page holds (1 to 1000; more is refused, never cut).", type=int, example=200),
        CURSOR,
    ],
    "responses": {200: page_of("RegionPage", RegionSerializer), **errors()},
}
REGION: dict[str, Any] = {
    "operation_id": "regions_get",
    "tags": ["regions"],
    "summary": "One region by its code",
    "description": "Also a code that is no longer in force: it answers with its successors.",
    "parameters": [path_parameter("code", "Kemendagri code, in force or former.")],
    "responses": {200: RegionDetailSerializer, **errors(404)},
}
