"""All corrections of AWS IoT, in the order in which they build on each other."""

import socket

from local.corrections.iot import access as iot_access
from local.corrections.iot import clock as iot_clock
from local.corrections.iot import disconnects as iot_disconnects
from local.corrections.iot import group_lists as iot_group_lists
from local.corrections.iot import groups as iot_groups
from local.corrections.iot import index as iot_index
from local.corrections.iot import listener as iot_listener
from local.corrections.iot import replies as iot_replies
from local.corrections.iot import requests as iot_requests
from local.corrections.iot import retries as iot_retries
from local.corrections.iot import rollouts as iot_rollouts
from local.corrections.iot import rules as iot_rules
from local.corrections.iot import schedules as iot_schedules
from local.corrections.iot import sql as iot_sql
from local.corrections.iot import steps as iot_steps
from local.corrections.iot import template_jobs as iot_template_jobs
from local.corrections.iot import templates as iot_templates
from local.corrections.iot import timeouts as iot_timeouts
from local.corrections.iot.timers import Timers
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
