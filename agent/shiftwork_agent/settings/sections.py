"""Each table of the configuration file, with its defaults."""

import re
from pathlib import Path

from shiftwork_agent.settings.config import Commands, Connection, Downloads, Handler, Limits, Power, Services, Steps
from shiftwork_agent.settings.table import Table

_THING = re.compile(r"[a-zA-Z0-9:_-]{1,128}")  # ThingName in botocore's model of iot


def connection(table: Table) -> Connection:
    """`[connection]`."""
    thing = table.text("thing", "write the thing's name in AWS IoT")
    if thing and not _THING.fullmatch(thing):
        table.problems.append(f"connection.thing is {thing!r}: a thing's name has 1 to 128 of a-z A-Z 0-9 : _ -")
    endpoint = table.text("endpoint", "write what `aws iot describe-endpoint --endpoint-type iot:Data-ATS` answers")
    if "/" in endpoint:
        table.problems.append(f"connection.endpoint is {endpoint!r}: write the host's name only, without https://")
    return Connection(
        endpoint=endpoint,
        thing=thing,
        client_id=table.text("client_id", "write the MQTT client id, or leave it out", thing or "-"),
        certificate=table.path("certificate", "write the path of the device's certificate, a PEM file"),
        key=table.path("key", "write the path of the device's private key, a PEM file"),
        ca=table.path("ca", "write the path of AmazonRootCA1.pem, or leave it out") if table.has("ca") else None,
        port=table.number("port", 8883, 1, 65535),
        keep_alive_seconds=table.number("keep_alive_seconds", 60, 30, 1200),
        answer_seconds=table.number("answer_seconds", 30, 2, 300),
    )


def limits(table: Table) -> Limits:
    """`[limits]`."""
    return Limits(
        job_seconds=table.number("job_seconds", 3600, 1, 604_800),
        end_seconds=table.number("end_seconds", 10, 0, 600),
        report_seconds=table.number("report_seconds", 5, 1, 3600),
        heartbeat_seconds=table.number("heartbeat_seconds", 60, 2, 3600),
        output_characters=table.number("output_characters", 1024, 0, 1024),
        download_bytes=table.number("download_bytes", 1024**3, 1, 1024**4),
    )


def commands(table: Table) -> Commands:
    """`[commands]`."""
    return Commands(allow=table.texts("allow"), shell=table.flag("shell"))


def steps(table: Table) -> Steps:
    """`[steps]`."""
    return Steps(handlers=table.path("handlers", "write a folder", "handlers"), users=table.texts("users"))


def downloads(table: Table) -> Downloads:
    """`[downloads]`."""
    return Downloads(folders=table.paths("folders"), http=table.flag("http"))


def services(table: Table) -> Services:
    """`[services]`."""
    return Services(allow=table.texts("allow"), command=table.command("command", ("systemctl",)))


def power(table: Table) -> Power:
    """`[power]`."""
    return Power(
        reboot=table.command("reboot", ("systemctl", "reboot")),
        shutdown=table.command("shutdown", ("systemctl", "poweroff")),
        boot_id=table.path("boot_id", "write a file", "/proc/sys/kernel/random/boot_id"),
    )


def handler(table: Table) -> Handler:
    """`[handlers.NAME]`."""
    function = table.text("function", 'write module:function, as "valves:close"')
    if function and not re.fullmatch(r"[\w.]+:\w+", function):
        table.problems.append(f'{table.name}.function is {function!r}: write module:function, as "valves:close"')
    return Handler(
        function=function,
        restart="again" if table.choice("restart", "fail", ("again", "fail")) == "again" else "fail",
        seconds=table.number("seconds", 3600, 1, 604_800) if table.has("seconds") else None,
    )


def modules(table: Table) -> Path:
    """The folder of the modules that handlers are functions of."""
    return table.path("modules", "write a folder", "handlers")
