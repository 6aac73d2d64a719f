"""Answers of AWS that the emulators do not give."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def answering(client: Any, operation: str, status: int = 200, **answer: Any) -> Iterator[None]:
    """A client's operation has this answer, and does nothing."""
    service = client.meta.service_model.service_name
    event, response = f"before-call.{service}.{operation}", type("Response", (), {"status_code": status})

    def respond(**_: Any) -> Any:
        return response, answer

    client.meta.events.register(event, respond)
    try:
        yield
    finally:
        client.meta.events.unregister(event, respond)


def refusing(client: Any, operation: str, code: str, message: str = "") -> Any:
    """A client's operation is refused with this error."""
    return answering(client, operation, 400, Error={"Code": code, "Message": message})
