"""The process that runs one job: it reads its order, calls the handler, and tells by a file descriptor how it goes."""

import importlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.execution import FAILED, IN_PROGRESS, REJECTED, SUCCEEDED, Execution, Outcome, failure
from shiftwork_agent.jobs.ports import Again
from shiftwork_agent.running.job import Job, saved
from shiftwork_agent.settings.config import Config
from shiftwork_agent.settings.load import parse


@dataclass(frozen=True, slots=True)
class Order:
    """Call `function` with the execution's document."""

    function: str
    execution: Execution
    again: Again | None
    config: Config

    def as_json(self) -> dict[str, Any]:
        """The order in JSON's types."""
        job, again = self.execution, self.again
        return {
            "function": self.function,
            "job": [job.job_id, job.number, job.version, job.document],
            "again": [again.wanted_reboot, again.rebooted] if again else None,
            "config": self.config.source,
            "folder": str(self.config.folder),
        }


def read_order(order: dict[str, Any]) -> Order:
    """The order that `as_json` made."""
    again = Again(*order["again"]) if order["again"] else None
    return Order(order["function"], Execution(*order["job"]), again, parse(order["config"], Path(order["folder"])))


Tell = Callable[[Mapping[str, Any]], None]

_ENDS = {(IN_PROGRESS, "reboot"), (SUCCEEDED, "shutdown"), (SUCCEEDED, None), (FAILED, None), (REJECTED, None)}


def main() -> None:
    """Run the job on standard input."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that handlers clean up after themselves
    channel = os.fdopen(int(sys.argv[-1]), "w")

    def tell(message: Mapping[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    order = read_order(json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_agent, daemon=True).start()
    tell({"ended": asdict(run(order, tell))})


def _end_with_agent() -> None:
    """The agent keeps standard input open; if it dies, nobody is left to end this job, which it begins anew."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def run(order: Order, tell: Tell) -> Outcome:
    """Call the handler; whatever it does becomes an outcome."""
    try:
        answer = _handler(order)(order.execution.document, _job(order, tell))
    except JobError as error:
        return failure(error)
    except Exception as error:  # a handler may raise anything: that is the outcome of its job
        traceback.print_exc()
        return Outcome(FAILED, clean({"errorCode": "ERR_UNEXPECTED", "reason": f"{type(error).__name__}: {error}"}))
    if isinstance(answer, Outcome) and (answer.status, answer.then) in _ENDS:
        return Outcome(answer.status, clean(answer.details), answer.then)
    if answer is None or isinstance(answer, dict):
        return Outcome(SUCCEEDED, clean(answer or {}))
    what = f"Outcome with {answer.status}" if isinstance(answer, Outcome) else type(answer).__name__
    reason = f"The handler returned {what}: return a dict, or nothing"
    return Outcome(FAILED, {"errorCode": "ERR_UNEXPECTED", "reason": reason})


def _handler(order: Order) -> Callable[[Any, Job], object]:
    module, _, name = order.function.partition(":")
    sys.path.insert(0, str(order.config.modules))
    try:
        found: Callable[[Any, Job], object] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        reason = f"The handler {order.function} is not to be found in {order.config.modules}: {error}"
        raise JobError("ERR_UNEXPECTED", reason) from error
    return found


def _job(order: Order, tell: Tell) -> Job:
    again = order.again
    return Job(
        id=order.execution.job_id,
        execution_number=order.execution.number,
        config=order.config,
        resumed=again is not None,
        wanted_reboot=again is not None and again.wanted_reboot,
        rebooted=again is not None and again.rebooted,
        saved=saved(order.config.state, order.execution.key),
        tell=tell,
    )
