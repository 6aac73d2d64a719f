"""What a firing does while a run of the job is active: ALLOW, FORBID, REPLACE, QUEUE."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.aws import clients
from functions.jobs.model.firing import Firing, Occasion
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.ports.runs import FiringStore, Situation
from functions.wiring import platform
from tests.api.conftest import JOB, PATH, RUNS, Call
from tests.api.firings import WITH_LEVEL, active, end, fire, meanwhile, refused, schedule, started
from tests.conftest import ENVIRONMENT

FIRST: dict[str, Any] = {
    "job_id": "team.job",
    "schedule_id": "daily",
    "scheduled_at": datetime(2026, 1, 2, 12, tzinfo=UTC),
}


class Torn:
    """A store that does not see the run when it is first asked."""

    def __init__(self, real: FiringStore) -> None:
        self.real, self.times = real, 0

    def situation(self, occasion: Occasion) -> Situation:
        self.times += 1
        seen = self.real.situation(occasion)
        return replace(seen, run=None) if self.times == 1 else seen


@pytest.fixture(autouse=True)
def job(call: Call) -> None:
    assert call("POST", "/v1/jobs", WITH_LEVEL).status == 201


def test_allow_starts_one_more(call: Call) -> None:
    schedule(call)
    assert [fire(minute) for minute in range(3)] == ["run"] * 3
    assert active(call) == ["12:02", "12:01", "12:00"]


def test_forbid_starts_none_while_one_is_active_and_says_so(call: Call) -> None:
    schedule(call, "FORBID")
    manual = call("POST", RUNS).json
    assert [fire(), fire()] == ["ACTIVE_RUN", "nothing to do"], "the second time it is known"
    (skip,) = call("GET", f"{PATH}/skips").json
    assert skip | {"scheduleId": "daily", "scheduledAt": "2026-01-02T12:00:00.000+0000", "reason": "ACTIVE_RUN"} == skip
    assert manual["id"] in skip["message"]
    end(manual)
    assert fire() == "nothing to do", "a firing that was skipped stays so"
    assert fire(1) == "run"
    assert call("POST", RUNS).status == 201, "a call ignores the policy"
    assert call("GET", f"{PATH}?embed=historySummary").json["historySummary"]["skipCount"] == 1


def test_replace_stops_what_is_active(call: Call) -> None:
    schedule(call, "REPLACE")
    manual = call("POST", RUNS).json
    assert [fire(), fire(2)] == ["run", "run"]
    assert active(call) == ["12:02"]
    replaced = call("GET", f"{RUNS}/{manual['id']}").json
    assert (replaced["status"], replaced["reason"]) == ("FAILED", "STOPPED")
    assert "schedule daily" in replaced["message"]
    assert fire(1) == "SUPERSEDED", "it comes late: the run of a later firing stays"
    assert active(call) == ["12:02"]


def test_replace_stops_also_what_is_about_to_start(call: Call) -> None:
    schedule(call, "REPLACE")
    with meanwhile("StartExecution", lambda: fire(1)):
        fire()
    assert active(call) == ["12:01"]
    executions = clients.stepfunctions().list_executions(stateMachineArn=ENVIRONMENT["STATE_MACHINE_ARN"])["executions"]
    assert sorted(execution["status"] for execution in executions) == ["ABORTED", "RUNNING"]


def test_a_firing_that_sees_its_own_run_among_the_active_ones_reads_again(call: Call) -> None:
    """A batch is no snapshot: the run may have been put between the reading of its item and that of the state."""
    schedule(call, "REPLACE")
    fire()
    made = platform().dispatcher
    torn = Torn(made.firings)
    seen = replace(made, firings=torn).dispatch_firing(Firing(**FIRST), datetime.now(UTC))  # type: ignore[arg-type]
    assert isinstance(seen, Run)
    assert torn.times == 2
    assert active(call) == ["12:00"]


def test_queue_lets_one_wait_and_the_latest_wins(call: Call) -> None:
    schedule(call, "QUEUE")
    assert [fire(minute) for minute in (0, 1, 3, 2, 3)] == ["run", "waits", "waits", "SUPERSEDED", "waits"]
    skipped = [skip["scheduledAt"][11:16] for skip in call("GET", f"{PATH}/skips").json]
    assert skipped == ["12:02", "12:01"]
    assert active(call) == ["12:00"]
    waiting = call("GET", f"{PATH}?embed=activeRuns").json["waitingFiring"]
    scheduled_at = "2026-01-02T12:03:00.000+0000"
    run_id = Firing(job_id="team.job", schedule_id="daily", scheduled_at=datetime.fromisoformat(scheduled_at)).run_id
    assert waiting == {"scheduleId": "daily", "scheduledAt": scheduled_at, "runId": run_id}
    (first,) = call("GET", RUNS).json
    for _ in range(2):  # the news may come twice
        end(first, "FAILED")
    assert active(call) == ["12:03"]
    (second,) = call("GET", RUNS).json
    end(second)
    assert active(call) == []
    assert fire(4) == "run", "nothing waits any more"


def test_a_firing_about_to_wait_starts_if_what_it_waits_for_ends(call: Call) -> None:
    schedule(call, "QUEUE")
    fire()
    (first,) = call("GET", RUNS).json
    with meanwhile("TransactWriteItems", lambda: end(first)):
        assert fire(1) == "run"
    assert fire(2) == "waits"
    (second,) = call("GET", RUNS).json
    success = Outcome(status=RunStatus.SUCCESS)
    runs = platform().runs
    with meanwhile("TransactWriteItems", lambda: runs.settle("team.job", second["id"], success, datetime.now(UTC))):
        assert fire(3) == "run", "it took the place of the one that settle would have started"


def test_what_settling_could_not_start_is_started_when_the_news_comes_again(call: Call) -> None:
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    (first,) = call("GET", RUNS).json
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        end(first)
    (second,) = call("GET", RUNS).json
    assert not started(second)
    end(first)
    assert started(second)


def test_what_waits_for_a_run_without_an_execution_is_started_when_that_is_stopped(call: Call) -> None:
    schedule(call, "QUEUE")
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        fire()
    assert fire(1) == "waits"
    (stuck,) = call("GET", RUNS).json
    assert call("POST", f"{RUNS}/{stuck['id']}/actions/stop").json["reason"] == "STOPPED"
    end(stuck, "ABORTED")  # it was started to be aborted, so that Step Functions tells of its end
    assert active(call) == ["12:01"]


def test_what_waits_is_withdrawn_with_its_schedule(call: Call) -> None:
    schedule(call, "QUEUE")
    fire()
    fire(1)
    schedule(call, "QUEUE", enabled=False)
    end(call("GET", RUNS).json[0])
    assert active(call) == []
    assert [skip["reason"] for skip in call("GET", f"{PATH}/skips").json] == ["WITHDRAWN"]


def test_a_run_that_ends_and_goes_while_it_is_replaced_costs_no_firing(call: Call) -> None:
    """As of a job that keeps none of its runs."""
    call("POST", "/v1/jobs", JOB)
    schedule(call, "REPLACE")
    fire()
    (first,) = call("GET", RUNS).json

    def ends_and_goes() -> None:
        end(first)
        assert call("DELETE", f"{RUNS}/{first['id']}").status == 200

    with meanwhile("StopExecution", ends_and_goes):
        assert fire(1) == "run"
    assert active(call) == ["12:01"]


def test_a_firing_that_waited_longer_than_its_deadline_is_started_also_at_the_second_try(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    (first,) = call("GET", RUNS).json
    schedule(call, "QUEUE", startingDeadlineSeconds=60)
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        end(first)
    (second,) = call("GET", RUNS).json
    assert not started(second)
    assert fire(1) == "run"
    assert started(second)
    assert call("GET", f"{RUNS}/{second['id']}").json["status"] == "INITIAL"
