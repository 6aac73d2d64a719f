"""Corrections of CloudWatch Logs: the metrics that lines of log have in them."""

from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs

from local.corrections.registry import correction, replace
from local.embedded_metrics import metrics_in


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
