"""Indonesian first: only the switch changes the language."""

import pytest


@pytest.mark.parametrize(("cookie", "expected"), [("", "id"), ("en", "en"), ("id", "id"), ("de", "id"), ("../x", "id")])
def test_the_cookie_alone_decides(client, cookie, expected):
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get("/tidak-ada/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert f'<html lang="{expected}"' in response.content.decode()
