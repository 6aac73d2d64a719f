"""Corrections of CloudWatch Logs: the metrics that lines of log have in them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs

from local.corrections.registry import correction, replace


@correction("logs.metrics")
def metrics() -> None:
    """Give CloudWatch the metrics that are in lines of log.

    MiniStack keeps such lines as any others. AWS makes metrics of them, whoever writes them (CloudWatch User Guide,
    "Embedding metrics within logs").
    """
    append = cloudwatch_logs._append_log_events

    def append_log_events(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        for event in events:
            for one in metrics_in(event["message"]):
                key, at = (one.namespace, one.name, dict(one.dimensions)), one.at / 1000
                cloudwatch._store_datum(*key, at, one.unit, None, list(one.values), None, None)

    replace(cloudwatch_logs, _append_log_events=append_log_events)


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """The values of one metric in one line. `at` is in milliseconds since 1970."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    unit: str
    at: int
    values: tuple[float, ...]


def metrics_in(line: str) -> Iterator[Metric]:
    """Yield the metrics of a line; none if it is not in the format. Each set of dimensions is a metric of its own."""
    root = _object(line)
    about = root.get("_aws")
    if not isinstance(about, dict):
        return
    for directive in about["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                value = root[metric["Name"]]
                yield Metric(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    dimensions={name: root[name] for name in names},
                    unit=metric.get("Unit", "None"),
                    at=about["Timestamp"],
                    values=tuple(value) if isinstance(value, list) else (value,),
                )


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
