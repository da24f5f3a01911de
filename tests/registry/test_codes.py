"""Public codes catch every single typing error and every swap of neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import codes

BODY = codes.ALPHABET[:31]
bodies = st.text(alphabet=BODY, min_size=5, max_size=5)


def whole(body: str) -> str:
    return body + codes._check(body)


@given(bodies, st.integers(0, 5), st.sampled_from(BODY))
def test_one_wrong_character_is_caught(body, place, other):
    raw = whole(body)
    wrong = raw[:place] + other + raw[place + 1 :]
    assert bool(codes.normalise_product_code(wrong)) == (wrong == raw)


@given(bodies, st.integers(0, 3))
def test_two_neighbours_swapped_are_caught(body, place):
    raw = whole(body)
    wrong = raw[:place] + raw[place + 1] + raw[place] + raw[place + 2 :]
    assert bool(codes.normalise_product_code(wrong)) == (wrong == raw)


@given(bodies)
def test_a_code_is_found_however_it_is_written(body):
    raw = whole(body)
    code = f"NTT-{raw[:4]}-{raw[4:]}"
    for written in (code, code.lower(), raw, f"ntt {raw}", f" NTT–{raw[:4]} {raw[4:]} "):
        assert codes.normalise_product_code(written) == code


@pytest.mark.parametrize("text", ["", "NTT", "NTT-", "\x00", "🙂" * 6, "NTT-IIII-II" * 9, "'; --"])
def test_rubbish_is_no_code(text):
    assert codes.normalise_product_code(text) == ""


def test_a_new_code_is_its_own_normal_form():
    for _ in range(200):
        code = codes.new_product_code()
        assert codes.normalise_product_code(code) == code
