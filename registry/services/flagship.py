"""Which product of a producer is its current flagship: chosen by the head, at most one at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from accounts.permissions import require
from accounts.states import Action, Role
from registry import permissions
from registry.feed import record_change
from registry.models import CatalogueEntry, Producer, Product

if TYPE_CHECKING:
    from accounts.models import Mandate, User


@transaction.atomic
def choose_flagship(*, actor: User, product: Product) -> Product:
    """Make a product the flagship of its producer; the former one steps back in the same transaction. Only the head may."""
    producer = Producer.objects.select_for_update(of=("self",), no_key=True).get(pk=product.producer_id)

    def is_head(mandate: Mandate) -> bool:
        return mandate.role == Role.PRODUCER_HEAD

    require(permissions.may_on_producer(actor, Action.PRODUCER_EDIT, producer, also=is_head))
    Product.objects.filter(producer=producer, is_flagship=True).exclude(pk=product.pk).update(is_flagship=False)
    Product.objects.filter(pk=product.pk).update(is_flagship=True)
    # Under lock in the order everybody takes them, before the first change is numbered.
    entries = CatalogueEntry.objects.select_for_update(of=("self",)).filter(product__producer=producer).order_by("pk")
    changed = [entry for entry in entries if entry.is_flagship is not (entry.product_id == product.pk)]
    CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in changed]).update(is_flagship=Q(product=product))
    for entry in changed:
        record_change(kind="flagship", subject_kind="product", subject_code=entry.code)
    product.is_flagship = True
    return product
