"""AWS's own job templates: which they are, and what they take as the values of their parameters."""

import unicodedata
from collections.abc import Iterator

from functions.jobs.errors import Problem

MAX_VALUE = 30_720  # characters (AWS IoT API Reference, CreateJob: documentParameters)


def is_managed(template: str) -> bool:
    """Whether this is the ARN of a job template of AWS's own: they belong to no account."""
    return template.split(":")[4] == ""


def template_value_problems(value: str, path: str) -> Iterator[Problem]:
    """What IoT does not take as the value of a template's parameter."""
    if not 1 <= len(value) <= MAX_VALUE:
        words = f"has {len(value)} characters, and IoT takes 1 to {MAX_VALUE} for a template's parameter."
        yield Problem(path, words)
    if any(unicodedata.category(character).startswith("C") for character in value):
        yield Problem(path, "holds a control character, which IoT does not take for a template's parameter.")
