"""Hooks in the table: counted, rotated on a condition, listed, deleted with their job."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.hooks import HookTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.table import Table
from functions.jobs.catalog.hooks import JobHooks
from functions.jobs.model.errors import HookLimitError, HookNotFoundError, JobNotFoundError
from functions.jobs.model.hook import Hook, HookSpec, hash_of
from tests.aws.conftest import NOW, changed, delete, make_job

SPEC = HookSpec(description="CI", parameters=("LEVEL", "DAY"), image_tag=True, rate_per_minute=2)


def make_hook(digit: str = "0", spec: HookSpec = SPEC, job_id: str = "team.job") -> Hook:
    """A hook that is not saved yet."""
    return Hook(id=f"{job_id}_{digit * 16}", since=NOW, spec=spec, secret_hash=hash_of("first"), created_at=NOW)


@pytest.fixture
def hooks(jobs: JobTable, table: Table) -> HookTable:
    """The hooks: one."""
    made = HookTable(table)
    made.add(make_hook(), 20)
    return made


def test_a_hook_is_kept_as_it_is(hooks: HookTable) -> None:
    plain = replace(make_hook("1", HookSpec()), rotated_at=NOW, last_used_at=NOW, minute=7, calls=8)
    hooks.add(plain, 20)
    assert [hooks.get(make_hook().id), hooks.get(plain.id)] == [make_hook(), plain]
    assert hooks.all("team.job") == [make_hook(), plain]
    assert (hooks.get(make_hook("2").id), hooks.all("team")) == (None, [])


def test_the_number_of_a_jobs_hooks_is_limited(hooks: HookTable, jobs: JobTable) -> None:
    hooks.add(make_hook("1"), 2)
    with pytest.raises(HookLimitError):
        hooks.add(make_hook("2"), 2)
    assert hooks.delete(make_hook("1"))
    assert not hooks.delete(make_hook("1")), "it is gone, and does not make room once more"
    jobs.update(changed(make_job()), replacing=make_job(), now=NOW)
    hooks.add(make_hook("3"), 2)
    with pytest.raises(HookLimitError):
        hooks.add(make_hook("4"), 2)
    assert [hook.id[-1] for hook in hooks.all("team.job")] == ["0", "3"]


def test_a_hook_belongs_to_one_job_and_not_to_another_of_the_same_id(hooks: HookTable, jobs: JobTable) -> None:
    with pytest.raises(JobNotFoundError):
        hooks.add(make_hook(job_id="no.job"), 20)
    delete(jobs, make_job())
    jobs.create(replace(make_job(), created_at=NOW + timedelta(seconds=1)), None)
    with pytest.raises(JobNotFoundError):
        hooks.add(make_hook("1"), 20)
    assert not hooks.delete(make_hook())


def test_a_hook_is_found_in_its_own_job_only(hooks: HookTable) -> None:
    """A caller who may use the paths of one job gets no hook of another job, even if both were created at once."""
    assert JobHooks(store=hooks).find(make_job(), make_hook().id) == make_hook()
    with pytest.raises(HookNotFoundError):
        JobHooks(store=hooks).find(make_job("team.other"), make_hook().id)


def test_hooks_are_erased_with_their_job(hooks: HookTable, jobs: JobTable) -> None:
    delete(jobs, make_job())
    assert hooks.all("team.job") == []


def test_one_of_two_rotations_at_once_succeeds(hooks: HookTable) -> None:
    first, second = (replace(make_hook(), secret_hash=name, rotated_at=NOW) for name in ("first", "second"))
    assert hooks.rotate(first, replacing=make_hook())
    assert not hooks.rotate(second, replacing=make_hook())
    assert hooks.get(first.id) == first
    assert not hooks.rotate(make_hook("1"), replacing=make_hook("1")), "none is made by it"
    assert hooks.get(make_hook("1").id) is None


def test_calls_are_counted_in_their_minute(hooks: HookTable) -> None:
    hook = make_hook()
    assert hooks.count(hook, 5, NOW)
    assert not hooks.count(hook, 5, NOW), "this minute has begun: who read the hook before reads it again"
    begun = replace(hook, minute=5, calls=1, last_used_at=NOW)
    assert hooks.get(hook.id) == begun
    assert hooks.count(begun, 5, NOW + timedelta(seconds=1))
    assert not hooks.count(begun, 5, NOW), "two a minute"
    assert hooks.get(hook.id) == replace(begun, calls=2, last_used_at=NOW + timedelta(seconds=1))
    assert hooks.count(begun, 6, NOW)
    assert hooks.get(hook.id) == replace(begun, minute=6, calls=1)


def test_a_call_with_a_void_secret_is_not_counted(hooks: HookTable) -> None:
    hook = make_hook()
    rotated = replace(hook, secret_hash=hash_of("other"), rotated_at=NOW)
    hooks.rotate(rotated, replacing=hook)
    assert not hooks.count(hook, 5, NOW)
    hooks.delete(hook)
    assert not hooks.count(rotated, 5, NOW)
    assert hooks.get(hook.id) is None
