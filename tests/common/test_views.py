"""The language of the screen is switched by a form without a token, and only to a place of this site."""

from django.test import Client
from django.urls import reverse


def test_language_is_kept_in_a_cookie():
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("set_language"), {"language": "en", "next": "/admin/"})

    assert answer.status_code == 302
    assert answer["Location"] == "/admin/"
    assert client.cookies["django_language"].value == "en"


def test_no_way_to_another_site():
    answer = Client().post(reverse("set_language"), {"language": "en", "next": "https://example.com/"})

    assert answer["Location"] == "/"
