"""The configuration file: defaults, and a sentence for each fault."""

from pathlib import Path
from typing import Any

import pytest

from shiftwork_agent.errors import ConfigError
from shiftwork_agent.settings.load import load, parse
from tests.agent.configs import CONNECTION, config, source

EXAMPLE = Path(__file__).parents[2] / "agent" / "shiftwork_agent" / "shiftwork-agent.example.toml"


def problems(values: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as error:
        parse(values, Path("/etc"))
    return error.value.problems


def test_the_least(tmp_path: Path) -> None:
    least = config(tmp_path)
    assert least.connection.certificate == tmp_path / "device.pem"
    assert (least.connection.port, least.connection.client_id, least.connection.ca) == (8883, "pump-1", None)
    assert least.operations == {"systemStatus"}
    assert least.commands.allow == ()
    assert least.commands.shell is False


def test_the_example_is_valid() -> None:
    example = load(EXAMPLE)
    assert example.connection.port == 8883
    assert "reboot" in example.operations
    assert example.handlers["customJob"].function == "valves:custom_job"


def test_everything_that_is_missing_is_told_at_once() -> None:
    told = problems({})
    assert [line.split(":")[0] for line in told] == [
        "connection.thing",
        "connection.endpoint",
        "connection.certificate",
        "connection.key",
    ]
    assert "describe-endpoint" in told[1]


@pytest.mark.parametrize(
    ("table", "value", "told"),
    [
        ("limits", {"job_seconds": 0}, "limits.job_seconds: 0 is not allowed. Write a whole number from 1 to 604800."),
        (
            "limits",
            {"job_seconds": True},
            "limits.job_seconds: True is not allowed. Write a whole number from 1 to 604800.",
        ),
        ("commands", {"shell": "no"}, "commands.shell: 'no' is not allowed. Write true or false, without quotes"),
        ("commands", {"alow": []}, "commands.alow: the agent does not know this key. Remove it"),
        (
            "services",
            {"command": []},
            "services.command: the list is empty. Write the words",
        ),
        ("services", 7, "services: the value is not a table. Write it as [services]"),
        ("operations", ["format"], "operations: 'format' is unknown. The agent has systemStatus"),
        (
            "handlers",
            {"reboot": {"function": "a:b"}},
            "handlers.reboot: the agent has an operation of this name",
        ),
        (
            "handlers",
            {"x": {"function": "a.b"}},
            "handlers.x.function: 'a.b' does not name a function. Write",
        ),
        (
            "handlers",
            {"x": {"function": "a:b", "restart": "no"}},
            "handlers.x.restart: 'no' is not allowed. Use one of",
        ),
        ("connection", {**CONNECTION, "thing": "a b"}, "connection.thing: 'a b' is not a thing's name. Write"),
        (
            "connection",
            {**CONNECTION, "endpoint": "https://x"},
            "connection.endpoint: 'https://x' is not a host's name",
        ),
        ("connection", {**CONNECTION, "key": 7}, "connection.key: the value is not a string. Write"),
    ],
)
def test_what_is_wrong_names_the_key_and_a_way_out(table: str, value: object, told: str) -> None:
    (problem,) = problems(source(**{table: value}))
    assert problem.startswith(told)


def test_a_file_that_is_not_there_or_not_toml(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file or directory"):
        load(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[connection\n")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load(tmp_path / "bad.toml")
