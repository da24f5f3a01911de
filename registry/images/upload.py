"""A request that is far too large is refused before its body is read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from .limits import MAX_REQUEST_BYTES


class CappedUploadHandler(FileUploadHandler):
    """Refuses by the announced length; the size of each photo is judged by its service, with its own words."""

    def handle_raw_input(self, input_data: Any, META: dict, content_length: int, boundary: str, encoding: str | None = None) -> None:
        if content_length > MAX_REQUEST_BYTES:
            raise RequestDataTooBig(f"More than {MAX_REQUEST_BYTES} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
