"""All corrections of AWS IoT, in the order in which they build on each other."""

import socket

from local.corrections import (
    iot_access,
    iot_clock,
    iot_disconnects,
    iot_group_lists,
    iot_groups,
    iot_index,
    iot_listener,
    iot_replies,
    iot_requests,
    iot_retries,
    iot_rollouts,
    iot_rules,
    iot_schedules,
    iot_sql,
    iot_steps,
    iot_template_jobs,
    iot_templates,
    iot_timeouts,
)
from local.iot.timers import Timers
from local.schedules.clock import Clock


def install(clock: Clock, devices: socket.socket) -> Timers:
    """Correct IoT, which serves devices on this socket; what becomes due by itself is the timers'."""
    iot_clock.install(clock)
    iot_listener.install(devices)
    iot_disconnects.install()
    iot_access.install()
    iot_index.install()
    iot_group_lists.install()
    iot_groups.install()
    iot_sql.install()
    iot_rules.install()
    iot_replies.install()
    iot_rollouts.install()
    iot_retries.install()
    iot_schedules.install(clock)
    iot_requests.install()
    iot_templates.install()
    iot_template_jobs.install()
    iot_timeouts.install()
    iot_steps.install()
    return Timers(clock, [iot_timeouts.due, iot_rollouts.due, iot_schedules.due])
