"""A demonstration partner whose credentials anyone may use, in demo settings only."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from partners import services
from partners.delegations import delegate
from partners.models import Credential, Partner
from partners.scopes import SCOPES
from partners.states import LONGEST_CREDENTIAL, LONGEST_DELEGATION, PartnerKind
from registry.models import Producer

from .accounts import BEIWALI, BEIWALI_NEIGHBOUR

CODE, CLIENT_ID = "contoh", "demo-mitra"
# Where it may write in the workspace of the demonstration, and where it may send as well.
WRITES_FOR, SENDS_FOR = BEIWALI, BEIWALI_NEIGHBOUR
SOON = dt.timedelta(days=30)


def is_wanted(province: str) -> bool:
    """Whether the partner is missing; `province` is the account that registers it. One that is there keeps its credential."""
    found = Partner.objects.filter(code=CODE).annotate(last_day=Max("credentials__expires_on")).first()
    if found is None:
        return User.objects.filter(username=province, is_demo=True).exists()
    if found.is_demo and found.last_day < timezone.localdate() + SOON:
        Credential.objects.filter(client_id=CLIENT_ID).update(expires_on=timezone.localdate() + LONGEST_CREDENTIAL)
    return False


@transaction.atomic
def load_partner(*, province: str, secret: str) -> Credential:
    """Make the partner, its one credential under a fixed client id with a secret that may be read out, and its delegations."""
    actor = User.objects.get(username=province)
    partner = services.register_partner(actor=actor, name="Mitra contoh", code=CODE, kind=PartnerKind.OTHER, is_demo=True)
    last = timezone.localdate() + LONGEST_CREDENTIAL
    credential = services.issue_credential(
        actor=actor, partner=partner, name="Untuk mencoba API", scopes=list(SCOPES), expires_on=last
    ).credential
    for producer in Producer.objects.filter(code__in=(WRITES_FOR, SENDS_FOR), is_demo=True).order_by("pk"):
        delegate(
            actor=actor,
            partner=partner,
            unit_code=producer.code,
            ends_on=timezone.localdate() + LONGEST_DELEGATION,
            letter_number="Contoh 1/2026",
            may_send=producer.code == SENDS_FOR,
        )
    Credential.objects.filter(pk=credential.pk).update(client_id=CLIENT_ID, client_secret=make_password(secret))
    return Credential.objects.get(pk=credential.pk)
