"""What moto lacks of EventBridge: the judgement of event patterns, which MiniStack has."""

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend
from moto.events.responses import EventsHandler


def install() -> None:
    """TestEventPattern answers, and PutRule refuses, as EventBridge does; whether the event fits is not said."""
    put_rule = EventsBackend.put_rule

    def test_event_pattern(self: Any) -> tuple[str, Any]:
        _judge(self._get_param("EventPattern"))
        return json.dumps({"Result": False}), self.response_headers

    def judged_put_rule(self: Any, name: str, *args: Any, **more: Any) -> Any:
        _judge(more["event_pattern"])
        return put_rule(self, name, *args, **more)

    EventsHandler.test_event_pattern, EventsBackend.put_rule = test_event_pattern, judged_put_rule  # type: ignore[method-assign,assignment]


def _judge(pattern: str) -> None:
    from ministack.services import eventbridge  # noqa: PLC0415 - takes a moment, and few tests need it

    if reason := eventbridge._event_pattern_error(pattern):
        raise JsonRESTError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")
