"""The document that a fleet job rolls out: the values of its parameters stand in its texts, and change nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.jobs.fleet.document import as_text, filled_in, longest_values, makes_placeholder, names_in, values_of
from tests.unit.fleet_jobs import DOCUMENT, fleet_job

A, B = "${aws:iot:parameter:A}", "${aws:iot:parameter:B}"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PIECE = st.one_of(TEXT, st.sampled_from([A, B, "${aws:iot:parameter:C}", "$", "{", "}", "\\", '"']))
STRING = st.lists(PIECE, max_size=5).map("".join)
VALUE: Any = st.recursive(
    st.one_of(STRING, st.integers(), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


def by_hand(value: Any, values: dict[str, str]) -> Any:
    """The document filled in text by text: what is written at once must be the same."""
    if isinstance(value, dict):
        return {name: by_hand(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [by_hand(item, values) for item in value]
    if not isinstance(value, str):
        return value
    first, *others = value.split(A)
    return values["A"].join(part.replace(B, values["B"]) for part in (first, *others))


@given(st.dictionaries(TEXT, VALUE, max_size=4), TEXT, TEXT)
def test_values_stand_in_the_texts_and_change_nothing_else(document: dict[str, Any], a: str, b: str) -> None:
    values = {"A": a, "B": b}
    assert json.loads(filled_in(as_text(document), values)) == by_hand(document, values)


def test_a_parameter_without_a_value_stays() -> None:
    assert (
        filled_in(as_text({"a": f"{A}-{B}"}), {"A": 'say "hi"\n'}) == '{"a":"say \\"hi\\"\\n-${aws:iot:parameter:B}"}'
    )


def test_what_a_value_says_is_not_filled_in_again() -> None:
    assert json.loads(filled_in(as_text({"a": A}), {"A": B, "B": "no"})) == {"a": B}


def test_names_are_found_wherever_texts_are() -> None:
    text = as_text({"a": [A, {"b": f"x{B}{A}"}], "${aws:iot:parameter:C-d}": 1, "e": "${aws:iot:parameter:}"})
    assert names_in(text) == ["A", "B", "C-d", ""]


@pytest.mark.parametrize(
    ("text", "value", "made"),
    [
        (f"{A}", "${aws:iot:package:a}", False),  # by itself: that is another rule's business
        (f"${A}", "{aws:iot:s3-presigned-url:https://x}", True),
        (f"{A}{A}", "x", False),
        (f"${{aw{A}:iot:package:a}}", "s", True),
        ("${aws:iot:s3-presigned-url:https://s3.amazonaws.com/b/" + A + "}", "k", False),
    ],
)
def test_what_a_value_makes_with_what_stands_beside_it(text: str, value: str, made: bool) -> None:
    assert makes_placeholder(as_text({"a": text}), {"A": value}) is made


def test_a_number_that_json_has_not() -> None:
    with pytest.raises(ValueError, match="JSON"):
        as_text({"a": float("inf")})


def test_values_of_a_run_go_before_defaults() -> None:
    parameters = {"A": {"default": "a"}, "B": {"default": "b", "allowed": ["b", '"""']}, "C": {"required": True}}
    spec = fleet_job({"document": DOCUMENT}, parameters=parameters).spec
    assert values_of(spec, {"B": "x"}) == {"A": "a", "B": "x"}
    assert longest_values(spec) == {"A": "a", "B": '"""', "C": ""}
