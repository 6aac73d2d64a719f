"""What moto lacks of EventBridge: the judgement of event patterns, which MiniStack has."""

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend
from moto.events.responses import EventsHandler


def install() -> None:
    """TestEventPattern answers, and PutRule refuses, as EventBridge does."""
    put_rule = EventsBackend.put_rule

    def test_event_pattern(self: Any) -> tuple[str, Any]:
        pattern, event = self._get_param("EventPattern"), json.loads(self._get_param("Event"))
        _judge(pattern)
        return json.dumps({"Result": _matches(pattern, event)}), self.response_headers

    def judged_put_rule(self: Any, name: str, *args: Any, **more: Any) -> Any:
        _judge(more["event_pattern"])
        return put_rule(self, name, *args, **more)

    EventsHandler.test_event_pattern, EventsBackend.put_rule = test_event_pattern, judged_put_rule  # type: ignore[method-assign,assignment]


def _matches(pattern: str, event: Any) -> bool:
    from ministack.services import eventbridge  # noqa: PLC0415 - as below

    return bool(eventbridge._matches_pattern(pattern, eventbridge._event_from_test_payload(event)))


def _judge(pattern: str) -> None:
    from ministack.services import eventbridge  # noqa: PLC0415 - takes a moment, and few tests need it

    if reason := eventbridge._event_pattern_error(pattern):
        raise JsonRESTError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")
