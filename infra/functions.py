"""The four functions, each with the handler that it starts at and no more rights than its calls need."""

from constructs import Construct

from infra import function_permissions as permissions
from infra.platform_function import Common, Entry, platform_function
from infra.runner import Runner
from infra.storage import Storage


class Functions(Construct):
    """api serves people; dispatch, settle and track serve events, which they may be handed more than once."""

    def __init__(
        self, scope: Construct, construct_id: str, *, common: Common, storage: Storage, runner: Runner
    ) -> None:
        super().__init__(scope, construct_id)
        api = Entry(
            handler="functions.api.handler.handler",
            allowed=permissions.api(storage, runner),
            memory_size=1024,  # the largest imports of the four, and somebody waits
            timeout=29,  # one second less than an HTTP API waits
            on_events=False,
        )
        dispatch = Entry(handler="functions.events.dispatch.handler", allowed=permissions.dispatch(storage, runner))
        settle = Entry(handler="functions.events.settle.handler", allowed=permissions.settle(storage, runner))
        track = Entry(handler="functions.events.track.handler", allowed=permissions.track(storage))
        self.api = platform_function(self, "Api", common=common, entry=api)
        self.dispatch = platform_function(self, "Dispatch", common=common, entry=dispatch)
        self.settle = platform_function(self, "Settle", common=common, entry=settle)
        self.track = platform_function(self, "Track", common=common, entry=track)
