"""What moto and botocore work out for each call anew, and what is the same or not looked at in these tests."""

from functools import cache
from typing import Any

import pytest
from botocore.useragent import UserAgentString
from moto import backend_index
from moto.core.serialize import JSONSerializer
from moto.core.utils import method_names_from_class

_USED = ("dynamodb", "stepfunctions")


def install(patch: pytest.MonkeyPatch) -> None:
    """Until the test ends."""
    serialize = JSONSerializer._serialize_type_structure

    def as_it_is(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue":  # moto keeps them as DynamoDB answers them
            serialized[key] = value
        else:
            serialize(serializer, serialized, value, shape, key)

    patch.setattr(JSONSerializer, "_serialize_type_structure", as_it_is)
    patch.setattr("moto.core.responses.method_names_from_class", cache(method_names_from_class))
    patch.setattr(UserAgentString, "to_string", lambda agent: "tests")
    first = sorted(backend_index.backend_url_patterns, key=lambda pattern: pattern[0] not in _USED)
    patch.setattr(backend_index, "backend_url_patterns", first)
