"""What kinds of organisations are partners, and the limits of what they are given."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_CREDENTIAL = dt.timedelta(days=400)
USE_KEPT = dt.timedelta(days=400)
ANSWER_KEPT = dt.timedelta(days=30)
LONGEST_DELEGATION = dt.timedelta(days=2 * 366)
MOST_DELEGATIONS = 500  # recorded at once under one letter
MOST_ADDRESSES = 50
DEFAULT_RATE = 600  # requests a minute


class PartnerKind(models.TextChoices):
    GOVERNMENT = "government", _("Government office")
    OUTLET = "outlet", _("Outlet or marketplace")
    RESEARCH = "research", _("Research or education")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other organisation")
