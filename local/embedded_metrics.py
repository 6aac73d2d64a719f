"""Metrics in lines of log (CloudWatch User Guide, "Specification: Embedded metric format")."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


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
