"""Roles, what each may do, and what each mandate is held over. The one table of capabilities."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    PROVINCE_OFFICER = "province_officer", _("Province officer (Dinas PMD)")
    REGENCY_OFFICER = "regency_officer", _("Regency officer (Dinas PMD)")
    DISTRICT_OFFICER = "district_officer", _("District officer (camat)")
    EDUCATION_OFFICER = "education_officer", _("Education officer")
    TRADE_OFFICER = "trade_officer", _("Trade officer (Disperindag)")
    PRODUCER_HEAD = "producer_head", _("Head")
    PRODUCER_OPERATOR = "producer_operator", _("Operator")
    COMPANION = "companion", _("Companion (pendamping)")
    REVIEWER = "reviewer", _("Satgas OVOP reviewer")
    OUTLET_OPERATOR = "outlet_operator", _("NTT Mart operator")
    VIEWER = "viewer", _("Viewer")
    PARTNER = "partner", _("Partner system")


class Pillar(models.TextChoices):
    OVOP = "ovop", "OVOP"
    OSOP = "osop", "OSOP"
    OCOP = "ocop", "OCOP"


class Office(models.TextChoices):
    """The level of government an officer works for; decides whose desk a submission lies on."""

    PROVINCE = "province", _("Province")
    REGENCY = "regency", _("Regency")
    DISTRICT = "district", _("District")


class Action(models.TextChoices):
    PRODUCER_VIEW = "producer.view", _("see producers and their products")
    PRODUCER_EDIT = "producer.edit", _("edit the profile of a producer")
    PRODUCER_MANAGE = "producer.manage", _("register producers and complete their place")
    PRODUCT_EDIT = "product.edit", _("write and mend a product")
    SUBMISSION_SEND = "submission.send", _("send a product to be checked")
    SUBMISSION_VERIFY = "submission.verify", _("check, return or reject what lies on the own desk")
    SUBMISSION_PUBLISH = "submission.publish", _("publish what was verified, return or reject it")
    ENTRY_SUSPEND = "entry.suspend", _("suspend, resume, withdraw or restore a catalogue entry")
    ENTRY_CEASE = "entry.cease", _("say a product is paused or no longer made")
    PERMIT_VERIFY = "permit.verify", _("verify permits")
    CONTACT_EDIT = "contact.edit", _("see and edit contacts, record consent")
    COMPLAINT_HANDLE = "complaint.handle", _("handle reports about products")
    ACCOUNT_VIEW = "account.view", _("see accounts of the own area")
    ACCOUNT_MANAGE = "account.manage", _("open, re-activate and end accounts of the own area")
    OPERATOR_NAME = "operator.name", _("name and end operators of the own unit")
    PARTNER_MANAGE = "partner.manage", _("register partner systems and give their credentials")
    REFERENCE_EDIT = "reference.edit", _("edit categories, holidays, checkers and regions")
    OPERATIONS_VIEW = "operations.view", _("see jobs and the state of the system")
    DASHBOARD_VIEW = "dashboard.view", _("see the staff area")
    EVALUATION_VIEW = "evaluation.view", _("follow the evaluation rounds of the own area")
    ROUND_MANAGE = "round.manage", _("open rounds, name panels, enter decrees")
    INSTRUMENT_EDIT = "instrument.edit", _("write and publish instruments")
    VISIT_RECORD = "visit.record", _("note visits to makers")
    ASSESS = "assessment.write", _("score what is assigned to them")
    EVALUATION_ANSWER = "evaluation.answer", _("answer questions of the panel and assess the own product")
    APPEAL_RAISE = "appeal.raise", _("object to a result")


A = Action

# Roles that hold one unit (a producer, later an outlet); all others hold regions.
UNIT_ROLES = frozenset({Role.PRODUCER_HEAD, Role.PRODUCER_OPERATOR, Role.COMPANION, Role.OUTLET_OPERATOR, Role.PARTNER})

# Roles that work in /admin/ and need a second factor in production.
STAFF_ROLES = frozenset(
    {
        Role.SYSTEM_ADMIN,
        Role.PROVINCE_OFFICER,
        Role.REGENCY_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.EDUCATION_OFFICER,
        Role.TRADE_OFFICER,
    }
)

_READS = frozenset({A.DASHBOARD_VIEW, A.PRODUCER_VIEW, A.EVALUATION_VIEW})
# The office that checks first: of the regency, or of education for schools.
_OFFICE = _READS | {
    A.PRODUCER_MANAGE,
    A.PRODUCT_EDIT,
    A.SUBMISSION_SEND,
    A.SUBMISSION_VERIFY,
    A.PERMIT_VERIFY,
    A.CONTACT_EDIT,
    A.COMPLAINT_HANDLE,
    A.ACCOUNT_VIEW,
    A.ACCOUNT_MANAGE,
    A.VISIT_RECORD,
}

# Those who write for a producer beside its head.
_HELPS = frozenset({A.PRODUCER_VIEW, A.PRODUCER_EDIT, A.PRODUCT_EDIT, A.SUBMISSION_SEND, A.CONTACT_EDIT, A.EVALUATION_ANSWER})

ROLE_ACTIONS: dict[Role, frozenset[Action]] = {
    Role.SYSTEM_ADMIN: frozenset({A.DASHBOARD_VIEW, A.ACCOUNT_VIEW, A.ACCOUNT_MANAGE, A.PARTNER_MANAGE, A.OPERATIONS_VIEW}),
    Role.PROVINCE_OFFICER: _READS
    | {
        A.PRODUCER_MANAGE,
        A.SUBMISSION_VERIFY,
        A.SUBMISSION_PUBLISH,
        A.ENTRY_SUSPEND,
        A.PERMIT_VERIFY,
        A.CONTACT_EDIT,
        A.COMPLAINT_HANDLE,
        A.ACCOUNT_VIEW,
        A.ACCOUNT_MANAGE,
        A.PARTNER_MANAGE,
        A.REFERENCE_EDIT,
        A.OPERATIONS_VIEW,
        A.ROUND_MANAGE,
        A.INSTRUMENT_EDIT,
        A.VISIT_RECORD,
    },
    Role.REGENCY_OFFICER: _OFFICE,
    Role.DISTRICT_OFFICER: _READS,
    Role.EDUCATION_OFFICER: _OFFICE,
    Role.TRADE_OFFICER: _READS | {A.PERMIT_VERIFY},
    Role.PRODUCER_HEAD: frozenset(
        {
            A.PRODUCER_VIEW,
            A.PRODUCER_EDIT,
            A.PRODUCT_EDIT,
            A.SUBMISSION_SEND,
            A.ENTRY_CEASE,
            A.CONTACT_EDIT,
            A.OPERATOR_NAME,
            A.EVALUATION_ANSWER,
            A.APPEAL_RAISE,
        }
    ),
    Role.PRODUCER_OPERATOR: _HELPS,
    Role.COMPANION: _HELPS,
    Role.REVIEWER: frozenset({A.ASSESS}),
    Role.OUTLET_OPERATOR: frozenset(),
    Role.VIEWER: _READS,
    # A system that writes under the delegation of one producer's head.
    Role.PARTNER: frozenset({A.PRODUCER_VIEW, A.PRODUCT_EDIT, A.SUBMISSION_SEND, A.CONTACT_EDIT}),
}


# Whom each role may open, end and re-activate accounts for: never a role above or beside the own, but for the
# system administrator, who looks after every account and decides on nothing else.
GRANTABLE_ROLES: dict[Role, frozenset[Role]] = {
    Role.SYSTEM_ADMIN: frozenset(Role),
    Role.PROVINCE_OFFICER: frozenset(Role) - {Role.SYSTEM_ADMIN, Role.PROVINCE_OFFICER},
    Role.REGENCY_OFFICER: frozenset({Role.DISTRICT_OFFICER, Role.PRODUCER_HEAD, Role.PRODUCER_OPERATOR, Role.COMPANION, Role.PARTNER}),
    Role.EDUCATION_OFFICER: frozenset({Role.PRODUCER_HEAD, Role.PRODUCER_OPERATOR, Role.PARTNER}),
    Role.PRODUCER_HEAD: frozenset({Role.PRODUCER_OPERATOR, Role.PARTNER}),
}

# Offices that look after the accounts of one pillar only, whatever their mandate says.
ACCOUNT_PILLAR: dict[Role, Pillar] = {Role.EDUCATION_OFFICER: Pillar.OSOP}


def grantable_roles(role: str) -> frozenset[Role]:
    """The roles that a holder of `role` may give and end inside the own area."""
    return GRANTABLE_ROLES.get(Role(role), frozenset())


def roles_with(action: Action) -> frozenset[Role]:
    """Every role the table grants `action`."""
    return frozenset(role for role, actions in ROLE_ACTIONS.items() if action in actions)


# The wording of the privacy notice people read when they activate; a new wording gets a new version.
PRIVACY_VERSION = "2026-11"
