"""What the public sees, and the log of every change to it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from registry import states
from registry.queries.catalogue import NO_PRICE, CatalogueEntryQuerySet
from registry.queries.changes import ChangeQuerySet

from .products import Product
from .submissions import SubmissionVersion


class CatalogueEntry(models.Model):
    """One row per product ever public; public pages and partner reads touch this table only.

    `payload` is the approved snapshot, frozen. `overlay` is live by service (contact with consent, region names,
    later stars and outlets). Validity of permits is computed from their days when read.
    """

    product = models.OneToOneField(Product, models.PROTECT, related_name="entry", verbose_name=_("product"))
    version = models.ForeignKey(SubmissionVersion, models.PROTECT, related_name="+", verbose_name=_("approved version"))
    code = models.CharField(_("code"), max_length=12, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=states.EntryState, default=states.EntryState.LISTED, editable=False)
    state_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    review_on = models.DateField(_("to be reviewed"), null=True, blank=True, editable=False)
    producer_code = models.CharField(_("producer"), max_length=40, db_index=True)
    pillar = models.CharField(_("pillar"), max_length=4, choices=Pillar)
    region_code = models.CharField(_("place"), max_length=13)
    regency_code = models.CharField(_("regency"), max_length=5)
    district_code = models.CharField(_("district"), max_length=8, blank=True)
    category = models.CharField(_("category"), max_length=60)
    category_group = models.CharField(_("category group"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=150, db_collation="C", editable=False)
    months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    permit_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    permits_until = models.JSONField(default=dict, blank=True, help_text=_("Last valid day of each permit; 9999-12-31 where none ends it."))
    required_permits_until = models.DateField(
        _("compulsory permits valid until"),
        null=True,
        blank=True,
        help_text=_("The first day on which one of them is expired is the next."),
    )
    price_from = models.PositiveBigIntegerField(_("price from (rupiah)"), null=True, blank=True)
    chain_steps = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    capacity_peak = models.DecimalField(_("most made in a month"), max_digits=12, decimal_places=2, null=True, blank=True)
    capacity_unit = models.CharField(_("unit of the capacity"), max_length=10, blank=True)
    is_flagship = models.BooleanField(_("flagship"), default=False)
    stars = models.PositiveSmallIntegerField(_("Bintang OVOP NTT"), default=0, editable=False)
    stars_until = models.DateField(_("stars valid until"), null=True, blank=True, editable=False)
    award = models.JSONField(default=dict, blank=True, help_text=_("Round, year and decree of the stars; written by services/stars.py."))
    is_demo = models.BooleanField(default=False)
    payload = models.JSONField()
    overlay = models.JSONField(default=dict)
    search_vector = SearchVectorField(editable=False)
    search_text = models.TextField(editable=False, default="")
    first_published_at = models.DateTimeField(_("first shown"), default=timezone.now)
    published_at = models.DateTimeField(_("shown since"), default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveBigIntegerField(_("number of the last change"), default=0, editable=False)

    objects = CatalogueEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering = ["name_key", "pk"]
        indexes = [
            GinIndex(name="entry_search_vector", fields=["search_vector"]),
            GinIndex(name="entry_search_trgm", fields=["search_text"], opclasses=["gin_trgm_ops"]),
            GinIndex(name="entry_permits", fields=["permit_kinds"]),
            GinIndex(name="entry_months", fields=["months"]),
            models.Index(fields=["name_key", "id"], name="entry_public_name", condition=Q(state__in=["listed", "paused"])),
            models.Index(fields=["-first_published_at", "-id"], name="entry_public_new", condition=Q(state__in=["listed", "paused"])),
            models.Index(
                Coalesce("price_from", Value(NO_PRICE)), "id", name="entry_public_price", condition=Q(state__in=["listed", "paused"])
            ),
            models.Index(fields=["revision", "id"], name="entry_public_revision", condition=Q(state__in=["listed", "paused"])),
            models.Index(fields=["regency_code", "name_key"], name="entry_regency"),
            models.Index(fields=["category_group", "name_key"], name="entry_group"),
            models.Index(fields=["pillar", "name_key"], name="entry_pillar"),
            # What filters and their counts read, so that they need not read the wide rows.
            models.Index(
                fields=["pillar", "category_group", "category", "regency_code", "district_code", "state"],
                include=["months", "permit_kinds", "permits_until", "region_code", "stars", "stars_until"],
                name="entry_facets",
                condition=Q(state__in=["listed", "paused"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="entry_hidden_has_reason", condition=~Q(state__in=["suspended", "withdrawn"]) | ~Q(state_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Representation(models.Model):
    """What partners get of an entry, ready to be sent: compact JSON in each language, made with every numbered change of it.

    A table of its own: pages and their filters never read these wide texts. Written by registry/representation.py alone.
    """

    entry = models.OneToOneField(CatalogueEntry, models.CASCADE, primary_key=True, verbose_name=_("catalogue entry"))
    form = models.PositiveSmallIntegerField(_("version of its form"))
    text_id = models.TextField(_("Indonesian text"))
    text_en = models.TextField(_("English text"))

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")

    def __str__(self) -> str:
        return f"{self.entry_id}"


class SearchWord(models.Model):
    """A folded word some entry was ever found by; what a misspelled word of a search is read against. Words stay."""

    word = models.CharField(max_length=40, primary_key=True, db_collation="C")

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        indexes = [GinIndex(name="search_word_trgm", fields=["word"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word


class FeedCounter(models.Model):
    """The one row whose update orders the change log by commit; see registry/feed.py."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("counter of changes")
        constraints = [models.CheckConstraint(name="feed_counter_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.last_seq)


class Change(models.Model):
    """One change of what the public may know, numbered in commit order; kept 400 days."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=30)
    subject_kind = models.CharField(_("subject"), max_length=20)
    subject_code = models.CharField(_("code"), max_length=40)
    payload_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["seq"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
