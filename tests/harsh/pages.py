"""Pages as AWS may cut them: empty or short, with a new token, and batches of which a part is left over.

Only an absent token ends a list. GetLogEvents ends with the token that was sent (CloudWatch Logs API Reference); lists
of AWS IoT and ECS "might return fewer results" (API Reference, ListThingsInThingGroup, ListTaskDefinitions); a Query
reads at most 1 MB, filters afterwards, and may give a last key although nothing follows (DynamoDB Developer Guide,
"Paginating table query results"). BatchGetItem and BatchWriteItem may leave any part over (API Reference,
UnprocessedKeys, UnprocessedItems).
"""

from collections import Counter
from typing import Any

_MARK = "harsh-"
# operation: the parameter and the field with the token, and the list
_TOKENS = {
    "ListTaskDefinitions": ("nextToken", "nextToken", "taskDefinitionArns"),
    "ListTaskDefinitionFamilies": ("nextToken", "nextToken", "families"),
    "ListTasks": ("nextToken", "nextToken", "taskArns"),
    "ListExecutions": ("nextToken", "nextToken", "executions"),
    "ListRules": ("NextToken", "NextToken", "Rules"),
    "ListEventBuses": ("NextToken", "NextToken", "EventBuses"),
    "ListSchedules": ("NextToken", "NextToken", "Schedules"),
    "ListThingGroups": ("nextToken", "nextToken", "thingGroups"),
    "ListJobs": ("nextToken", "nextToken", "jobs"),
    "ListJobExecutionsForJob": ("nextToken", "nextToken", "executionSummaries"),
    "ListThingsInThingGroup": ("nextToken", "nextToken", "things"),
    "SearchIndex": ("nextToken", "nextToken", "things"),
    "GetLogEvents": ("nextToken", "nextForwardToken", "events"),
}
_BATCHES = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}


class Pages:
    """Answers each page of the lists above first empty, and reads at most `most` items in a Query. Counts in `seen`."""

    def __init__(self, seen: Counter[str], most: int = 2, leave: frozenset[str] = frozenset()) -> None:
        self._seen = seen
        self._most = most
        self._leave = leave  # operations whose pages stay as they are

    def install(self, client: Any) -> None:
        """Cut the pages of a client."""
        client.meta.events.register_first("before-parameter-build", self._ask)
        client.meta.events.register("after-call", self._cut)

    def _ask(self, params: Any, model: Any, context: Any, **_: Any) -> None:
        if model.name in self._leave:
            return
        if model.name == "Query":
            params["Limit"] = min(params.get("Limit", self._most), self._most)
        elif model.name in _BATCHES:
            params["RequestItems"], context[_MARK] = _halves(params["RequestItems"])
        elif model.name in _TOKENS and params.get("startFromHead", True):  # forward: the other way has its own token
            name = _TOKENS[model.name][0]
            token = context[_MARK] = str(params.get(name, ""))
            if token.startswith(_MARK):
                params[name] = token.removeprefix(_MARK)
                if not params[name]:
                    del params[name]

    def _cut(self, parsed: Any, model: Any, context: Any, **_: Any) -> None:
        if _MARK not in context or "Error" in parsed:
            return
        left: Any = context.pop(_MARK)
        if model.name in _BATCHES:
            self._seen["batches left over in part"] += bool(left)
            parsed[_BATCHES[model.name]] = left
            return
        token, found = _TOKENS[model.name][1:]
        if not left.startswith(_MARK):
            self._seen["empty pages"] += 1
            parsed[found], parsed[token] = [], f"{_MARK}{left}"
        elif model.name == "GetLogEvents" and parsed[token] == left.removeprefix(_MARK):
            parsed[token] = left  # the end: the token that was sent


def _halves(requests: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first half of the items of a batch, and the rest."""
    now: dict[str, Any] = {}
    later: dict[str, Any] = {}
    for table, asked in requests.items():
        items = asked if isinstance(asked, list) else asked["Keys"]
        half = (len(items) + 1) // 2
        for part, some in ((now, items[:half]), (later, items[half:])):
            if some:
                part[table] = some if isinstance(asked, list) else {**asked, "Keys": some}
    return now, later
