"""Every named address asked as every kind of person, with the answers written out by hand.

The rows stand for one product of a community in a village where another community and the village itself have
accounts too. A new address fails the walk until it stands here. Django's admin tables are asked in
tests/registry/test_admin.py and tests/accounts, model by model.
"""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import PasswordHelp
from accounts.states import Role
from registry.models import CatalogueEntry, Complaint, FieldFlag, Participant, Permit, Submission
from registry.reference import load_reference
from registry.services import checks, drafts, participants
from tests.registry.factories import (
    OTHER_REGENCY,
    OTHER_VILLAGE,
    give,
    make_head,
    make_officer,
    make_producer,
    make_product,
    make_regions,
    make_user,
)
from tests.registry.steps import publish, save, send

# Anybody, own head, head of another community in the same village, own companion, head elsewhere, own regency, other regency,
# province, viewer, system administrator.
WHO = ("anybody", "head", "sibling", "companion", "elsewhere", "regency", "neighbour", "province", "viewer", "system")

OPEN = "200 200 200 200 200 200 200 200 200 200"
SIGNED_IN = "302 200 200 200 200 200 200 200 200 200"
# Rooms of the workspace: own head, companion and own regency (on behalf); who may write nowhere is told so (403).
UNIT_HOLDERS = "302 200 200 200 200 200 200 403 403 403"
OWN_UNIT = "302 200 404 200 404 200 404 403 403 403"
# On a desk or not returned: those who may write are led to the product's page.
LED_BACK = "302 302 404 302 404 302 404 403 403 403"
# Paper and labels are for readers too.
PAPER = "302 200 404 200 404 200 404 200 200 403"

# For systems with a token; who is signed in to the pages is nobody here.
TOKENS_ONLY = "401 401 401 401 401 401 401 401 401 401"

# name: (answers to GET in the order of WHO; an address without arguments takes none)
GET: dict[str, str] = {
    "healthz": OPEN,
    "home": OPEN,
    "catalogue": OPEN,
    "product": OPEN,
    "producer": OPEN,
    "regency": OPEN,
    "map": OPEN,
    "data": OPEN,
    "about": OPEN,
    "how_to_join": OPEN,
    "help": OPEN,
    "accessibility": OPEN,
    "privacy": OPEN,
    "check_code": OPEN,
    "check": OPEN,
    "complaint_status": OPEN,
    "complaint_new": OPEN,
    "robots": OPEN,
    "api_docs": OPEN,
    "api_root": OPEN,
    "api_schema": OPEN,
    "api_regions": OPEN,
    "api_region": OPEN,
    "api_products": OPEN,
    "api_product": OPEN,
    "api_product_photos": OPEN,
    "api_product_permits": OPEN,
    "api_producers": OPEN,
    "api_producer": OPEN,
    "api_categories": OPEN,
    "api_statistics": OPEN,
    "api_changes": OPEN,
    "api_reconcile": OPEN,
    "api_dataset": OPEN,
    "api_rounds": OPEN,
    "api_round": "404 404 404 404 404 404 404 404 404 404",
    "api_round_results": "404 404 404 404 404 404 404 404 404 404",
    **dict.fromkeys(
        (
            *("api_drafts", "api_drafts_bulk", "api_draft", "api_draft_send", "api_submissions", "api_submission"),
            *("api_draft_photos", "api_draft_photo", "api_draft_permits", "api_draft_permit"),
            *("api_own_result", "api_webhooks"),
        ),
        TOKENS_ONLY,
    ),
    "api_nowhere": "404 404 404 404 404 404 404 404 404 404",
    "sitemap": OPEN,
    "sitemap_section": OPEN,
    "activation": OPEN,
    "password_help": OPEN,
    "password_help_sent": OPEN,
    "account_logout": "302 200 200 200 200 200 200 200 200 200",
    "account_login": "200 302 302 302 302 302 302 302 302 302",
    "landing": "302 302 302 302 302 302 302 302 302 302",
    "session_alive": "401 204 204 204 204 204 204 204 204 204",
    "profile": SIGNED_IN,
    "my_contacts": SIGNED_IN,
    "contact_list": "302 403 403 403 403 200 200 200 403 403",
    "delegation_new": "302 200 200 403 200 403 403 403 403 403",
    "workspace_home": UNIT_HOLDERS,
    "workspace_help": UNIT_HOLDERS,
    "workspace_notices": UNIT_HOLDERS,
    "workspace_products": UNIT_HOLDERS,
    "workspace_product": OWN_UNIT,
    "product_fix": LED_BACK,
    "product_send": OWN_UNIT,
    "product_step": OWN_UNIT,
    "permit_new": OWN_UNIT,
    "permit_edit": OWN_UNIT,
    "product_participants": OWN_UNIT,
    # The head of the one asked, here another community of the same village; nobody of the product's own side.
    "participation": "302 404 200 404 404 403 403 403 403 403",
    "product_paper": PAPER,
    "product_labels": "302 200 404 200 404 200 404 200 200 404",
    "photo_upload": "302 302 404 302 404 302 404 404 404 404",
    "producer_profile": "302 200 404 200 404 403 403 403 403 403",
    "producer_paper": PAPER,
    "account_list": "302 403 403 403 403 200 200 200 403 200",
    "password_help_queue": "302 403 403 403 403 200 200 200 403 200",
    "account_detail": "302 403 403 403 403 200 404 200 403 200",
    "password_help_answer": "302 403 403 403 403 200 404 200 403 200",
    "desk_queue": "302 403 403 403 403 200 200 200 200 200",
    "desk_submission": "302 403 403 403 403 200 404 200 200 404",
    "entry_list": "302 403 403 403 403 200 200 200 200 403",
    "entry_detail": "302 403 403 403 403 200 404 200 200 403",
    "complaint_queue": "302 403 403 403 403 200 200 200 403 403",
    "complaint": "302 403 403 403 403 200 404 200 403 403",
    "producer_register": "302 403 403 403 403 200 200 200 403 403",
    "producer_register_pillar": "302 403 403 403 403 200 200 200 403 403",
    "producer_place": "302 403 403 403 403 200 404 200 403 403",
    "review_home": "302 403 403 403 403 200 200 200 200 200",
    "producer_evaluation": "302 200 200 200 200 403 403 403 403 403",
    "admin:index": "302 302 302 302 302 200 200 200 200 200",
    "region_search": OPEN,
    "instruments": "302 403 403 403 403 200 200 200 200 403",
    "instrument_start": "302 403 403 403 403 403 403 200 403 403",
    "instrument_import": "302 403 403 403 403 403 403 200 403 403",
}
# Addresses asked elsewhere, with the place where they are.
ELSEWHERE = {
    "readyz": "tests/ovop_portal/test_health.py",
    "set_language": "tests/common",
    "photo": "tests/registry/test_files.py",
    "image_private": "tests/registry/test_files.py",
    "photo_act": "tests/registry/test_files.py",
    **dict.fromkeys(
        ("panel", "panel_add", "panel_seat", "panel_end", "conflict_declare", "draw_round", "recuse", "substitute"),
        "tests/evaluations/test_panel_access.py",
    ),
    **dict.fromkeys(
        (
            *("instrument", "instrument_difference", "instrument_export", "instrument_publish", "instrument_settings"),
            *("instrument_rows", "instrument_points", "instrument_section", "instrument_section_new"),
            *("instrument_criterion", "instrument_criterion_new", "instrument_act"),
        ),
        "tests/evaluations/test_instruments_access.py",
    ),
    **dict.fromkeys(
        (
            *("round_list", "round_open", "round", "round_change", "round_advance", "round_back", "round_extend", "round_remind"),
            *("entrants", "entrants_choose", "entrants_many", "entrant", "entrant_check", "entrant_calibration"),
            *("visit_note", "samples", "sample", "sample_labels", "session_plan"),
        ),
        "tests/evaluations/test_round_access.py",
    ),
}
ELSEWHERE |= dict.fromkeys(
    (
        *("rakor", "meeting", "meeting_plan", "meeting_change", "meeting_close", "attendance", "agenda_add", "decide"),
        *("follow_ups", "follow_up", "follow_up_add", "severity", "minutes_round", "minutes_meeting"),
    ),
    "tests/evaluations/test_rakor_access.py",
)
# tests/evaluations/test_sheets_access.py
ELSEWHERE |= dict.fromkeys(
    (
        "sheet",
        "sheet_section",
        "sheet_save",
        "sheet_progress",
        "sheet_send",
        "sheet_reopen",
        "sheet_ask",
        "sheet_calibration",
        "paper_start",
        "paper_list",
        "paper_product",
        "paper_family",
        "evaluation_question",
        "self_start",
        "self_sheet",
        "self_sheet_section",
        "self_sheet_save",
        "self_sheet_progress",
        "self_sheet_send",
        "self_sheet_reopen",
    ),
    "tests/evaluations/test_sheets_access.py",
)
ELSEWHERE["api_dataset_file"] = "tests/registry/test_dataset.py"
ELSEWHERE |= dict.fromkeys(
    ("own_result", "own_appeal", "certificate", "certificate_check"),
    "tests/evaluations/test_own_result.py",
)
ELSEWHERE |= dict.fromkeys(
    (
        *("round_results", "round_result", "result_check", "ranking_file", "scores_file", "round_close", "round_reopen"),
        *("decree_enter", "decree_revoke", "appeals", "appeal"),
    ),
    "tests/evaluations/test_results_access.py",
)
ELSEWHERE |= dict.fromkeys(
    (
        *("partner_list", "partner_new", "partner_detail", "partner_edit", "partner_deactivate", "partner_reactivate"),
        *("credential_new", "credential_revoke", "delegation_record", "delegation_end"),
    ),
    "tests/partners/test_pages.py",
)
ELSEWHERE |= dict.fromkeys(
    ("webhook_list", "webhook_log", "webhook_test", "webhook_pause", "webhook_resume"), "tests/partners/test_webhooks_pages.py"
)
ELSEWHERE |= dict.fromkeys(
    ("api_webhook", *(f"api_webhook_{name}" for name in ("ping", "pause", "resume", "rotate", "replay", "deliveries"))),
    "tests/partners/test_webhooks_api.py",
)
ELSEWHERE["api_token"] = "tests/partners/test_token.py"


@pytest.fixture
def world(db, settings, tmp_path):
    """The product in its village, and everybody of WHO."""
    cache.clear()
    settings.MEDIA_ROOT = tmp_path
    make_regions()
    load_reference(years=())
    own, sibling = make_producer("ocop"), make_producer("ocop")
    product = make_product(own)
    head, regency = make_head(own), make_officer()
    companion, viewer, system = make_user(), make_user(), make_user()
    give(companion, Role.COMPANION, producer=own)
    give(viewer, Role.VIEWER, regions=["53"])
    give(system, Role.SYSTEM_ADMIN, regions=["53"])
    people = {
        "anybody": None,
        "head": head,
        "sibling": make_head(sibling),
        "companion": companion,
        "elsewhere": make_head(make_producer(region=OTHER_VILLAGE)),
        "regency": regency,
        "neighbour": make_officer(Role.REGENCY_OFFICER, [OTHER_REGENCY]),
        "province": make_officer(Role.PROVINCE_OFFICER, ["53"]),
        "viewer": viewer,
        "system": system,
    }
    publish(product, head=head)
    save(head, product, "about", name="Kopi Baru")
    send(head, product)
    submission = checks.claim(actor=regency, submission=drafts.open_submission(product))
    checks.mark_field(actor=regency, submission=submission, field="name", reason="unclear")
    draft = make_product(own, name="Madu Contoh")
    permit = Permit.objects.create(producer=own, kind="halal", number="1")
    permit.products.add(product, draft)
    entry = CatalogueEntry.objects.get()
    complaint = Complaint.objects.create(entry=entry, reason="wrong", text="Contoh", due_on=timezone.localdate() + dt.timedelta(days=5))
    request = PasswordHelp.objects.create(user=head, login=head.username, region_code=own.region_id, province_from=timezone.now())
    part = participants.invite_participant(actor=head, product=product, producer=sibling, role="maker")
    args = {
        "participation": [part.key],
        "participant_end": [product.code, part.key],
        "product": [product.code],
        "producer": [own.code],
        "regency": ["53.09"],
        "api_region": ["53.09"],
        "api_product": [product.code],
        "api_product_photos": [product.code],
        "api_product_permits": [product.code],
        "api_producer": [own.code],
        "api_nowhere": ["nowhere"],
        "api_round": ["2026"],
        "api_round_results": ["2026"],
        "api_own_result": ["2026", product.code],
        **{name: [product.code] for name in ("api_draft", "api_draft_send", "api_draft_photos", "api_draft_permits")},
        **{name: [product.code, uuid.uuid4()] for name in ("api_draft_photo", "api_draft_permit")},
        "api_submission": [submission.number],
        "check": [product.code],
        "complaint_new": [product.code],
        "sitemap_section": ["produk"],
        "permit_edit": [draft.code, permit.key],
        "product_step": [draft.code, "about"],
        "product_send": [draft.code],
        "permit_new": [draft.code],
        "producer_profile": [own.code],
        "producer_paper": [own.code],
        "account_detail": [head.pk],
        "password_help_answer": [request.pk],
        "desk_submission": [submission.number],
        "entry_detail": [product.code],
        "complaint": [complaint.number],
        "producer_register_pillar": ["ocop"],
        "producer_place": [own.code],
    }
    for name in ("workspace_product", "product_fix", "product_paper", "product_labels", "photo_upload", "product_participants"):
        args[name] = [product.code]
    return people, args


def client_of(user) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_every_page_answers_each_person_as_written(world):
    people, args = world
    clients = {who: client_of(people[who]) for who in WHO}
    wrong = []
    for name, expected in GET.items():
        address = reverse(name, args=args.get(name, []))
        found = " ".join(str(clients[who].get(address).status_code) for who in WHO)
        if found != expected:
            wrong.append(f"{name}: {found} instead of {expected}")
    assert wrong == []


# Buttons: (name, arguments that are added, answers to an empty POST of those who may not).
POST_OWN_UNIT = (
    *("product_act", "product_send", "product_fix", "product_step", "permit_new", "photo_upload", "producer_profile"),
    *("product_participants", "participant_end"),
)
POST_DESK = ("desk_claim", "desk_release", "desk_mark", "desk_unmark", "desk_decide")


def test_no_button_of_another_unit_can_be_pressed(world):
    people, args = world
    code = args["workspace_product"]
    for name in POST_OWN_UNIT:
        address = reverse(name, args=args.get(name, code))
        for who in ("sibling", "elsewhere"):
            assert client_of(people[who]).post(address).status_code == 404, (name, who)
        for who in ("neighbour", "viewer", "system"):
            assert client_of(people[who]).post(address).status_code in (403, 404), (name, who)
        assert client_of(None).post(address).status_code in (302, 401), name


def test_only_the_head_that_was_asked_answers(world):
    people, args = world
    address = reverse("participation", args=args["participation"])
    for who in ("head", "companion", "elsewhere"):
        assert client_of(people[who]).post(address, {"act": "agree"}).status_code == 404, who
    for who in ("regency", "neighbour", "province", "viewer", "system"):
        assert client_of(people[who]).post(address, {"act": "agree"}).status_code == 403, who
    assert client_of(None).post(address, {"act": "agree"}).status_code in (302, 401)
    assert Participant.objects.get().is_asked


def test_no_button_of_another_desk_can_be_pressed(world):
    people, args = world
    for name in POST_DESK:
        address = reverse(name, args=args["desk_submission"])
        for who in ("head", "sibling", "companion", "elsewhere"):
            assert client_of(people[who]).post(address).status_code == 403, (name, who)
        for who in ("neighbour", "system"):
            assert client_of(people[who]).post(address).status_code == 404, (name, who)
        assert client_of(None).post(address).status_code in (302, 401), name


def test_a_reader_and_another_level_change_nothing_on_a_desk(world):
    people, args = world
    before = Submission.objects.filter(state="submitted").values("claimed_by", "lock_version", "state").get()
    for name in POST_DESK:
        address = reverse(name, args=args["desk_submission"])
        for who in ("viewer", "province"):
            data = {"field": "summary", "reason": "unclear", "step": "return", "comment": "x", "expected": before["lock_version"]}
            client_of(people[who]).post(address, data)
    assert Submission.objects.filter(state="submitted").values("claimed_by", "lock_version", "state").get() == before
    assert list(FieldFlag.objects.values_list("field", flat=True)) == ["name"]


def test_unknown_rows_are_not_found(world):
    people, _args = world
    head, regency = client_of(people["head"]), client_of(people["regency"])
    for code in ("NTT-ZZZZ-ZZ", "x", "%00", "'"):
        assert head.get(f"/ruang/produk/{code}/").status_code == 404
        assert regency.get(f"/admin/verifikasi/{code}/").status_code == 404
        assert regency.get(f"/admin/katalog/{code}/").status_code == 404
    assert head.get(f"/ruang/produk/{uuid.uuid4()}/").status_code == 404


def named(resolver=None, space: str = "") -> set[str]:
    """Every named address of the portal; those of admin tables apart."""
    found: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{space}{pattern.name}")
        elif pattern.namespace != "admin":
            found |= named(pattern, space + (f"{pattern.namespace}:" if pattern.namespace else ""))
    return found


def test_no_address_escapes_the_matrix():
    buttons = {*POST_OWN_UNIT, *POST_DESK}
    accounts = {name for name in named() if name.startswith(("account_", "mfa_", "activation", "password_help", "unit_"))}  # tests/accounts
    rest = {
        "desk_bulk",
        "desk_tell",
        "desk_permit",
        "contact_act",
        "product_start",
        "product_similar",
    }  # test_desk, test_workspace, test_contact_pages
    assert named() - set(GET) - set(ELSEWHERE) - buttons - accounts - rest == set()
