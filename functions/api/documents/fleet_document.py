"""What a document says of the document that a fleet job rolls out."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from functions.api.documents.fields import Shape

MAX_DEPTH = 100  # IoT takes more, and what reads such a document on a device perhaps less


def _sound(document: dict[str, Any]) -> dict[str, Any]:
    if _is_deeper(document, MAX_DEPTH):
        raise ValueError(f"is nested more than {MAX_DEPTH} times.")
    try:
        json.dumps(document, allow_nan=False)
    except ValueError as wrong:  # 1e999 is read as infinity
        raise ValueError("holds a number that is too large for JSON: put it into a text.") from wrong
    return document


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in items)


RolledOut = Annotated[dict[str, Any], AfterValidator(_sound)]
# AWS IoT API Reference, CreateJob: documentSource. Amazon S3 User Guide, "Methods for accessing a bucket".
S3Url = Annotated[
    str,
    Field(max_length=1350),
    Shape(
        r"(s3://[a-z0-9.-]+|https://(s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?/[^/?#\s]+|[a-z0-9.-]+\.s3([.-][a-z0-9-]+)?\.amazonaws"
        r"\.com(\.cn)?))/[^?#\s]+",
        "is not the URL of an object in S3, such as https://s3.eu-central-1.amazonaws.com/bucket/key.",
    ),
]
JobTemplateArn = Annotated[
    str,
    Field(max_length=1600),
    Shape(
        r"arn:aws[\w-]*:iot:[a-z0-9-]+:([0-9]{12}:jobtemplate/[a-zA-Z0-9_-]{1,64}|:jobtemplate/[a-zA-Z0-9_.:-]+)",
        "is not the ARN of a job template of AWS IoT.",
    ),
]
# AWS IoT API Reference, CreateJob: documentParameters.
_Name = Annotated[str, Shape(r"[a-zA-Z0-9_-]{1,128}", "must be 1 to 128 letters, digits, '_' and '-'.")]
TemplateParameters = Annotated[dict[_Name, str], Field(json_schema_extra={"additionalProperties": False})]
