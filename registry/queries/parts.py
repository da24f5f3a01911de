"""Scopes of rows that belong to a producer, a product or a submission and are seen wherever that one is."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from accounts.states import Action

from .base import ScopedQuerySet, producer_reach


class OfProducer(ScopedQuerySet):
    reach = producer_reach("producer__")


class OfProduct(ScopedQuerySet):
    reach = producer_reach("product__producer__")


class OfSubmission(ScopedQuerySet):
    reach = producer_reach("submission__product__producer__")


class OfVersion(ScopedQuerySet):
    reach = producer_reach("version__submission__product__producer__")


class OfEvent(ScopedQuerySet):
    reach = producer_reach("event__submission__product__producer__")


class OfReader(models.QuerySet):
    def for_user(self, user: User | AnonymousUser, action: Action = Action.DASHBOARD_VIEW) -> Self:
        """What is addressed to the user; nobody reads the notices of others."""
        return self.filter(user_id=user.pk) if user.pk else self.none()
