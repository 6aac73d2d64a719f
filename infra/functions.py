"""The table of all functions, one row each, and the construct that creates them and connects them to their events.

To add a function of events: its handler in functions/events/, its row below, its permissions in
function_permissions.py, and the construct that calls it.
"""

from collections.abc import Mapping

from constructs import Construct

from infra import function_permissions as permissions
from infra.events import EventRules, StatusEvents
from infra.fleet import Fleet, switch_events_on
from infra.platform_function import Common, Patience, PlatformFunction, Row
from infra.runner import ROLL_OUT, Runner
from infra.schedules import Schedules
from infra.statements import Resources
from infra.storage import Storage

# After two more tries, an event goes to one of the two queues.
THEN_MISSED = Patience(gives_up_to=lambda queues: queues.missed_firings)
THEN_DEAD_LETTER = Patience(gives_up_to=lambda queues: queues.dead_letters)

ANSWER_WITHIN = 180  # seconds, for the function of a custom resource: to answer CloudFormation even if AWS fails


def schedules_and_rules(resources: Resources) -> Mapping[str, str]:
    """Return the environment of a function that writes the schedules and the event rules of jobs."""
    return {**resources.schedules.environment, **resources.rules.environment, **status_bus(resources)}


def status_bus(resources: Resources) -> Mapping[str, str]:
    """Return the environment of a function that publishes status events."""
    return {"EVENT_BUS_NAME": resources.status_bus.event_bus_name}


TABLE = (
    # API Gateway calls it for each request, and a person may wait.
    Row(
        name="Api",
        handler="functions.api.handler.handler",
        permissions=permissions.api,
        patience=None,
        timeout=29,  # one second less than an HTTP API waits
        memory=1024,  # it has the largest imports of all functions
        environment=schedules_and_rules,
    ),
    # EventBridge Scheduler calls it for each firing of a job's schedule.
    Row(
        name="Dispatch",
        handler="functions.events.dispatch.handler",
        permissions=permissions.dispatch,
        patience=THEN_MISSED,
    ),
    # Lambda calls it with the firings that could not be dispatched, and reads from the answer which of them to keep.
    Row(
        name="Missed",
        handler="functions.events.missed.handler",
        permissions=permissions.missed,
        patience=None,
    ),
    # EventBridge calls it for each event that fits the pattern of a job.
    Row(
        name="React",
        handler="functions.events.react.handler",
        permissions=permissions.react,
        patience=THEN_DEAD_LETTER,
    ),
    # EventBridge calls it when the execution of a run ends.
    Row(
        name="Settle",
        handler="functions.events.settle.handler",
        permissions=permissions.settle,
        patience=THEN_DEAD_LETTER,
    ),
    # EventBridge calls it when the task of a run changes. Not traced: see docs/operate.md, "What it costs".
    Row(
        name="Track",
        handler="functions.events.track.handler",
        permissions=permissions.track,
        patience=THEN_DEAD_LETTER,
        traced=False,
    ),
    # EventBridge Scheduler calls it every two minutes. The next sweep does the same work and an alarm watches it, so a
    # failed sweep is not tried again, and none waits.
    Row(
        name="Sweep",
        handler="functions.events.sweep.handler",
        permissions=permissions.sweep,
        patience=Patience(gives_up_to=None, retries=0, minutes=2),
        timeout=110,  # ten seconds less than until the next sweep
        environment=schedules_and_rules,
    ),
    # Lambda calls it with the changes of jobs and runs, and reads from the answer at which record to continue. Not
    # traced, as above.
    Row(
        name="Publish",
        handler="functions.events.publish.handler",
        permissions=permissions.publish,
        patience=None,
        traced=False,
        environment=status_bus,
    ),
    # The state machine of fleet runs calls it, waits for the answer, and tries again itself.
    Row(
        name="RollOut",
        handler="functions.events.roll_out.handler",
        permissions=permissions.roll_out,
        patience=None,
        timeout=900,  # to put 10,000 things into a group, which IoT throttles
        fixed_name=ROLL_OUT,
        of_fleets=True,
    ),
    # IoT calls it when the job of a fleet run changes, or its execution on a device.
    Row(
        name="Follow",
        handler="functions.events.follow.handler",
        permissions=permissions.follow,
        patience=THEN_DEAD_LETTER,
        of_fleets=True,
    ),
    # CloudFormation calls it at a deployment.
    Row(
        name="JobEvents",
        handler="functions.events.job_events.handler",
        permissions=permissions.job_events,
        patience=THEN_DEAD_LETTER,
        timeout=ANSWER_WITHIN,
        of_fleets=True,
    ),
    # CloudFormation calls it at a deployment, before it creates the cluster.
    Row(
        name="LinkEcs",
        handler="functions.events.link_ecs.handler",
        permissions=permissions.link_ecs,
        patience=THEN_DEAD_LETTER,
        timeout=ANSWER_WITHIN,
        comes_first=True,
    ),
)


class Functions(Construct):
    """All functions, and what they share with their callers: schedules, rules of events, the bus of status events."""

    def __init__(
        self, scope: Construct, construct_id: str, *, common: Common, storage: Storage, runner: Runner
    ) -> None:
        super().__init__(scope, construct_id)
        rows = [row for row in TABLE if common.settings.fleets or not row.of_fleets]
        made = {row.name: PlatformFunction(self, row=row, common=common) for row in rows}
        functions = {name: one.function for name, one in made.items()}
        self.api, self.dispatch, self.missed = functions["Api"], functions["Dispatch"], functions["Missed"]
        self.settle, self.track, self.sweep = functions["Settle"], functions["Track"], functions["Sweep"]
        name, queues = common.settings.stack_name, common.queues
        letters = queues.dead_letters
        self.schedules = Schedules(self, "Schedules", name=name, dispatch=self.dispatch, missed=queues.missed_firings)
        rules = EventRules(self, "EventRules", name=name, react=functions["React"], dead_letters=letters)
        self.status_events = StatusEvents(self, "StatusEvents", name=name)
        self.status_events.published_by(functions["Publish"], storage.table, letters)
        if common.settings.fleets:
            Fleet(self, "Fleet", prefix=runner.family_prefix, follow=functions["Follow"], dead_letters=letters)
            switch_events_on(self, "EventsOn", by=functions["JobEvents"])
        runner.make_ecs_role_first(by=functions["LinkEcs"])
        resources = Resources(
            settings=common.settings,
            storage=storage,
            runner=runner,
            queues=queues,
            schedules=self.schedules,
            rules=rules,
            status_bus=self.status_events.bus,
        )
        for one in made.values():
            one.grant(resources)
