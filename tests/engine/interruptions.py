"""Faults: what may happen to a function at one of its calls of AWS."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from functions.aws import clients


class Kind(Enum):
    """The kinds of faults."""

    KILLED = "killed before a call"
    REFUSED = "refused a call"
    LOST = "without the answer of a call that took effect"
    REPEATED = "made to call twice by the SDK"
    DOUBLED = "overtaken by its double"
    RIVALLED = "overtaken by another firing"
    CALLED = "overtaken by another call"
    OUTRUN = "overtaken by another call and by its double, whose runs have ended"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at one call: by its number, counted from 1, or at the first call with this name."""

    kind: Kind
    call: int | str


class KilledError(BaseException):
    """The function was killed. Nothing in it can catch this."""


class RefusedError(ClientError):
    """AWS had an internal error, and did nothing."""


class LostError(ReadTimeoutError):
    """AWS carried out the call, but the answer was lost."""


OVERTAKING = (Kind.DOUBLED, Kind.CALLED, Kind.OUTRUN, Kind.RIVALLED)
_READ = ("Get", "BatchGet", "Query", "Describe", "List", "Search")
Answering = Callable[[Any, dict[str, Any]], object]


def faults(calls: list[str], overtaking: Iterable[Kind]) -> Iterator[Fault]:
    """The faults that make a difference to an operation with these calls.

    `overtaking` are the kinds of other processes that may come in between.

    For a call that only reads, a kill has the same effect as before the next write, a lost answer has the effect of a
    refusal, and a repetition has none. DynamoDB recognizes a repeated transaction by its token (API Reference,
    TransactWriteItems); moto does not. Another process does most harm when everything is read and nothing written.
    """
    writes = [(number, name) for number, name in enumerate(calls, 1) if not name.startswith(_READ)]
    yield from (Fault(Kind.REFUSED, number) for number in range(1, len(calls) + 1))
    for number, name in writes:
        yield Fault(Kind.KILLED, number)
        yield Fault(Kind.LOST, number)
        if name != "TransactWriteItems":
            yield Fault(Kind.REPEATED, number)
    for number, _ in writes:
        yield from (Fault(kind, number) for kind in overtaking)


def is_in_memory(model: Any) -> bool:
    """Whether a call is answered in memory. botocore then cannot repeat it."""
    return str(model.service_model.service_name) == "iot" or str(model.name).startswith("SendTask")


class Interruptions:
    """Makes one armed fault happen, once. `made` has the names of the calls since it was armed.

    `door` answers calls in memory, so that they can be repeated.
    """

    def __init__(self, passing: Callable[[], None], changed: Callable[[], None], door: Answering) -> None:
        self._passing, self._changed, self._door = passing, changed, door
        self._fault: Fault | None = None
        self._rival: Callable[[Kind], object] = id
        self.made: list[str] = []
        self.struck = False
        for client in (clients.dynamodb(), clients.stepfunctions(), clients.ecs(), clients.iot()):
            client.meta.events.register("before-call", self._before)
            client.meta.events.register_first("needs-retry", self._asked)  # type: ignore[arg-type]
            client.meta.events.register("after-call", self._after)

    def arm(self, fault: Fault | None, rival: Callable[[Kind], object] = id) -> None:
        """Arm a fault; `rival` is the other process that overtakes the function."""
        self._fault, self._rival, self.made, self.struck = fault, rival, [], False

    def _strikes(self, name: str, *kinds: Kind) -> Kind | None:
        fault = self._fault
        if fault is None or fault.kind not in kinds or fault.call not in (len(self.made), name):
            return None
        self._fault, self.struck = None, True
        return fault.kind

    def _before(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        self._passing()
        self.made.append(model.name)
        twice = (Kind.REPEATED,) if is_in_memory(model) else ()
        match self._strikes(model.name, Kind.KILLED, Kind.REFUSED, *twice, *OVERTAKING):
            case Kind.KILLED:
                raise KilledError
            case Kind.REFUSED:
                raise RefusedError({"Error": {"Code": "InternalServerError", "Message": ""}}, model.name)
            case Kind.REPEATED:
                self._door(model, context)
            case Kind() as kind:
                self._rival(kind)

    def _asked(self, operation: Any, **_: Any) -> int | None:
        return 0 if self._strikes(operation.name, Kind.REPEATED) else None

    def _after(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(_READ):
            self._changed()
        if self._strikes(model.name, Kind.LOST):
            raise LostError(endpoint_url=model.name)
