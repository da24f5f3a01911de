"""The whole catalogue as files, for those who take it at once; who keeps a copy goes on with /changes from their `as_of`."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.core.files.base import File
from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from common.api.errors import Unavailable
from common.api.views import ApiView
from partners.trail import note_bulk_read
from registry import dataset, representation
from registry.dataset_files import ATTRIBUTION, LICENCE
from registry.models import DatasetFile
from registry.showcase import site
from registry.states import DatasetFormat

from . import schema_dataset as schema

# The worker looks every quarter of an hour; the first files are made soon after the start.
WAIT = 60


class NotMadeYet(Unavailable):
    default_code = "not_made_yet"
    wait = WAIT


class Dataset(ApiView):
    @extend_schema(**schema.DATASET)
    def get(self, request: Request) -> HttpResponse:
        files = [_row(file) for file in DatasetFile.objects.published()]
        return self.by_content({"licence": LICENCE, "attribution": ATTRIBUTION, "results": files})


def _row(file: DatasetFile) -> dict[str, Any]:
    return {
        "format": file.format,
        "url": f"{site()}/api/v1/dataset/catalogue.{file.format}",
        "rows": file.rows,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "as_of": file.as_of,
        "made_at": representation.moment(file.made_at),
    }


class DatasetDownload(ApiView):
    @extend_schema(**schema.DOWNLOAD)
    def get(self, request: Request, ext: str) -> HttpResponse:
        if ext not in DatasetFormat.values:
            raise NotFound(_("Offered are: %(offered)s.") % {"offered": ", ".join(DatasetFormat.values)})
        found = dataset.opened(ext)
        if found is None:
            raise NotMadeYet(_("The files are being made. Ask again a little later."))
        file, content = found
        tag = quote_etag(file.sha256)
        held = get_conditional_response(request._request, etag=tag, last_modified=int(file.made_at.timestamp()))
        if held is None:
            note_bulk_read(request, what=gettext_lazy("Fetched the whole catalogue as a file"))
            return _sent(file, content, tag)
        content.close()
        return held


def _sent(file: DatasetFile, content: File, tag: str) -> FileResponse:
    name = f"ovop-ntt-{localtime(file.made_at):%Y-%m-%d}.{file.format}"
    response = FileResponse(content, as_attachment=True, filename=name, content_type=schema.TYPES[file.format])
    response["Content-Length"] = str(file.bytes)
    response["ETag"] = tag
    response["Last-Modified"] = http_date(file.made_at.timestamp())
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(file.sha256)).decode()}:"
    # The files are in Indonesian whatever is asked for. They are sent as they lie, so that length and hash are those of the body.
    response["Content-Language"], response["Content-Encoding"] = "id", "identity"
    response["X-Content-Type-Options"] = "nosniff"
    return response
