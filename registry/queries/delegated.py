"""Reads of what partners write: their numbers of products, and the trip each product is on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from common.text import clean_line
from registry.models import ExternalId, Producer, Product, Submission, SubmissionEvent

if TYPE_CHECKING:
    from partners.models import Partner


def numbers_of(partner: Partner, products: Iterable[Product]) -> dict[int, str]:
    """The partner's own number of each product that has one, by primary key."""
    rows = ExternalId.objects.filter(partner=partner, product__in=[product.pk for product in products])
    return dict(rows.values_list("product_id", "value"))


def numbered(partner: Partner, values: Iterable[str], products: Any) -> dict[str, Product]:
    """The products among `products` that the partner knows under these numbers, by number."""
    rows = ExternalId.objects.filter(partner=partner, value__in=values, product__in=products)
    return {row.value: row.product for row in rows.select_related("product__producer")}


def whole(keys: Iterable[int]) -> dict[int, Product]:
    """These products with their parts, by primary key: for those that were found among what may be written."""
    return Product.objects.with_parts().in_bulk(keys)


def known_as(rows: Any, partner: Partner, value: str, *, path: str = "") -> Any:
    """Rows whose product has this number in the partner's system; `path` leads to the product."""
    return rows.filter(**{f"{path}external_ids__partner": partner, f"{path}external_ids__value": clean_line(value)})


def producers_coded(codes: Iterable[str]) -> dict[str, Producer]:
    """Producers by code, whoever delegated: whether one may be written for is asked of each, so that a refusal says so."""
    return {row.code: row for row in Producer.objects.filter(code__in=codes)}


def producer_coded(code: str) -> Producer | None:
    """One of them, also by a former code."""
    now = Producer.objects.formerly(code) or code
    return producers_coded([now]).get(now)


def latest_submissions(products: Iterable[Product]) -> dict[int, Submission]:
    """The newest submission of each product, by the product's primary key."""
    rows = Submission.objects.filter(product__in=[product.pk for product in products])
    return {row.product_id: row for row in rows.order_by("product_id", "-opened_at", "-pk").distinct("product_id")}


def with_story(rows: Any) -> Any:
    """Submissions with everything a partner is told of them, in a constant number of queries."""
    events = SubmissionEvent.objects.select_related("mandate").order_by("pk")
    return rows.select_related("product__producer").prefetch_related("flags", Prefetch("events", events))
