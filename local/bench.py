"""`make bench`: how long it takes from a trigger to the process, alone and in a burst, and what memory it needs.

The job is one shell command that appends its start time to a file. Tasks run as processes. Only counts are
checked: no run lost, none doubled.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local import cloud, memory
from local.bench_report import Burst, Figures, Single, table
from local.client import Client
from local.errors import LocalCloudError
from local.progress import Progress

SINGLES, BURST, THREADS, READS = 20, 50, 8, 200
PATIENCE = 30.0
JOB = "bench"
RUNS = f"/v1/jobs/{JOB}/runs"


@dataclass(frozen=True)
class Starts:
    """The file that tasks write their run's id and start time to."""

    path: Path

    def command(self) -> str:
        """Return what a task does: it writes one line at once, so that lines of tasks do not mix."""
        return f'echo "$SHIFTWORK_RUN_ID $(date +%s.%N)" >> {self.path}'

    def read(self) -> list[tuple[str, float]]:
        """The run and the time of each start so far."""
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        return [(line.split()[0], float(line.split()[1])) for line in text.splitlines()]

    def wait_for(self, count: int) -> list[tuple[str, float]]:
        """All starts, once there are so many; or what there is when patience ends."""
        give_up = time.monotonic() + PATIENCE
        while len(starts := self.read()) < count and time.monotonic() < give_up:
            time.sleep(0.002)
        return starts


def bench() -> int:
    """Measure, print the table; 0 if every trigger started exactly one process."""
    progress = Progress()
    with cloud.running(tasks="process", progress=progress) as local:
        api, starts = Client(local.api_url), Starts(local.home / "starts")
        _create(api, starts)
        with progress.step(f"{SINGLES} triggers in a row"):
            singles = [_single(api, starts, number) for number in range(SINGLES + 1)][1:]
        with progress.step(f"a burst of {BURST} triggers by {THREADS} threads"):
            burst = _burst(local.api_url, starts)
        used = memory.megabytes(os.getpid())
        figures = Figures(singles, burst, _reads(api, singles[-1].run_id), used)
        print(table(figures, _executions(local, singles)))
    return 0 if burst.exact else 1


def _create(api: Client, starts: Starts) -> None:
    run = {"cpus": 0.25, "mem": 512, "disk": 0, "cmd": starts.command()}
    api("POST", "/v1/jobs", {"id": JOB, "run": run})


def _single(api: Client, starts: Starts, before: int) -> Single:
    """One trigger, and its start; the first one is not counted, as it meets functions that have done nothing yet."""
    called = time.time()
    run_id = api("POST", RUNS, {})["id"]
    answered = time.time()
    found = dict(starts.wait_for(before + 1))
    if run_id not in found:
        raise LocalCloudError(f"the run {run_id} did not start within {PATIENCE:.0f} s")
    return Single(run_id=run_id, called=called, answered=answered, started=found[run_id])


def _burst(url: str, starts: Starts) -> Burst:
    before = len(starts.read())
    clients = [Client(url) for _ in range(THREADS)]
    called = time.time()
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [pool.submit(_triggers, client, BURST, number) for number, client in enumerate(clients)]
        answered = [run_id for share in shares for run_id in share.result()]
    answered_at = time.time()
    began = starts.wait_for(before + BURST)[before:]
    return Burst(
        asked=BURST,
        answered=answered,
        started=[run_id for run_id, _ in began],
        seconds_answered=answered_at - called,
        seconds_started=max((at for _, at in began), default=answered_at) - called,
    )


def _triggers(api: Client, count: int, number: int) -> list[str]:
    """This thread's share of the triggers."""
    return [api("POST", RUNS, {})["id"] for _ in range(number, count, THREADS)]


def _reads(api: Client, run_id: str) -> list[float]:
    seconds = []
    for _ in range(READS):
        begun = time.perf_counter()
        api("GET", f"{RUNS}/{run_id}")
        seconds.append(time.perf_counter() - begun)
    return seconds


def _executions(local: cloud.Cloud, singles: list[Single]) -> list[tuple[float, float]]:
    """Return when each run's execution and its task began, as Step Functions says."""
    states = local.client("stepfunctions")
    prefix = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    told = [states.describe_execution(executionArn=f"{prefix}:{single.run_id}") for single in singles]
    return [(one["startDate"].timestamp(), json.loads(one["output"])["CreatedAt"] / 1000) for one in told]
