"""Whose desk a submission lies on first, from the table of first checkers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from .models import CheckerRule
from .pillars import spec_for

if TYPE_CHECKING:
    from .models import Producer


def rule_for(producer: Producer, known: Iterable[CheckerRule] | None = None) -> CheckerRule:
    """The most exact rule for a producer: a nearer region beats a farther one, then a named school level beats none.

    `known` are all the rules, for those who ask for many producers.
    """
    level = spec_for(producer.pillar).school_level(producer)
    rules = [
        rule
        for rule in (CheckerRule.objects.filter(pillar=producer.pillar) if known is None else known)
        if rule.pillar == producer.pillar and rule.school_level in ("", level) and _covers(rule, producer.region_id)
    ]
    if not rules:
        raise ImproperlyConfigured(f"No first checker for pillar {producer.pillar}: run load_reference or add a rule")
    return max(rules, key=lambda rule: (len(rule.region_id or ""), bool(rule.school_level)))


def _covers(rule: CheckerRule, region_code: str) -> bool:
    return rule.region_id is None or region_code == rule.region_id or region_code.startswith(f"{rule.region_id}.")
