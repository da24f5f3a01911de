"""Certificates of Bintang OVOP NTT: the PDF, and what the check of one says today.

A certificate belongs to one result under one decree. It names product, producer and place, nothing of a person; points
stay with the producer. Its number is round, version of the results and number of the product: `ovop-2026/1/12`.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.formatting import date_long, date_short
from regions.models import Region
from registry import showcase
from registry.awards import NAME
from registry.models import CatalogueEntry

from . import permissions
from .models import Entrant, Result
from .services.decrees import valid_until

if TYPE_CHECKING:
    from accounts.models import User

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"


def find(code: str, version: int, number: int) -> Result | None:
    """The result behind a certificate: with stars and a decree, revoked or not. For everybody: it says what the catalogue says."""
    rows = Result.objects.filter(result_set__round__code=code, result_set__version=version, entrant__number=number)
    rows = rows.filter(stars__gt=0, result_set__decree__isnull=False)
    return rows.select_related("result_set__decree", "result_set__round", "entrant__instrument", "entrant__product__entry").first()


def find_for(user: User, code: str, version: int, number: int) -> Result | None:
    """The same for its producer and the province; nothing for everybody else."""
    result = find(code, version, number)
    if result is None or not (permissions.may_manage(user) or permissions.may_answer(user, result.entrant)):
        return None
    return result if Entrant.objects.visible_to(user).filter(pk=result.entrant_id).exists() else None


def number_of(result: Result) -> str:
    return "/".join(str(part) for part in key_of(result))


def key_of(result: Result) -> tuple[str, int, int]:
    """What its addresses are made of."""
    return result.result_set.round.code, result.result_set.version, result.entrant.number


def check_address(result: Result) -> str:
    """What the QR holds."""
    return f"{showcase.site()}{reverse('certificate_check', args=key_of(result))}"


@dataclass(frozen=True)
class Standing:
    """What the check says: the look of the seal (as of registry.showcase.Answer), a title and one sentence."""

    kind: str
    icon: str
    title: str | Promise
    text: str

    @property
    def holds(self) -> bool:
        return not self.kind


def standing_of(result: Result, today: dt.date | None = None) -> Standing:
    """Whether a certificate holds on a WITA day; a revoked decree outweighs everything else."""
    decree, entry = result.result_set.decree, result.entrant.product.entry
    until, today = valid_until(result, decree), today or timezone.localdate()
    if decree.revoked_at:
        text = _("Decree %(number)s was revoked on %(day)s: %(reason)s")
        words = {"number": decree.number, "day": date_short(decree.revoked_at), "reason": decree.revoked_reason}
        return Standing("is-revoked", "stop", gettext_lazy("Revoked"), text % words)
    if entry.state in showcase.HIDDEN:
        text = _("The product itself is not in the catalogue now. See the check of its registration.")
        return Standing("is-warning", "pause", entry.get_state_display(), text)
    if until < today:
        since = {"day": date_short(until + dt.timedelta(days=1))}
        return Standing(
            "is-ended", "clock", pgettext_lazy("certificate", "Expired"), _("Since %(day)s. The product may be evaluated again.") % since
        )
    return _replaced(entry) if entry.award.get("decree_id") != decree.pk else _valid(until)


def _replaced(entry: CatalogueEntry) -> Standing:
    text = _("A later decree gave this product other stars. They stand on its page.")
    return Standing("is-ended", "info", gettext_lazy("Replaced"), text)


def _valid(until: dt.date) -> Standing:
    return Standing("", "seal", gettext_lazy("Valid"), _("Until %(day)s.") % {"day": date_short(until)})


def place_of(result: Result) -> list[str]:
    """Village (or district), district and regency of the producer, without the province."""
    region = Region.objects.filter(pk=result.entrant.region_code).first()
    return showcase.place_parts(region.full_name) if region else []


def pdf(result: Result) -> bytes:
    """The certificate on one A4 page, always in Indonesian. Typed words go as data, never as markup."""
    with translation.override("id"):
        return typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"data": json.dumps(_data(result), ensure_ascii=False)})


def _data(result: Result) -> dict[str, Any]:
    decree, entrant, round = result.result_set.decree, result.entrant, result.result_set.round
    band = entrant.instrument.bands.filter(stars=result.stars).first()
    return {
        "name": NAME,
        "product": entrant.name,
        "producer": entrant.producer_name,
        "place": ", ".join(place_of(result)),
        "pillar": entrant.get_pillar_display(),
        "code": entrant.code,
        "stars": result.stars,
        "band": band.label if band else "",
        "round": round.name,
        "year": str(round.year),
        "until": date_long(valid_until(result, decree)),
        "decree": decree.number,
        "decreed_on": date_long(decree.decreed_on),
        "signer": decree.signer,
        "number": number_of(result),
        "instrument": f"{entrant.instrument}",
        "is_proposal": entrant.instrument.is_proposal,
        "is_example": settings.DEMO,
        "address": check_address(result).split("://", 1)[-1],
        "qr": _qr(result),
        "words": _words(result),
    }


def _qr(result: Result) -> str:
    picture = BytesIO()
    segno.make(check_address(result), error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()


def _words(result: Result) -> dict[str, str]:
    """Every fixed word of the page."""
    return {
        "title": _("Certificate"),
        "given": _("is given to the product"),
        "of": _("of"),
        "stars": _("%(stars)s of 5 stars") % {"stars": result.stars},
        "until": _("Valid until"),
        "decree": _("By decree"),
        "on": _("Date of the decree"),
        "signed": _("Signed by"),
        "round": _("Evaluation round"),
        "number": _("Number of the certificate"),
        "code": _("Product code"),
        "check": _("Scan to check whether this certificate is valid today."),
        "instrument": _("Instrument"),
        "proposal": _("Proposal"),
        "example": _("Example, not a certificate"),
        "apart": _("Given by the Province of NTT. It is not the OVOP star of the Ministry of Industry and does not replace a permit."),
    }
