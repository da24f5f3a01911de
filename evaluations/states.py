"""The words of the evaluation: phases, states and kinds. Codes stay, words may change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InstrumentState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    PUBLISHED = "published", _("In force")
    RETIRED = "retired", _("Retired")


class JudgedBy(models.TextChoices):
    """What a criterion is judged by; a sample criterion opens only when a sample was received."""

    DOCUMENTS = "documents", _("documents and photos")
    SAMPLE = "sample", _("a sample")
    VISIT = "visit", _("a visit")


class AppliesIf(models.TextChoices):
    """When a criterion is asked at all; answered once, from the frozen version, when a product enters a round."""

    HAS_STORY = "has_story", _("if there is a story")
    IS_FOOD = "is_food", _("if it is food or drink")
    HAS_PERMITS_REQUIRED = "has_permits_required", _("if permits are compulsory")
    HAS_SEASONS = "has_seasons", _("if it is made in seasons only")
    IS_GROUP = "is_group", _("if a group makes it")


class Uncounted(models.TextChoices):
    """What a criterion that does not apply or cannot be judged adds to its section."""

    FULL = "full", _("counts in full")
    LOWEST = "lowest", _("counts as the lowest level")
    RESCALE = "rescale", _("is left out, the others count for more")


class LevelEffect(models.TextChoices):
    DISQUALIFY = "disqualify", _("knocks out the product")
    SECTION_ZERO = "section_zero", _("sets the section to zero")


class EvidenceKind(models.TextChoices):
    PHOTO = "photo", _("photo")
    PERMIT = "permit", _("permit")
    DOCUMENT = "document", _("document")
    LINK = "link", _("link")


class Phase(models.TextChoices):
    """Where a round stands; written by services/rounds.py and services/closing.py alone."""

    ENTRY = "entry", _("Entry")
    DOCUMENTS = "documents", _("Check of documents")
    SAMPLES = "samples", _("Samples and visits")
    SCORING = "scoring", _("Scoring")
    RAKOR = "rakor", _("Rakor")
    CLOSED = "closed", _("Closed, waits for the decree")
    ESTABLISHED = "established", _("Established")


# While a sheet may be written, and while it may be read without any veil.
SCORING_PHASES = (Phase.SCORING, Phase.RAKOR)
BEFORE_SCORING = (Phase.ENTRY, Phase.DOCUMENTS, Phase.SAMPLES)
CLOSED_PHASES = (Phase.CLOSED, Phase.ESTABLISHED)


class SeesOthers(models.TextChoices):
    NEVER = "never", _("never before the results")
    AFTER_OWN = "after_own", _("after sending the own sheet")
    ALWAYS = "always", _("always")


class EntrantState(models.TextChoices):
    ENTERED = "entered", _("Entered")
    LACKING = "lacking", _("Something is lacking")
    COMPLETE = "complete", _("Complete")
    OUT = "out", _("Out")


class PanelRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    SECRETARY = "secretary", _("Secretary")
    MEMBER = "member", _("Member")


class ConflictKind(models.TextChoices):
    """Why somebody may not judge a product; all but `declared` are computed (evaluations/conflicts.py)."""

    MANDATE = "mandate", _("held an office at or below its regency, or over its producer")
    HANDLED = "handled", _("checked, published or assisted this product")
    ENTERPRISE = "enterprise", _("belongs to the same enterprise")
    PHONE = "phone", _("has the same phone number")
    DECLARED = "declared", _("declared by the reviewer")


class SheetKind(models.TextChoices):
    REVIEW = "review", _("Reviewer")
    SELF = "self", _("Self-assessment")


class SheetOrigin(models.TextChoices):
    DRAWN = "drawn", _("drawn")
    CALIBRATION = "calibration", _("common sample product")
    EXTRA = "extra", _("added because of the spread")
    SUBSTITUTE = "substitute", _("substitute")
    SELF = "self", _("self-assessment")


class SheetState(models.TextChoices):
    """Written by services/sheets.py and services/panel.py alone."""

    OPEN = "open", _("Being filled in")
    SUBMITTED = "submitted", _("Sent")
    VOID = "void", _("Does not count")


class SampleState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    RECEIVED = "received", _("Received")
    MISSING = "missing", _("Not received")


class AttendanceMode(models.TextChoices):
    IN_PERSON = "in_person", _("in person (luring)")
    ONLINE = "online", _("online (daring)")
    ABSENT = "absent", _("absent")


class AgendaReason(models.TextChoices):
    SPREAD = "spread", _("the scores lie far apart")
    KNOCKOUT = "knockout", _("a knock-out was chosen")
    FEW_SHEETS = "few_sheets", _("too few sheets")
    ASKED = "asked", _("put on the agenda by the chair")


class DecisionMethod(models.TextChoices):
    """How the panel settles one product."""

    KEEP = "keep", _("The reviewers first drawn stand (their mean)")
    MEAN = "mean", _("Mean of all sheets")
    MEDIAN = "median", _("Median of all sheets")
    CONSENSUS = "consensus", _("Consensus, criterion by criterion")


class FollowUpState(models.TextChoices):
    OPEN = "open", _("Still open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class AppealOutcome(models.TextChoices):
    UPHELD = "upheld", _("Accepted")
    REJECTED = "rejected", _("Not accepted")
