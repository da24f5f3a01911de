"""The decree (SK) that establishes the results of a closed round, and its revocation. Stars follow it in the same transaction."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import require
from evaluations import events, notices, permissions
from evaluations.errors import NotReady
from evaluations.models import Decree, Result, ResultSet, Round
from evaluations.states import Phase
from registry.models import CatalogueEntry, StoredImage
from registry.services import images
from registry.services.stars import award_stars, revoke_stars

from .closing import locked, move

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User


def last_day(start: dt.date, months: int) -> dt.date:
    """The last day of a validity of so many months from `start`: the day before the same day, clipped to the month's end."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, day) - dt.timedelta(days=1)


def enter_with_scan(*, actor: User, round: Round, upload: UploadedFile, **fields: Any) -> Decree:
    """`enter_decree` with the photo of the signed minutes; it is kept as every photo is, never as it came in.

    Raises what `enter_decree` raises, and NotReady for what is no photo.
    """
    require(permissions.may_manage(actor))
    receipt = images.receive(upload=upload)
    with transaction.atomic():
        decree = enter_decree(actor=actor, round=round, **fields)
        decree.scan = images.claim(actor=actor, receipt=receipt)
        decree.save(update_fields=["scan"])
        return decree


@transaction.atomic
def enter_decree(
    *, actor: User, round: Round, expected: int, number: str, decreed_on: dt.date, signer: str, scan: StoredImage | None = None
) -> Decree:
    """Establish the results of a closed round: stars are shown to the public from now on.

    Only the province. Entered twice, the second is refused. Raises ValidationError, NotReady, Conflict, Refused.
    """
    allowed = require(permissions.may_manage(actor))
    fresh = locked(round.pk, expected)
    if fresh.phase != Phase.CLOSED:
        raise NotReady(
            _("A decree is entered once, for a closed round. The phase is now “%(phase)s”.") % {"phase": fresh.get_phase_display()}
        )
    if decreed_on > timezone.localdate():
        raise NotReady(_("The date of the decree lies in the future."))
    current = fresh.result_sets.get(superseded_at=None)
    if Decree.objects.filter(result_set=current).exists():
        raise NotReady(_("The decree on these results was revoked. Open the round again and close it anew before another decree."))
    decree = Decree(result_set=current, number=number.strip(), decreed_on=decreed_on, signer=signer.strip(), scan=scan, entered_by=actor)
    decree.full_clean()
    decree.save()
    move(fresh, Phase.ESTABLISHED)
    events.record(round=fresh, kind="decreed", actor=actor, mandate=allowed.mandate, comment=decree.number)
    notices.tell_producers(current, kind="result_established")
    _award(fresh, current, decree)
    return decree


def _award(round: Round, current: ResultSet, decree: Decree) -> None:
    results = current.results.filter(stars__gt=0).select_related("entrant__instrument")
    by_product = {result.entrant.product_id: result for result in results}
    for entry in CatalogueEntry.objects.select_for_update(of=("self",)).filter(product__in=by_product).order_by("pk"):
        result = by_product[entry.product_id]
        award_stars(entry=entry, stars=result.stars, until=valid_until(result, decree), award=award_of(round, result, decree))


def valid_until(result: Result, decree: Decree) -> dt.date:
    """The last day on which the stars of a result stand."""
    return last_day(decree.decreed_on, result.entrant.instrument.validity_months)


def award_of(round: Round, result: Result, decree: Decree) -> dict[str, object]:
    """What the catalogue keeps of a decree beside the stars."""
    return {
        "round": round.code,
        "round_name": round.name,
        "year": round.year,
        "decree": decree.number,
        "decreed_on": decree.decreed_on.isoformat(),
        "decree_id": decree.pk,
        "path": result.path_key,
    }


@transaction.atomic
def revoke_decree(*, actor: User, decree: Decree, expected: int, reason: str) -> Decree:
    """Take a decree back: its stars go and leave a tombstone in the feed; the results stay, unestablished.

    Stars a later decree has given to the same product stay. Only the province. Raises NotReady, Conflict, Refused.
    """
    allowed = require(permissions.may_manage(actor))
    round = locked(decree.result_set.round_id, expected)
    row = Decree.objects.select_for_update(of=("self",)).get(pk=decree.pk)
    if row.revoked_at:
        raise NotReady(_("This decree was already revoked."))
    if not reason.strip():
        raise NotReady(_("Write why the decree is revoked; the public reads it."))
    row.revoked_at, row.revoked_by, row.revoked_reason = timezone.now(), actor, reason.strip()
    row.full_clean()
    row.save()
    if round.phase == Phase.ESTABLISHED:
        move(round, Phase.CLOSED)
    events.record(round=round, kind="decree_revoked", actor=actor, mandate=allowed.mandate, comment=row.revoked_reason)
    notices.tell_producers(row.result_set, kind="result_revoked")
    for entry in CatalogueEntry.objects.select_for_update(of=("self",)).filter(award__decree_id=row.pk).order_by("pk"):
        revoke_stars(entry=entry, reason=row.revoked_reason)
    return row
