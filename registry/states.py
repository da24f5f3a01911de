"""Every state and choice of the registry. No imports from the rest of the app."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SubmissionState(models.TextChoices):
    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Sent")
    VERIFIED = "verified", _("Checked, waits for publication")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    PUBLISHED = "published", _("Shown to the public")
    SUPERSEDED = "superseded", _("Replaced by a newer version")


OPEN_STATES = (SubmissionState.DRAFT, SubmissionState.SUBMITTED, SubmissionState.VERIFIED, SubmissionState.RETURNED)
# The sender may write in these.
WRITABLE_STATES = (SubmissionState.DRAFT, SubmissionState.RETURNED)
# On a desk in these: claimable, with a clock running.
DESK_STATES = (SubmissionState.SUBMITTED, SubmissionState.VERIFIED)


class EntryState(models.TextChoices):
    LISTED = "listed", _("Shown to the public")
    PAUSED = "paused", _("Not made at the moment")
    CEASED = "ceased", _("No longer made")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What lists, searches and counts show; the QR page answers for every state.
PUBLIC_ENTRY_STATES = (EntryState.LISTED, EntryState.PAUSED)
# Nothing of the content is shown in these, not even its photos.
HIDDEN_ENTRY_STATES = (EntryState.SUSPENDED, EntryState.WITHDRAWN)


class DatasetFormat(models.TextChoices):
    """The value is how the file's name ends."""

    NDJSON = "ndjson", "NDJSON"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"
    GEOJSON = "geojson", "GeoJSON"


class LegalForm(models.TextChoices):
    GROUP = "group", _("Group (kelompok)")
    BUMDES = "bumdes", "BUM Desa"
    COOPERATIVE = "cooperative", _("Cooperative")
    KOPDES = "kopdes", "Kopdes Merah Putih"
    UMKM = "umkm", "UMKM"
    SCHOOL_UNIT = "school_unit", _("School unit")
    DIAKONIA = "diakonia", _("Church unit (diakonia)")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other")


class PhotoKind(models.TextChoices):
    PRODUCT = "product", _("Product")
    PACK = "pack", _("Pack")
    PROCESS = "process", _("How it is made")
    MAKER = "maker", _("Maker")


class ImageState(models.TextChoices):
    WAITING = "waiting", _("Being prepared")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")


class ImageRefusal(models.TextChoices):
    """Why a picture was refused after it had arrived."""

    BROKEN = "broken", _("The photo cannot be read: its file is damaged. Remove it and choose another one.")
    PIXELS = "pixels", _("The photo has too many pixels. Remove it and choose a smaller one.")
    MEMORY = "memory", _("The photo is too large to be prepared. Remove it and choose a smaller one.")
    TIME = "time", _("The photo took too long to be prepared. Remove it and choose another one.")
    LOST = "lost", _("The photo did not arrive whole. Remove it and send it again.")


class PermitKind(models.TextChoices):
    PIRT = "pirt", "P-IRT"
    BPOM_MD = "bpom_md", "BPOM MD"
    BPOM_TR = "bpom_tr", "BPOM TR"
    BPOM_NA = "bpom_na", "BPOM NA"
    HALAL = "halal", "Halal"
    BRAND = "brand", _("Brand (merek)")
    GI = "gi", _("Geographical indication")
    SNI = "sni", "SNI"
    OTHER = "other", _("Other permit")


class ChainStep(models.TextChoices):
    CULTIVATE = "cultivate", _("Cultivate")
    HARVEST = "harvest", _("Harvest")
    PROCESS = "process", _("Process")
    PACKAGE = "package", _("Package")
    SELL = "sell", _("Sell")


class ChainPlace(models.TextChoices):
    VILLAGE = "village", _("in the village")
    NTT = "ntt", _("elsewhere in NTT")
    OUTSIDE = "outside", _("outside NTT")


class ParticipantRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    MAKER = "maker", _("Maker")
    SUPPLIER = "supplier", _("Supplier of raw material")


class MeasureUnit(models.TextChoices):
    GRAM = "g", "g"
    KILOGRAM = "kg", "kg"
    MILLILITRE = "ml", "ml"
    LITRE = "l", "liter"
    PIECE = "piece", _("piece")
    SHEET = "sheet", _("sheet")
    PACK = "pack", _("pack")
    SET = "set", _("set")
    VISIT = "visit", _("visit")


class SchoolLevel(models.TextChoices):
    SD = "sd", "SD"
    SMP = "smp", "SMP"
    SMA = "sma", "SMA"
    SMK = "smk", "SMK"
    SLB = "slb", "SLB"


class ComplaintReason(models.TextChoices):
    FAKE = "fake", _("The product is a fake")
    WRONG = "wrong", _("The data are wrong")
    NOT_THEIRS = "not_theirs", _("It belongs to somebody else")
    PHOTO = "photo", _("A photo is used without permission")
    SAFETY = "safety", _("It may not be safe to eat or use")


class ComplaintOutcome(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    CORRECTION = "correction", _("Correction asked of the maker")
    SUSPENDED = "suspended", _("Product suspended")
    WITHDRAWN = "withdrawn", _("Product withdrawn")


class FlagReason(models.TextChoices):
    UNCLEAR = "unclear", _("Not clear or not complete")
    WRONG_FIGURE = "wrong_figure", _("The figure seems wrong")
    NOT_MATCHING = "not_matching", _("Does not match the photo or the permit")
    PHOTO_BLURRED = "photo_blurred", _("The photo is dark or blurred")
    PHOTO_WRONG = "photo_wrong", _("The photo shows something else")
    PERMIT_EXPIRED = "permit_expired", _("The permit is expired or unreadable")
    DUPLICATE = "duplicate", _("Seems to be registered already")
    OTHER = "other", _("Another reason")


# What happened, in the words of every history: workflow, entry, and the acts beside them.
EVENT_WORDS: dict[str, str | Promise] = {
    "start": _("Begun"),
    "submit": _("Sent to be checked"),
    "ask_head": _("The head was asked to send it"),
    "recall": _("Taken back by the sender"),
    "cancel": _("Cancelled by the sender"),
    "verify": _("First check passed"),
    "return": _("Sent back to be mended"),
    "reject": _("Not accepted"),
    "publish": _("Shown to the public"),
    "evidence": _("Signed sheet attached"),
    "object": _("The head objected"),
    "suspend": _("Suspended"),
    "resume": _("Shown again"),
    "withdraw": _("Withdrawn from the catalogue"),
    "restore": _("Back in the catalogue"),
    "pause": _("Not made at the moment"),
    "cease": _("Said to be no longer made"),
    "continue": _("Made again"),
    "claim": _("Being checked"),
    "release": _("Given back to the queue"),
    "late": _("Late: the head of office was told"),
    "ask_part": _("Asked whether they take part"),
    "agree_part": _("Takes part"),
    "decline_part": _("Does not take part"),
    "end_part": _("No longer takes part"),
}
# Told in the history beside the submission's own way; they change nothing about it.
PARTICIPATION_EVENTS = ("ask_part", "agree_part", "decline_part", "end_part")

# How long what may take, in working days (WITA). The desk's own promise stands with each CheckerRule.
RETURN_DUE_DAYS = 10
COMPLAINT_DUE_DAYS = 5
PUBLISH_PROMISE_DAYS = 3
CLAIM_MINUTES = 30
MAX_PHOTOS = 8
MAX_PARTICIPANTS = 40
MAX_PHOTO_BYTES = 12 * 1024 * 1024
DECLARATION_VERSION = "2026-11"
CONSENT_VERSION = "2026-11"
SNAPSHOT_SCHEMA = 1
