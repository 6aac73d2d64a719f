"""The six functions, each with the handler that it starts at and no more rights than its calls need."""

from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import function_permissions as permissions
from infra.dead_letters import Queues
from infra.platform_function import Common, Entry, Patience, platform_function
from infra.runner import Runner
from infra.schedules import Schedules
from infra.storage import Storage


class Functions(Construct):
    """api serves people; the others serve events, which they may be handed more than once.

    The schedules stand among them: they fire `dispatch`, and are kept by `api` and `sweep`.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, common: Common, storage: Storage, runner: Runner
    ) -> None:
        super().__init__(scope, construct_id)
        missed, name = common.queues.missed_firings, common.settings.stack_name
        dispatch = Entry(
            handler="functions.events.dispatch.handler",
            allowed=permissions.dispatch(storage, runner),
            patience=Patience(gives_up_to=missed),
        )
        self.dispatch = platform_function(self, "Dispatch", common=common, entry=dispatch)
        self.schedules = Schedules(self, "Schedules", name=name, dispatch=self.dispatch, missed=missed)
        entries = _on_runs(storage, runner, common.queues) | _on_schedules(storage, runner, missed, self.schedules)
        made = {name: platform_function(self, name, common=common, entry=entry) for name, entry in entries.items()}
        self.api, self.settle, self.track = made["Api"], made["Settle"], made["Track"]
        self.missed, self.sweep = made["Missed"], made["Sweep"]


def _on_runs(storage: Storage, runner: Runner, queues: Queues) -> dict[str, Entry]:
    """Those that hear of runs."""
    patience = Patience(gives_up_to=queues.dead_letters)
    settle, track = permissions.settle(storage, runner), permissions.track(storage)
    return {
        "Settle": Entry(handler="functions.events.settle.handler", allowed=settle, patience=patience),
        "Track": Entry(handler="functions.events.track.handler", allowed=track, patience=patience),
    }


def _on_schedules(storage: Storage, runner: Runner, missed: sqs.Queue, schedules: Schedules) -> dict[str, Entry]:
    """Those that keep the schedules, and the one that dispatches again."""
    return {
        "Api": Entry(
            handler="functions.api.handler.handler",
            allowed=permissions.api(storage, runner, schedules),
            patience=None,
            environment=schedules.environment,
            memory_size=1024,  # the largest imports of them all, and somebody waits
            timeout=29,  # one second less than an HTTP API waits
        ),
        "Missed": Entry(
            handler="functions.events.missed.handler",
            allowed=permissions.missed(storage, runner, missed),
            patience=None,  # Lambda waits for the answer: which of the batch to keep
        ),
        "Sweep": Entry(
            handler="functions.events.sweep.handler",
            allowed=permissions.sweep(storage, schedules),
            # The next one does the same, and an alarm watches: no second try, and none that waits for its turn.
            patience=Patience(gives_up_to=None, retries=0, minutes=2),
            environment=schedules.environment,
        ),
    }
