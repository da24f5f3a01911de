"""Shapes of the dataset for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers as s

from common.api.docs import errors
from registry.states import DatasetFormat

TYPES = {
    DatasetFormat.NDJSON: "application/x-ndjson",
    DatasetFormat.CSV: "text/csv; charset=utf-8",
    DatasetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DatasetFormat.GEOJSON: "application/geo+json",
}


def _shape(format: str) -> OpenApiResponse:
    """GeoJSON is JSON; what the others hold is no value of the document."""
    shape = OpenApiTypes.OBJECT if format == DatasetFormat.GEOJSON else OpenApiTypes.BINARY
    return OpenApiResponse(shape, description="The file.")


class DatasetFileSerializer(s.Serializer):
    format = s.ChoiceField(
        DatasetFormat.values, help_text="ndjson: each product whole. csv, xlsx, geojson: one flat row each. None holds contact persons."
    )
    url = s.URLField(help_text="Where to fetch it.")
    rows = s.IntegerField(help_text="How many products it holds.")
    bytes = s.IntegerField(help_text="Its size.")
    sha256 = s.CharField(help_text="Hash of its bytes; also its ETag and in Repr-Digest.")
    as_of = s.IntegerField(help_text="At least as new as this change: follow on with /changes?after= this number.")
    made_at = s.DateTimeField(help_text="When it was made.")


class DatasetSerializer(s.Serializer):
    licence = s.CharField(help_text="The licence of the data.")
    attribution = s.CharField(help_text="Whom to name as source.")
    results = DatasetFileSerializer(many=True, help_text="The files; empty until they are made for the first time.")


DATASET: dict[str, Any] = {
    "operation_id": "dataset_list",
    "tags": ["dataset"],
    "summary": "The whole catalogue as files",
    "description": "Made anew when the catalogue has changed, at most every 15 minutes.",
    "parameters": [],
    "responses": {200: DatasetSerializer, **errors()},
}
DOWNLOAD: dict[str, Any] = {
    "operation_id": "dataset_file",
    "tags": ["dataset"],
    "summary": "One file of the whole catalogue",
    "description": "Sent as an attachment. 503 with Retry-After until it is made for the first time. In GeoJSON every geometry is null.",
    "parameters": [
        OpenApiParameter("ext", str, OpenApiParameter.PATH, description="The format.", enum=DatasetFormat.values),
    ],
    "responses": {
        **{(200, type.partition(";")[0]): _shape(format) for format, type in TYPES.items()},
        **errors(404),
    },
}
