"""Rows of every table of the registry in two regencies, and what the tests of the staff area ask of them."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from partners.models import Partner
from registry.models import (
    CatalogueEntry,
    ChainStage,
    Complaint,
    DatasetFile,
    ExternalId,
    Holiday,
    Participant,
    Permit,
    ProducerAlias,
)
from registry.services import checks

from .factories import add_contact, make_head, make_officer, make_producer, make_product, make_user
from .steps import publish, save, send

APPS = ("registry", "villages", "schools", "communities")
EVERYWHERE = {"category", "holiday", "checkerrule", "categoryevent", "holidayevent", "checkerruleevent"}
PROVINCE_ONLY = {"change", "feedcounter", "searchword", "representation", "datasetfile"}
# Nobody but officers who answer for them.
NOT_FOR_VIEWERS = {"contact", "contactevent", "outreach", "complaint", *PROVINCE_ONLY}
OWN_ONLY = {"notice"}
# Rows of one person's notices and of the whole portal have no area.
WITHOUT_AREA = EVERYWHERE | PROVINCE_ONLY | OWN_ONLY


def models():
    return [model for model in admin.site._registry if model._meta.app_label in APPS]


MODELS = [pytest.param(model, id=model._meta.model_name) for model in models()]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def partner_of(place):
    """A partner with its service account, as the rows of its numbers need one."""
    code = place.replace(".", "-")
    user = make_user(f"mitra-{code}", is_service=True)
    return Partner.objects.create(name=f"Sistem {place} (contoh)", code=code, kind="government", service_user=user)


def fill(place):
    """One row of every table inside one regency; returns the officer who checks there."""
    product = make_product(make_producer(region=place), f"Produk {place}")
    producer, head = product.producer, make_head(product.producer)
    officer = make_officer(Role.REGENCY_OFFICER, [place[:5]])
    add_contact(product)
    permit = Permit.objects.create(producer=producer, kind="pirt", number=f"P-{place}", expires_on=dt.date(2030, 1, 1))
    permit.products.add(product)
    ChainStage.objects.create(product=product, step="harvest", price_after=1000, place="village")
    Participant.objects.create(product=product, producer=producer, role="maker", starts_on=dt.date(2026, 1, 1))
    ExternalId.objects.create(product=product, partner=partner_of(place), value=f"SID-{place}")
    ProducerAlias.objects.create(producer=producer, what="code", value=f"lama-{place}")
    publish(product, head=head, regency=officer)
    entry = CatalogueEntry.objects.get(product=product)
    Complaint.objects.create(entry=entry, reason="fake", text="Palsu.", due_on=timezone.localdate())
    event = product.submissions.get().events.get(transition="publish")
    checks.record_outreach(actor=officer, event=event, channel="phone", told=product.contact)
    save(head, product, "about", summary="Ini kopi dari kebun sendiri. Dipetik merah sekali.")
    submission = send(head, product)
    checks.claim(actor=officer, submission=submission)
    checks.mark_field(actor=officer, submission=submission, field="summary", reason="unclear")
    make_producer("osop", region=place)
    make_producer("ocop", region=place)
    Holiday.objects.get_or_create(day=dt.date(2026, 12, 25), defaults={"name": "Natal"})
    DatasetFile.objects.get_or_create(format="csv", defaults={"name": "datasets/x.csv", "rows": 1, "bytes": 1, "as_of": 1})
    return officer


def rows_in(model, regency):
    """The keys of the rows of a model that lie in a regency, found without the scope under test."""
    every = {str(row.pk): row for row in model._default_manager.all()}
    return {pk for pk, row in every.items() if place_of(row).startswith(regency)}


def place_of(row):
    """The region code of a row, by walking to its producer or entry."""
    steps = ("pgh_obj", "event", "version", "submission", "entry", "product", "producer")
    if hasattr(row, "region_code"):
        return row.region_code
    if row._meta.model_name == "storedimage":
        return row.uses.get().product.producer.region_id
    for step in steps:
        target = getattr(row, step, None) if hasattr(row, f"{step}_id") else None
        if target is not None:
            return place_of(target)
    return row.region_id
