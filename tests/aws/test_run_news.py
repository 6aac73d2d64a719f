"""Reports about runs: their ends, and the states of their attempts."""

from dataclasses import replace

from functions.aws import clients
from functions.aws.table.jobs import JobTable
from functions.aws.table.run_items import attempt_values, item_of
from functions.aws.table.runs import RunTable
from functions.aws.table.table import pack
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.outcome import Ending, Outcome, outcome_of
from functions.jobs.model.run import Attempt, Reason, RunStatus, TaskStatus
from tests.aws.conftest import NOW, RUN, SUCCESS


def report(status: TaskStatus, version: int) -> TaskReport:
    attempt = Attempt(number=1, version=version, task_arn="arn:task/1", status=status, started_at=NOW)
    return TaskReport("team.job", RUN.id, attempt, None)


def test_settling_ends_counts_and_frees_once(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    assert runs.settle("team.job", RUN.id, SUCCESS, NOW)
    assert not runs.settle("team.job", RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED), NOW)
    state = jobs.states(["team.job"])["team.job"]
    assert (state.active, state.successes, state.failures, state.last_success_at) == (frozenset(), 1, 0, NOW)
    settled = runs.get("team.job", RUN.id)
    assert settled is not None
    assert (settled.status, settled.completed_at, settled.exit_code) == (RunStatus.SUCCESS, NOW, 0)


def test_a_failure_keeps_its_reason_text_and_attempt(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    outcome = replace(
        outcome_of(Ending(status="FAILED", error="AmazonECS.Unknown", cause="no capacity")),
        attempt=report(TaskStatus.FAILED, 5).attempt,
    )
    assert runs.settle("team.job", RUN.id, outcome, NOW)
    settled = runs.get("team.job", RUN.id)
    assert settled is not None
    assert (settled.reason, settled.message) == (Reason.START_FAILED, "AmazonECS.Unknown: no capacity")
    assert settled.attempts == {1: outcome.attempt}
    assert jobs.states(["team.job"])["team.job"].failures == 1


def test_settling_a_deleted_run_changes_nothing(jobs: JobTable, runs: RunTable) -> None:
    assert not runs.settle("team.job", "gone", SUCCESS, NOW)
    assert jobs.states(["team.job"])["team.job"].successes == 0


def test_news_moves_a_run_forward_and_never_back(runs: RunTable) -> None:
    runs.put(RUN, None)
    heard = [
        (TaskStatus.STARTING, 2, True, RunStatus.STARTING),
        (TaskStatus.RUNNING, 3, True, RunStatus.ACTIVE),
        (TaskStatus.RUNNING, 3, False, RunStatus.ACTIVE),
        (TaskStatus.STARTING, 2, False, RunStatus.ACTIVE),
    ]
    for task_status, version, is_news, run_status in heard:
        assert runs.track(report(task_status, version)) is is_news
        run = runs.get("team.job", RUN.id)
        assert run is not None
        assert run.status is run_status


def test_news_after_the_end_only_completes_the_attempt(runs: RunTable) -> None:
    runs.put(RUN, None)
    runs.track(report(TaskStatus.RUNNING, 3))
    runs.settle("team.job", RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED), NOW)
    assert runs.track(report(TaskStatus.KILLED, 6))
    assert not runs.track(report(TaskStatus.RUNNING, 4))
    run = runs.get("team.job", RUN.id)
    assert run is not None
    assert (run.status, run.attempts[1].status) == (RunStatus.FAILED, TaskStatus.KILLED)


def test_news_of_an_unknown_run_is_not_kept(runs: RunTable) -> None:
    assert not runs.track(report(TaskStatus.RUNNING, 3))
    assert runs.get("team.job", RUN.id) is None


def test_a_run_with_the_most_attempts_fits_into_its_item(runs: RunTable) -> None:
    """Each has a message of ECS as long as those about secrets. DynamoDB takes 400 KB."""
    message = "ResourceInitializationError: unable to pull secrets or registry auth: " + 1000 * "x"
    failed = Attempt(
        number=1,
        version=5,
        task_arn=f"arn:aws:ecs:eu-central-1:123456789012:task/{'c' * 60}/{'0' * 32}",
        status=TaskStatus.FAILED,
        cpu=16384,
        memory=122880,
        started_at=NOW.replace(microsecond=1),
        stopped_at=NOW.replace(microsecond=1),
        exit_code=255,
        reason=Reason.START_FAILED,
        message=message,
    )
    attempts = {str(number): attempt_values(replace(failed, number=number)) for number in range(1, 500)}
    runs.put(RUN, None)
    clients.dynamodb().put_item(TableName="shiftwork", Item=pack(item_of(RUN) | {"attempts": attempts}))
    last = replace(failed, number=500)
    assert runs.track(TaskReport("team.job", RUN.id, last, None))
    outcome = Outcome(status=RunStatus.FAILED, reason=Reason.START_FAILED, message=message, attempt=last)
    assert runs.settle("team.job", RUN.id, outcome, NOW)
    run = runs.get("team.job", RUN.id)
    assert run and run.message == message
    shown = run.attempts[500].message
    assert shown and len(shown) > 200 and message.startswith(shown.removesuffix("..."))
