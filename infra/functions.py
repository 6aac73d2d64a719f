"""The functions, each with the handler that it starts at and no more rights than its calls need."""

from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import fleet_permissions as fleets
from infra import function_permissions as permissions
from infra.events import EventRules, StatusEvents
from infra.fleet import Fleet, switch_events_on
from infra.platform_function import Common, Entry, Patience, platform_function
from infra.queues import Queues
from infra.runner import Runner
from infra.schedules import Schedules
from infra.storage import Storage


class Functions(Construct):
    """api serves people; the others serve events, which they may be handed more than once.

    The schedules stand among them: they fire `dispatch`, and are kept by `api` and `sweep`. So do the rules of jobs'
    events, which hand them to `react`, those of IoT, which hand the news of devices to `follow`, and the bus of status
    events, on which `publish` tells what the table's stream says.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, common: Common, storage: Storage, runner: Runner
    ) -> None:
        super().__init__(scope, construct_id)
        missed, name = common.queues.missed_firings, common.settings.stack_name
        dispatch = Entry(
            handler="functions.events.dispatch.handler",
            allowed=[*permissions.dispatch(storage, runner), *fleets.cancel(runner)],
            patience=Patience(gives_up_to=missed),
        )
        self.dispatch = platform_function(self, "Dispatch", common=common, entry=dispatch)
        self.schedules = Schedules(self, "Schedules", name=name, dispatch=self.dispatch, missed=missed)
        letters = common.queues.dead_letters
        react = platform_function(self, "React", common=common, entry=_react(storage, runner, letters))
        rules = EventRules(self, "EventRules", name=name, react=react, dead_letters=letters)
        entries = _on_runs(storage, runner, common.queues)
        entries |= _on_schedules(storage, runner, missed, self.schedules, rules)
        self.status_events = StatusEvents(self, "StatusEvents", name=name)
        entries["Publish"] = _publish(storage, self.status_events, common.queues)
        entries |= _on_fleets(storage, runner, common)
        made = {name: platform_function(self, name, common=common, entry=entry) for name, entry in entries.items()}
        self.api, self.settle, self.track = made["Api"], made["Settle"], made["Track"]
        self.missed, self.sweep = made["Missed"], made["Sweep"]
        Fleet(self, "Fleet", prefix=runner.family_prefix, follow=made["Follow"], dead_letters=letters)
        switch_events_on(self, "EventsOn", by=made["JobEvents"])
        self.status_events.published_by(made["Publish"], storage.table, common.queues.dead_letters)


def _on_runs(storage: Storage, runner: Runner, queues: Queues) -> dict[str, Entry]:
    """Those that hear of runs."""
    patience = Patience(gives_up_to=queues.dead_letters)
    settle, track = permissions.settle(storage, runner), permissions.track(storage, runner)
    return {
        "Settle": Entry(handler="functions.events.settle.handler", allowed=settle, patience=patience),
        "Track": Entry(handler="functions.events.track.handler", allowed=track, patience=patience),
    }


def _on_fleets(storage: Storage, runner: Runner, common: Common) -> dict[str, Entry]:
    """Those of fleet runs: who makes an IoT job, who hears of it, and who has IoT tell of it."""
    patience = Patience(gives_up_to=common.queues.dead_letters)
    return {
        "RollOut": Entry(
            handler="functions.events.roll_out.handler",
            allowed=fleets.roll_out(storage, runner, common.settings.document_buckets),
            patience=None,  # the state machine waits for its answer, and tries again
            timeout=900,  # to put 10,000 things into a group, which IoT throttles
            name=runner.roll_out_name,
        ),
        "Follow": Entry(
            handler="functions.events.follow.handler", allowed=fleets.follow(storage, runner), patience=patience
        ),
        "JobEvents": Entry(
            handler="functions.events.job_events.handler",
            allowed=fleets.switch_events(),
            patience=patience,
            timeout=120,  # it answers CloudFormation also where IoT does not answer it, for all its tries
        ),
    }


def _publish(storage: Storage, status: StatusEvents, queues: Queues) -> Entry:
    """The one that tells of changes."""
    return Entry(
        handler="functions.events.publish.handler",
        allowed=permissions.publish(storage, status.bus, queues.dead_letters),
        patience=None,  # Lambda waits for the answer: from which record on to come again
        environment={"EVENT_BUS_NAME": status.bus.event_bus_name},
    )


def _react(storage: Storage, runner: Runner, dead_letters: sqs.Queue) -> Entry:
    """The one that hears of events."""
    return Entry(
        handler="functions.events.react.handler",
        allowed=permissions.react(storage, runner),
        patience=Patience(gives_up_to=dead_letters),
    )


def _on_schedules(
    storage: Storage, runner: Runner, missed: sqs.Queue, schedules: Schedules, rules: EventRules
) -> dict[str, Entry]:
    """Those that keep the schedules and the rules of events, and the one that dispatches again."""
    kept = {**schedules.environment, **rules.environment}
    return {
        "Api": Entry(
            handler="functions.api.handler.handler",
            allowed=[*permissions.api(storage, runner, schedules, rules), *fleets.serve(runner)],
            patience=None,
            environment=kept,
            memory_size=1024,  # the largest imports of them all, and somebody waits
            timeout=29,  # one second less than an HTTP API waits
        ),
        "Missed": Entry(
            handler="functions.events.missed.handler",
            allowed=[*permissions.missed(storage, runner, missed), *fleets.cancel(runner)],
            patience=None,  # Lambda waits for the answer: which of the batch to keep
        ),
        "Sweep": Entry(
            handler="functions.events.sweep.handler",
            allowed=[*permissions.sweep(storage, runner, schedules, rules), *fleets.tend(runner)],
            # The next one does the same, and an alarm watches: no second try, and none that waits for its turn.
            patience=Patience(gives_up_to=None, retries=0, minutes=2),
            timeout=110,  # ten seconds less than until the next one
            environment=kept,
        ),
    }
