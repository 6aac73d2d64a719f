"""Read the tasks of a run, whether it has one or several.

Calls of the API and the tracking of ECS tasks use this. It changes nothing.
"""

from collections.abc import Collection

from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import IndexedTask, Run, RunStatus, only_task
from functions.jobs.ports.runs import TaskStore


def task_at(run: Run, index: int, tasks: TaskStore) -> IndexedTask:
    """The task of a run with this index. A task that has not begun has no attempts."""
    if run.plan.task_count == 1:
        return only_task(run)
    return tasks.get(run.job_id, run.id, index) or IndexedTask(index=index, status=RunStatus.INITIAL)


def page_of_tasks(
    run: Run, request: PageRequest, statuses: Collection[RunStatus], tasks: TaskStore
) -> Page[IndexedTask]:
    """The tasks that have begun and have one of these statuses, by index; raises InvalidTokenError.

    A fleet run has no tasks.
    """
    if run.plan.task_count > 1:
        return tasks.page(run.job_id, run.id, request, statuses)
    if request.cursor:
        raise InvalidTokenError("cursor")
    return Page([only_task(run)] if run.status in statuses and not run.plan.fleet else [], None)
