"""Shapes of drafts and submissions for the OpenAPI document; what is sent is made in draft_shape.py and bulk.py."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.states import Pillar
from common.api.docs import CURSOR, LIMIT, ErrorSerializer, errors, page_of, parameter, path_parameter, write_errors, writing
from registry import states

from .draft_fields import (
    HOLDERS,
    RESULTS,
    BulkItem,
    BulkWrite,
    CapacityWrite,
    ChainWrite,
    ContactWrite,
    DraftChange,
    DraftFields,
    DraftStart,
    MakerWrite,
    PermitFields,
    PermitWrite,
    PhotoWrite,
    SendWrite,
    VariantWrite,
)
from .draft_shape import AWAITING

Operation = dict[str, Any]
STATES = [*states.SubmissionState.values, AWAITING]
_CODE = path_parameter("code", "Product code, for example NTT-7K3Q-9M; case and dashes do not matter.")
_KEY = path_parameter("key", "Key of the photo or permit, as read in the draft.")


class BriefSerializer(s.Serializer):
    number = s.CharField(help_text="Number of the submission, for example P-8F3KQ2ZD.")
    state = s.ChoiceField(STATES, help_text="awaiting_head: the head was asked to send it; else the state of the checks.")
    is_open = s.BooleanField(help_text="Whether it is still on its way.")


class DraftProducerSerializer(s.Serializer):
    code = s.CharField(help_text="Village code, NPSN or register number.")
    name = s.CharField(help_text="Its name.")
    pillar = s.ChoiceField(Pillar.values, help_text="Its pillar.")


class DraftPhotoSerializer(s.Serializer):
    key = s.UUIDField(help_text="Names the photo in this draft.")
    sha256 = s.CharField(help_text="SHA-256 of the bytes as they were sent.")
    kind = s.ChoiceField(states.PhotoKind.values, help_text="What it shows.")
    alt = s.CharField(allow_blank=True, help_text="What it shows, in words.")
    state = s.ChoiceField(states.ImageState.values, help_text="waiting: being prepared; ready; refused: no photo that can be used.")
    refusal = s.CharField(allow_null=True, help_text="Why it was refused.")


class DraftPermitSerializer(s.Serializer):
    key = s.UUIDField(help_text="Names the permit.")
    kind = s.ChoiceField(states.PermitKind.values, help_text="Kind of permit or certificate.")
    number = s.CharField(help_text="Its number.")
    issuer = s.CharField(allow_blank=True, help_text="Who issued it.")
    collective = s.CharField(allow_blank=True, help_text="The association that holds it, if one does.")
    issued_on = s.DateField(allow_null=True, help_text="Day of issue.")
    expires_on = s.DateField(allow_null=True, help_text="Last valid day (WITA).")
    holder = s.ChoiceField(HOLDERS, help_text="In whose name.")
    has_scan = s.BooleanField(help_text="Whether a photo of it is there.")
    is_verified = s.BooleanField(help_text="Whether an officer has seen that it is right.")


class NeedSerializer(s.Serializer):
    field = s.CharField(help_text="Which field.")
    words = s.CharField(help_text="What is asked, in the language of the answer.")


class DraftSerializer(DraftFields):
    """A product as it stands in the workspace of its producer."""

    code = s.CharField(help_text="Product code.")
    external_id = s.CharField(allow_null=True, help_text="The number you gave it.")
    producer = DraftProducerSerializer(help_text="Whose product it is.")
    maker = MakerWrite(allow_null=True, help_text="Who makes it.")
    contact = ContactWrite(allow_null=True, help_text="Whom buyers may call.")
    variants = VariantWrite(many=True, help_text="Sizes in their order.")
    chain = ChainWrite(many=True, help_text="Steps of the value chain.")
    capacity = CapacityWrite(help_text="How much is made in a month.")
    photos = DraftPhotoSerializer(many=True, help_text="In their order.")
    permits = DraftPermitSerializer(many=True, help_text="Permits that cover it.")
    is_flagship = s.BooleanField(help_text="Whether it is the flagship of its producer.")
    submission = BriefSerializer(allow_null=True, help_text="Its newest submission.")
    missing = NeedSerializer(many=True, help_text="What sending still waits for.")
    edited_at = s.DateTimeField(help_text="Last change.")
    edited_by = s.ChoiceField(["you", "another"], help_text="another: a person, so a change needs If-Match.")
    page = s.URLField(help_text="Where its head works on it.")


class DraftLineSerializer(s.Serializer):
    code = s.CharField(help_text="Product code.")
    external_id = s.CharField(allow_null=True, help_text="The number you gave it.")
    producer = s.CharField(help_text="Code of its producer.")
    name = s.CharField(allow_blank=True, help_text="Its name so far.")
    submission = BriefSerializer(allow_null=True, help_text="Its newest submission.")
    edited_at = s.DateTimeField(help_text="Last change.")


class BulkSerializer(BulkWrite):
    """As it is taken, but the items are read one by one: one that cannot be read never hides the others."""

    items = BulkItem(many=True, help_text="1 to 500 drafts.")


class BulkResultSerializer(s.Serializer):
    index = s.IntegerField(help_text="Position of the item in what you sent, from 0.")
    status = s.ChoiceField(
        RESULTS, help_text="unchanged: all you sent stood there already; not_written: another item of an atomic request was refused."
    )
    code = s.CharField(allow_null=True, help_text="Product code of what was written.")
    external_id = s.CharField(allow_null=True, help_text="Your number, as you sent it.")
    etag = s.CharField(allow_null=True, help_text="ETag of the draft now.")
    errors = ErrorSerializer(many=True, help_text="Why it was refused.")


class BulkAnswerSerializer(s.Serializer):
    written = s.IntegerField(help_text="How many were begun or changed.")
    refused = s.IntegerField(help_text="How many were refused.")
    results = BulkResultSerializer(many=True, help_text="One for every item, in the order sent.")


class FlagSerializer(s.Serializer):
    field = s.CharField(help_text="The field that was sent back; photo:<sha256> or permit:<key> for one of those.")
    reason = s.ChoiceField(states.FlagReason.values, help_text="Why.")
    words = s.CharField(help_text="Why, in the language of the answer.")
    note = s.CharField(allow_blank=True, help_text="What the officer wrote.")
    sent_at = s.DateTimeField(help_text="When it was sent back.")
    answered_at = s.DateTimeField(allow_null=True, help_text="When it was sent again.")
    reply = s.CharField(allow_blank=True, help_text="What the producer answered in words.")


class EventSerializer(s.Serializer):
    at = s.DateTimeField(help_text="When.")
    event = s.CharField(help_text="submit, ask_head, recall, cancel, verify, return, reject, publish or object.")
    words = s.CharField(help_text="What happened, in the language of the answer.")
    by = s.CharField(allow_blank=True, help_text="Role of who did it; no names.")
    comment = s.CharField(allow_blank=True, help_text="Words that came along.")


class SubmissionSerializer(BriefSerializer):
    product = s.CharField(help_text="Product code.")
    external_id = s.CharField(allow_null=True, help_text="The number you gave the product.")
    producer = s.CharField(help_text="Code of the producer.")
    name = s.CharField(allow_blank=True, help_text="Name of the product in the working copy.")
    opened_at = s.DateTimeField(help_text="Begun.")
    changed_at = s.DateTimeField(help_text="Last step.")
    submitted_at = s.DateTimeField(allow_null=True, help_text="Sent last.")
    waits_for_head_since = s.DateTimeField(allow_null=True, help_text="Since when the head has been asked to send it.")
    promised_on = s.DateField(allow_null=True, help_text="Day (WITA) until which the checkers promised an answer.")
    return_due_on = s.DateField(allow_null=True, help_text="Day (WITA) until which it is to be mended.")
    flags = FlagSerializer(many=True, help_text="What was sent back, also in earlier rounds.")
    history = EventSerializer(many=True, help_text="What happened, in order.")


DRAFT_LIST: Operation = {
    "operation_id": "drafts_list",
    "tags": ["drafts"],
    "summary": "Products of the producers that delegated to you",
    "description": "Also those people of the producer have written themselves.",
    "parameters": [
        parameter("producer", "Code of the producer.", example="53.09.01.2001"),
        parameter("external_id", "Your own number.", example="SID-0017"),
        LIMIT,
        CURSOR,
    ],
    "responses": {200: page_of("DraftPage", DraftLineSerializer), **errors(401, 403)},
}
DRAFT_START: Operation = {
    "operation_id": "drafts_start",
    "tags": ["drafts"],
    "summary": "Begin a product",
    "description": "Nothing but its producer is needed; what is incomplete is kept. `missing` says what sending waits for.",
    "request": DraftStart,
    "parameters": writing("POST"),
    "responses": {201: DraftSerializer, **write_errors(409, 422)},
}
DRAFT: Operation = {
    "operation_id": "drafts_get",
    "tags": ["drafts"],
    "summary": "One draft",
    "description": "Its ETag is what If-Match names.",
    "parameters": [_CODE],
    "responses": {200: DraftSerializer, **errors(401, 403, 404)},
}
DRAFT_CHANGE: Operation = {
    "operation_id": "drafts_change",
    "tags": ["drafts"],
    "summary": "Change a draft",
    "description": "Fields that are sent are written, the others stay; what stands there already is no change. A draft a person edited "
    "last needs If-Match. The first change of a published product opens its revision.",
    "request": DraftChange,
    "parameters": [_CODE, *writing("PATCH", if_match=True)],
    "responses": {200: DraftSerializer, **write_errors(404, 409, 412, 422, 428)},
}
DRAFT_SEND: Operation = {
    "operation_id": "drafts_send",
    "tags": ["drafts"],
    "summary": "Send a draft to be checked, or ask the head to",
    "description": "With a delegation that includes sending it is `submitted`; otherwise it is `awaiting_head` until the head has "
    "looked it over and sent it in the workspace. Sending it twice sends it once.",
    "request": SendWrite,
    "parameters": [_CODE, *writing("POST", if_match=True)],
    "responses": {200: SubmissionSerializer, **write_errors(404, 409, 412, 422, 428)},
}
PHOTO_ADD: Operation = {
    "operation_id": "drafts_photo_add",
    "tags": ["drafts"],
    "summary": "Add a photo",
    "description": "One photo in a multipart form; a product has at most eight. The same bytes again are the same photo.",
    "request": {"multipart/form-data": PhotoWrite},
    "parameters": [_CODE, *writing("POST", if_match=True)],
    "responses": {201: DraftSerializer, **write_errors(404, 409, 412, 422, 428)},
}
PHOTO_REMOVE: Operation = {
    "operation_id": "drafts_photo_remove",
    "tags": ["drafts"],
    "summary": "Remove a photo",
    "description": "What was sent before keeps it.",
    "parameters": [_CODE, _KEY, *writing("DELETE", if_match=True)],
    "responses": {200: DraftSerializer, **write_errors(404, 409, 412, 422, 428)},
}
PERMIT_ADD: Operation = {
    "operation_id": "drafts_permit_add",
    "tags": ["drafts"],
    "summary": "Write a permit of a product",
    "description": "A permit of this kind and number that the producer has already is changed and covers this product too. "
    "Changed facts are verified anew.",
    "request": {"application/json": PermitFields, "multipart/form-data": PermitWrite},
    "parameters": [_CODE, *writing("POST", if_match=True)],
    "responses": {201: DraftSerializer, **write_errors(404, 409, 412, 422, 428)},
}
PERMIT_REMOVE: Operation = {
    "operation_id": "drafts_permit_remove",
    "tags": ["drafts"],
    "summary": "Say that a permit does not cover this product",
    "description": "The permit stays for the producer's other products.",
    "parameters": [_CODE, _KEY, *writing("DELETE", if_match=True)],
    "responses": {200: DraftSerializer, **write_errors(404, 409, 412, 422, 428)},
}
BULK: Operation = {
    "operation_id": "drafts_bulk",
    "tags": ["drafts"],
    "summary": "Begin or change up to 500 drafts",
    "description": "An item changes the draft of its `code`, or of its `external_id` where you have one of that number, and begins one "
    "otherwise. 422 carries the results too: something of an atomic request was refused, so nothing was written.",
    "request": BulkSerializer,
    "parameters": writing("POST"),
    "responses": {200: BulkAnswerSerializer, **write_errors(), 422: BulkAnswerSerializer},
}
SUBMISSION_LIST: Operation = {
    "operation_id": "submissions_list",
    "tags": ["submissions"],
    "summary": "Submissions of the producers that delegated to you",
    "description": "Each trip of a product through the checks, with what was sent back and why.",
    "parameters": [
        parameter("state", "Only those in this state.", enum=STATES),
        parameter("product", "Product code.", example="NTT-7K3Q-9M"),
        parameter("producer", "Code of the producer.", example="53.09.01.2001"),
        parameter("external_id", "Your own number of the product.", example="SID-0017"),
        parameter("changed_since", "With a step at or after this moment (RFC 3339).", example="2026-11-01T00:00:00+08:00"),
        LIMIT,
        CURSOR,
    ],
    "responses": {200: page_of("SubmissionPage", SubmissionSerializer), **errors(401, 403)},
}
SUBMISSION: Operation = {
    "operation_id": "submissions_get",
    "tags": ["submissions"],
    "summary": "One submission",
    "description": "Its state, what was sent back, and what happened.",
    "parameters": [path_parameter("number", "Number of the submission, for example P-8F3KQ2ZD.")],
    "responses": {200: SubmissionSerializer, **errors(401, 403, 404)},
}
