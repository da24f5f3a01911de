"""What the desk's page shows of one submission: rows beside the version shown before, its people, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.states import Action
from registry import snapshot
from registry.models import FieldFlag, Permit, StoredImage, Submission, SubmissionVersion
from registry.permissions import may_on_producer
from registry.presentation import Shown, display, label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


@dataclass
class Row:
    """One visible field: what it is now, what it was, and the marks on it."""

    key: str
    label: str
    now: Shown
    before: Shown
    changed: bool
    in_version: bool
    mark: FieldFlag | None = None
    earlier: list[FieldFlag] = field(default_factory=list)
    scan: StoredImage | None = None
    permit: Permit | None = None
    may_verify: bool = False

    @property
    def anchor(self) -> str:
        return f"bagian-{self.key.replace(':', '-')[:60]}"

    @property
    def is_new_part(self) -> bool:
        """A photo or permit that was not there before."""
        return self.changed and ":" in self.key and self.before.is_empty

    @property
    def stands_out(self) -> bool:
        return self.changed or self.mark is not None or bool(self.earlier)


@dataclass(frozen=True)
class Baseline:
    """The version the present one is compared with, and whether the public has seen it."""

    version: SubmissionVersion
    was_public: bool


def baseline_of(submission: Submission) -> Baseline | None:
    """The last published version of the product; while there is none, the version sent before in the same trip."""
    former = submission.product.submissions.public_before(submission).first()
    if former is not None:
        return Baseline(former.current_version, True)
    sent_before = submission.versions.exclude(pk=submission.current_version_id).order_by("-number").first()
    return Baseline(sent_before, False) if sent_before else None


def rows_of(user: User, submission: Submission, baseline: Baseline | None, *, see_contacts: bool) -> list[Row]:
    """Every visible field of the version on the desk, removed ones last, a replaced photo beside the new one."""
    content = submission.current_version.snapshot
    changes = snapshot.compare(content, baseline.version.snapshot if baseline else None)
    here = dict(snapshot.visible_fields(content))
    rows = [_row(change, change.field in here, see_contacts) for change in changes]
    _add_marks(submission, rows)
    _add_permits(user, rows)
    return _pair_photos(rows)


def _row(change: snapshot.FieldChange, in_version: bool, see_contacts: bool) -> Row:
    if change.field == "contact" and not see_contacts:
        hidden = Shown(lines=[_("Only officers who look after contacts see it.")]) if change.new else Shown()
        return Row(change.field, label(change.field), hidden, Shown(), False, in_version)
    value = change.new if change.new is not None else change.old
    before = display(change.field, change.old) if change.changed else Shown()
    return Row(change.field, label(change.field, value), display(change.field, change.new), before, change.changed, in_version)


def _add_marks(submission: Submission, rows: list[Row]) -> None:
    by_key = {row.key: row for row in rows}
    for flag in submission.flags.select_related("raised_by").order_by("pk"):
        row = by_key.get(flag.field)
        if row is None:
            continue
        if flag.version_id == submission.current_version_id:
            row.mark = flag
        else:
            row.earlier.append(flag)


def _add_permits(user: User, rows: list[Row]) -> None:
    """The permit behind each row: its scan, who has verified it, and whether the reader may."""
    wanted = {row.key.partition(":")[2]: row for row in rows if row.key.startswith("permit:")}
    if not wanted:
        return
    for permit in Permit.objects.for_user(user).filter(key__in=list(wanted)).select_related("scan", "verified_by", "producer"):
        row = wanted[str(permit.key)]
        row.permit, row.scan = permit, permit.scan
        row.may_verify = permit.verified_at is None and bool(may_on_producer(user, Action.PERMIT_VERIFY, permit.producer))


def _pair_photos(rows: list[Row]) -> list[Row]:
    """A photo that is gone is shown as the former one of a new photo of the same kind."""
    gone = [row for row in rows if not row.in_version and row.before.photo]
    for row in rows:
        if not (row.changed and row.now.photo):
            continue
        partner = next((old for old in gone if old.before.photo["kind"] == row.now.photo["kind"]), None)
        if partner is not None:
            row.before = partner.before
            gone.remove(partner)
            rows = [other for other in rows if other is not partner]
    return rows


def photo_states(rows: Iterable[Row]) -> dict[str, bool]:
    """Which of the photos shown are prepared, by their hash."""
    hashes = {shown.photo["sha256"] for row in rows for shown in (row.now, row.before) if shown.photo}
    return dict.fromkeys(StoredImage.objects.ready_among(hashes), True)


@dataclass(frozen=True)
class Decision:
    """One button of the panel, and why it cannot be pressed."""

    step: str
    reason: str

    @property
    def possible(self) -> bool:
        return not self.reason


def decisions_of(answers: dict[str, Any]) -> list[Decision]:
    """The steps an officer can see on a desk, with the reason where one is not possible."""
    steps = [name for name in ("return", "verify", "publish", "reject") if name in answers]
    return [Decision(name, "" if answers[name] else str(answers[name].reason)) for name in steps]
