"""Short words for taking steps of the workflow in tests."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.states import Role
from registry import workflow
from registry.models import Product, Submission
from registry.services import checks, drafts
from registry.steps import STEP_BY_KEY, base_version

from .factories import make_head, make_officer


def take(actor: User, product: Product, name: str, **detail: Any) -> Submission:
    """One step on the open submission, on the version that stands now."""
    submission = drafts.open_submission(product)
    return workflow.apply(actor=actor, submission=submission, name=name, expected=submission.lock_version, **detail)


def send(actor: User, product: Product) -> Submission:
    return take(actor, product, "submit", declaration=True)


def decide(actor: User, product: Product, name: str, **detail: Any) -> Submission:
    """Claim and decide."""
    checks.claim(actor=actor, submission=drafts.open_submission(product))
    return take(actor, product, name, **detail)


def save(actor: User, product: Product, key: str, **values: Any) -> Product:
    """Save one step on the values that stand now."""
    product = drafts.reloaded(product)
    return drafts.save_step(actor=actor, product=product, step=key, base=base_version(product, STEP_BY_KEY[key]), values=values)


def publish(product: Product, *, head: User | None = None, regency: User | None = None, province: User | None = None) -> Submission:
    """The whole way to the catalogue with three persons."""
    place = product.producer.region_id
    send(head or make_head(product.producer), product)
    decide(regency or make_officer(Role.REGENCY_OFFICER, [place[:5]]), product, "verify")
    return decide(province or make_officer(Role.PROVINCE_OFFICER, ["53"]), product, "publish")
