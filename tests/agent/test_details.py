"""What goes into a report, checked against AWS's own model of it."""

import re
import unicodedata

import botocore.session
from hypothesis import given
from hypothesis import strategies as st

from shiftwork_agent.jobs.details import MAX_VALUE, clean, tail

SHAPES = botocore.session.get_session().get_service_model("iot-jobs-data")


def test_the_model_still_says_so() -> None:
    key = SHAPES.shape_for("DetailsKey").metadata
    assert (key["max"], key["pattern"]) == (128, "[a-zA-Z0-9:_-]+")
    assert SHAPES.shape_for("DetailsValue").metadata["pattern"] == "[^\\p{C}]+"


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.floats())))
def test_anything_becomes_what_aws_takes(details: dict[str, object]) -> None:
    pairs = clean(details)
    assert len(pairs) <= 10
    for key, value in pairs.items():
        assert re.fullmatch("[a-zA-Z0-9:_-]{1,128}", key)
        assert 1 <= len(value) <= MAX_VALUE
        assert not any(unicodedata.category(character)[0] == "C" for character in value)
    assert clean(pairs) == pairs


@given(st.binary(max_size=5000))
def test_any_output_has_a_tail(output: bytes) -> None:
    assert clean({"stdout": tail(output)}).get("stdout", "") == tail(output)


def test_what_matters_is_kept_if_there_is_too_much() -> None:
    many = {f"key{number}": "x" for number in range(20)}
    pairs = clean({**many, "stdout": "out", "reason": "because", "errorCode": "ERR"})
    assert list(pairs)[:3] == ["errorCode", "reason", "stdout"]
    assert len(pairs) == 10


def test_lines_become_one() -> None:
    assert clean({"a b": "one\r\n\n  two \x1b[0m", "c": True, "d": 0, "e": ""}) == {
        "a_b": "one |   two  [0m",
        "c": "true",
        "d": "0",
    }
    assert tail(b"1\n2\n3", 5) == "2 | 3"
    assert tail(b"1\n2\n3", 0) == ""
