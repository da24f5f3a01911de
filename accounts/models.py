"""Who people are, the mandates they hold, and the keys with which they come in."""

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import states
from .queries import AccountEventQuerySet, ActivationQuerySet, MandateQuerySet, PasswordHelpQuerySet, UserManager

phone_validator = RegexValidator(r"^\+[1-9]\d{7,14}$", _("Write the number as 08… or +62…"))
username_validator = RegexValidator(r"^[a-z0-9][a-z0-9._-]{2,49}$", _("Use 3 to 50 small letters, figures, dots or dashes."))


@pghistory.track(exclude=["password", "last_login", "phone", "display_name", "username", "is_service"])
class User(AbstractBaseUser):
    """A person with an account. Rights come from mandates alone; there is no superuser.

    A phone is unique among active accounts; a shared or recycled number is left empty and the username serves.
    A service account is that of a partner system: it holds mandates, and nobody signs in with it.
    What names the person is kept out of the history, so that erasing somebody is one update of this row.
    """

    username = models.CharField(_("username"), max_length=50, unique=True, validators=[username_validator])
    phone = models.CharField(_("phone"), max_length=16, blank=True, default="", validators=[phone_validator])
    display_name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    must_set_password = models.BooleanField(_("must choose a password"), default=False)
    privacy_version = models.CharField(_("privacy notice read"), max_length=10, blank=True, editable=False)
    privacy_read_at = models.DateTimeField(_("privacy notice read on"), null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)
    is_service = models.BooleanField(_("of a partner system"), default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()

    # Read once per object by scope.current_mandates(); absent until then.
    _current_mandates: "list[Mandate]"

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["display_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="user_phone_unique_when_active",
                fields=["phone"],
                condition=Q(is_active=True) & ~Q(phone=""),
                violation_error_message=_("Another active account uses this number. Leave it empty and sign in by username."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    # Django's admin and third-party apps ask these; the answers come from the mandates (permissions.py).
    @property
    def is_staff(self) -> bool:
        from .permissions import is_staff  # noqa: PLC0415 - permissions stand above models

        return is_staff(self)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        from .permissions import has_model_perm  # noqa: PLC0415 - permissions stand above models

        return has_model_perm(self, perm, obj)

    def has_perms(self, perm_list: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


@pghistory.track()
class Mandate(models.Model):
    """The right of one person to act in one role, from a day to a day, over regions or over one unit.

    Heads, operators, companions and outlet operators hold exactly one unit each; every other role holds regions.
    Days are WITA days, `ends_on` included; `revoked_at` ends one in the middle of a day. A mandate is ended, never
    deleted: events point to it. A partner system holds delegations only: one producer each, to a last day.
    """

    class Standing(models.TextChoices):
        REGULAR = "regular", _("in office")
        ACTING = "acting", _("acting (Pj)")
        DEPUTY = "deputy", _("deputy")

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=20, choices=states.Role)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.REGULAR)
    pillar = models.CharField(_("pillar"), max_length=4, choices=states.Pillar, blank=True, help_text=_("Empty means all three."))
    region_codes = ArrayField(models.CharField(max_length=13), verbose_name=_("regions"), default=list, blank=True)
    office = models.CharField(_("level of office"), max_length=10, choices=states.Office, blank=True)
    office_name = models.CharField(_("office"), max_length=150, blank=True)
    unit_kind = models.CharField(_("kind of unit"), max_length=20, blank=True)
    unit_code = models.CharField(_("code of the unit"), max_length=40, blank=True)
    may_send = models.BooleanField(
        _("may send to be checked"), default=False, help_text=_("Decided by the head for operators and companions.")
    )
    is_office_head = models.BooleanField(_("head of the office"), default=False, help_text=_("Hears of work that is late."))
    letter_number = models.CharField(_("number of the letter"), max_length=100, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended at once"), null=True, blank=True, editable=False)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by"))
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["unit_kind", "unit_code"], name="mandate_unit")]
        triggers = [
            pgtrigger.Trigger(
                name="systems_hold_delegations",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "user_id"),
                when=pgtrigger.Before,
                func=(
                    "IF (NEW.role = 'partner') <> (SELECT is_service FROM accounts_user WHERE id = NEW.user_id) THEN "
                    "RAISE EXCEPTION 'only a partner system is a partner' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="mandate_unit_or_regions",
                condition=(
                    Q(role__in=sorted(states.UNIT_ROLES), region_codes=[]) & ~Q(unit_kind="") & ~Q(unit_code="")
                    | ~Q(role__in=sorted(states.UNIT_ROLES)) & ~Q(region_codes=[]) & Q(unit_kind="", unit_code="")
                ),
                violation_error_message=_("This role holds either one unit or at least one region."),
            ),
            models.CheckConstraint(
                name="mandate_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="mandate_of_partner_ends",
                condition=~Q(role=states.Role.PARTNER) | Q(ends_on__isnull=False),
                violation_error_message=_("A delegation to a partner system needs a last day."),
            ),
            models.UniqueConstraint(
                name="mandate_once_per_unit",
                fields=["user", "role", "unit_kind", "unit_code"],
                condition=Q(ends_on=None) & ~Q(unit_code=""),
                violation_error_message=_("This person already holds this role here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit_code or ', '.join(self.region_codes)}"

    @property
    def actions(self) -> frozenset[states.Action]:
        return states.ROLE_ACTIONS[states.Role(self.role)]

    @property
    def is_live(self) -> bool:
        """Whether the mandate is in force today or will be."""
        return self.revoked_at is None and (self.ends_on is None or self.ends_on >= timezone.localdate())


class Activation(models.Model):
    """A one-use way in for one account: a link (also as QR) and eight digits that can be read out by telephone.

    Only hashes are kept, so both are shown once, to the officer who issues them. At most one is open per account.
    """

    MAX_ATTEMPTS = 10

    user = models.ForeignKey(User, models.PROTECT, related_name="activations", verbose_name=_("account"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_salt = models.CharField(max_length=32, editable=False)
    code_hash = models.CharField(max_length=64, editable=False)
    attempts = models.PositiveSmallIntegerField(_("wrong codes"), default=0, editable=False)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by"))
    created_at = models.DateTimeField(_("issued"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)

    objects = ActivationQuerySet.as_manager()

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="activation_one_open", fields=["user"], condition=Q(used_at=None, voided_at=None)),
            models.CheckConstraint(name="activation_used_or_void", condition=Q(used_at=None) | Q(voided_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.voided_at is None and self.expires_at > timezone.now()


class PasswordHelp(models.Model):
    """A forgotten password that waits for an officer. The asker is never told whether the account exists.

    `region_code` says whose queue it lies in; from `province_from` on the province sees it too.
    """

    login = models.CharField(_("username or phone, as written"), max_length=60)
    village = models.CharField(_("village, school or community, as written"), max_length=120)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account"))
    region_code = models.CharField(_("region"), max_length=13)
    pillar = models.CharField(_("pillar"), max_length=4, choices=states.Pillar, blank=True)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    province_from = models.DateTimeField(_("the province covers from"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))
    called = models.CharField(_("who was called"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = PasswordHelpQuerySet.as_manager()

    class Meta:
        verbose_name = _("forgotten password")
        verbose_name_plural = _("forgotten passwords")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="password_help_one_waiting", fields=["user"], condition=Q(answered_at=None, user__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.login} · {self.created_at:%Y-%m-%d}"


class AccountEvent(models.Model):
    """What happened to an account and by whom. Append-only: the database refuses to change a row."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        OPENED = "opened", _("Account opened")
        ACTIVATION_ISSUED = "activation_issued", _("New code issued")
        ACTIVATED = "activated", _("Activated with the code")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        SECOND_FACTOR = "second_factor", _("Second factor changed")
        HELP_ANSWERED = "help_answered", _("Forgotten password answered")
        DEACTIVATED = "deactivated", _("Account ended")
        ERASED = "erased", _("Personal data erased")
        BREAK_GLASS = "break_glass", _("Emergency access from the server")

    user = models.ForeignKey(User, models.PROTECT, related_name="account_events", verbose_name=_("account"))
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    request_id = models.CharField(max_length=32, blank=True, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="account_event_of_user")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.get_kind_display()}"
