"""The dcos client itself, the Go program, against the local cloud: every subcommand of `dcos job`.

It is not part of this repository: DCOS_JOB_CLIENT names it (docs/dcos.md). tests/api has its requests without it.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import until

CLIENT = os.environ.get("DCOS_JOB_CLIENT", "")
pytestmark = pytest.mark.skipif(not CLIENT, reason="DCOS_JOB_CLIENT names no dcos client: set it as docs/dcos.md says")
NIGHTLY = {"id": "nightly", "cron": "0 2 * * *", "timezone": "Europe/Rome", "enabled": True}


def job(name: str = "night.report", **run: Any) -> dict[str, Any]:
    """A job's document."""
    return {"id": name, "run": {"cmd": "sleep 300", "cpus": 0.1, "mem": 32, "disk": 0} | run}


@dataclass(frozen=True)
class Dcos:
    """`dcos job` of a cluster whose URL is this."""

    url: str

    def ended(self, *arguments: str, document: Any = None) -> "subprocess.CompletedProcess[str]":
        """The client after it has ended; a document goes to its standard input."""
        text = document if isinstance(document, str) else json.dumps(document)
        options: dict[str, Any] = {"input": text, "capture_output": True, "text": True, "timeout": 60}
        options["env"] = os.environ | {"DCOS_URL": self.url, "DCOS_ACS_TOKEN": "token"}
        return subprocess.run([CLIENT, "job", *arguments], check=False, **options)

    def __call__(self, *arguments: str, document: Any = None) -> str:
        """What it prints."""
        ended = self.ended(*arguments, document=document)
        assert (ended.returncode, ended.stderr) == (0, ""), ended
        return ended.stdout

    def json(self, *arguments: str) -> Any:
        """What it prints, parsed."""
        return json.loads(self(*arguments))

    def table(self, *arguments: str) -> list[list[str]]:
        """The cells of the rows that it prints, the head first."""
        return [re.split(r"\s{2,}", line.strip()) for line in self(*arguments).splitlines()]

    def error(self, *arguments: str, document: Any = None) -> str:
        """What it complains of."""
        ended = self.ended(*arguments, document=document)
        assert ended.returncode == 1, ended
        return ended.stderr.removeprefix("Error: ").strip()

    def finished(self, name: str, *failures: str) -> list[str]:
        """The ids of the job's finished runs, when there are some."""
        return list(until(lambda: self("history", name, "-q", *failures).split(), bool))


@pytest.fixture
def dcos(open_cloud: Cloud) -> Iterator[Dcos]:
    """The client, which cannot sign, and no jobs before and after."""
    client = Dcos(open_cloud.api_url)
    assert client.json("list", "--json") == []
    yield client
    for name in client("list", "-q").split():
        client("remove", name, "--stop-current-job-runs")


@pytest.fixture
def failures(dcos: Dcos) -> str:
    """The option has changed its name."""
    return "--failures" if " --failures" in dcos("history", "--help") else "--show-failures"


@pytest.fixture
def no_news_of_tasks(open_cloud: Cloud) -> Iterator[None]:
    """No run learns that its task has been placed: it stays in the queue."""
    events = open_cloud.client("events")
    (rule,) = [rule["Name"] for rule in events.list_rules()["Rules"] if "aws.ecs" in rule.get("EventPattern", "")]
    events.disable_rule(Name=rule)
    yield
    events.enable_rule(Name=rule)


def test_it_is_the_client(dcos: Dcos) -> None:
    words = re.findall(r"^  (\w+) ", dcos("--help"), re.MULTILINE)
    assert {"add", "history", "kill", "list", "queue", "remove", "run", "schedule", "show", "update"} <= set(words)


def test_a_job_of_a_file_is_listed_shown_and_removed(dcos: Dcos, tmp_path: Any) -> None:
    (tmp_path / "job.json").write_text(json.dumps(job() | {"description": "why", "labels": {"a": "b"}}))
    assert dcos("add", str(tmp_path / "job.json")) == ""
    assert dcos.error("add", str(tmp_path / "job.json")) == "409 - Job with this id already exists"
    assert dcos.table("list") == [["ID", "STATUS", "LAST RUN"], ["night.report", "Unscheduled", "N/A"]]
    shown = dcos.json("show", "night.report")
    assert (shown["description"], shown["labels"], shown["run"]["mem"]) == ("why", {"a": "b"}, 32)
    assert dcos("remove", "night.report") == ""
    assert dcos.json("list", "--json") == []


@pytest.mark.parametrize(
    "more",
    [
        {"docker": {"image": "alpine", "forcePullImage": True, "privileged": False}, "args": ["sleep", "1"]},
        {"ucr": {"image": {"id": "alpine", "kind": "docker", "forcePull": False}, "privileged": False}},
        {"cmd": "echo $KEY", "env": {"KEY": {"secret": "key"}}, "secrets": {"key": {"source": "/shiftwork/local/key"}}},
        {"cmd": "true", "user": "nobody", "taskKillGracePeriodSeconds": 7, "restart": {"policy": "ON_FAILURE"}},
    ],
)
def test_what_a_file_says_comes_back(dcos: Dcos, more: dict[str, Any]) -> None:
    document = job()
    document["run"] = {"cpus": 0.1, "mem": 32, "disk": 0} | more
    dcos("add", document=document)
    run = dcos.json("show", "night.report")["run"]
    assert {name: run[name] for name in ("cmd", *more)} == {"cmd": ""} | more


def test_a_schedule_in_the_file_is_kept_with_its_zone_also_by_an_update(dcos: Dcos) -> None:
    dcos("add", document=job() | {"schedules": [NIGHTLY]})
    dcos("update", document=job(cmd="sleep 200"))
    assert dcos.json("show", "night.report")["run"]["cmd"] == "sleep 200"
    assert dcos.table("list")[1] == ["night.report", "Scheduled", "N/A"]
    (schedule,) = dcos.json("schedule", "show", "night.report", "--json")
    assert (schedule["timeZone"], schedule["concurrencyPolicy"], schedule["enabled"]) == ("Europe/Rome", "ALLOW", True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT0[01]:00:00\.000\+0000", schedule["nextRunAt"])  # two o'clock in Rome
    row = ["nightly", "0 2 * * *", "True", schedule["nextRunAt"], "ALLOW"]
    assert dcos.table("schedule", "show", "night.report")[1:] == [row]


def test_schedules_are_added_replaced_and_removed(dcos: Dcos) -> None:
    dcos("add", document=job())
    dcos("schedule", "add", "night.report", document={"id": "often", "cron": "*/5 * * * *"})
    assert dcos.error("schedule", "add", "night.report", document=NIGHTLY | {"id": "often"}).startswith("409 - ")
    assert dcos.table("schedule", "show", "night.report")[1][:3] == ["often", "*/5 * * * *", "False"]
    dcos("schedule", "update", "night.report", document=NIGHTLY | {"id": "often", "concurrencyPolicy": "FORBID"})
    (schedule,) = dcos.json("schedule", "show", "night.report", "--json")
    assert (schedule["cron"], schedule["concurrencyPolicy"], schedule["enabled"]) == ("0 2 * * *", "FORBID", True)
    dcos("schedule", "remove", "night.report", "often")
    assert dcos.json("schedule", "show", "night.report", "--json") == []
    gone = 'job "night.report" or schedule "often" does not exist'
    assert dcos.error("schedule", "remove", "night.report", "often") == gone


def test_a_run_is_shown_and_killed(dcos: Dcos, failures: str) -> None:
    dcos("add", document=job())
    started = dcos.json("run", "night.report", "--json")
    assert started["jobId"] == "night.report"
    (shown,) = dcos.json("show", "runs", "night.report", "--json")
    assert dcos.table("show", "runs", "night.report")[1] == [started["id"], "night.report", shown["createdAt"]]
    assert dcos("show", "runs", "night.report", "-q", "--run-id", started["id"]) == started["id"] + "\n"
    assert dcos.table("list")[1] == ["night.report", "Running", "N/A"]
    assert dcos("kill", "night.report", started["id"]) == ""
    assert dcos.finished("night.report", failures) == [started["id"]]
    assert dcos.table("list")[1] == ["night.report", "Unscheduled", "Failure"]


def test_all_runs_of_a_job_are_killed(dcos: Dcos, failures: str) -> None:
    dcos("add", document=job())
    started = {dcos("run", "night.report").strip() for _ in range(2)}
    assert set(dcos("show", "runs", "night.report", "-q").split()) == started
    assert dcos("kill", "night.report", "--all") == ""
    assert set(dcos.finished("night.report", failures)) == started


def test_a_job_with_active_runs_is_removed_only_with_them(dcos: Dcos) -> None:
    dcos("add", document=job())
    dcos("run", "night.report")
    assert dcos.error("remove", "night.report") == 'job "night.report" is running'
    dcos("remove", "night.report", "--stop-current-job-runs")
    assert dcos.error("show", "night.report") == 'job "night.report" does not exist'


def test_the_history_tells_successes_from_failures(dcos: Dcos, failures: str) -> None:
    dcos("add", document=job(cmd="true"))
    assert dcos("history", "night.report").startswith('"night.report"  Successful runs: 0 Last Success: \n')
    good = dcos("run", "night.report").strip()
    assert dcos.finished("night.report") == [good]
    assert dcos.table("list")[1][2] == "Success"
    dcos("update", document=job(cmd="exit 3"))
    bad = dcos("run", "night.report").strip()
    assert dcos.finished("night.report", failures) == [bad]
    assert dcos("history", "night.report", "-q", "--last", failures) == bad + "\n"
    assert dcos.table("list")[1][2] == "Failure"
    for option, word, run in (((), "Successful", good), ((failures,), "Failure", bad)):
        line, _, row = dcos("history", "night.report", *option).splitlines()
        (record,) = dcos.json("history", "night.report", "--json", *option)
        assert line.startswith(f'"night.report"  {word} runs: 1 Last ')
        assert line.endswith(record["finishedAt"])
        assert row.split() == [run, record["createdAt"], record["finishedAt"]]
        assert len(record["tasks"]) == 1


@pytest.mark.usefixtures("no_news_of_tasks")
def test_a_run_without_a_task_is_in_the_queue(dcos: Dcos) -> None:
    assert dcos.json("queue", "--json") == []
    dcos("add", document=job())
    run = dcos("run", "night.report").strip()
    assert dcos.json("queue", "--json") == [{"jobId": "night.report", "runs": [{"runId": run}]}]
    assert dcos.table("queue", "night.report") == [["JOB ID", "RUN ID"], ["night.report", run]]
    assert dcos("queue", "-q") == run + "\n"


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        ("accepts 1 arg(s)", ["show", "show runs", "schedule show", "history", "run"]),
        ('job "gone" does not exist', ["show gone", "show runs gone", "schedule show gone", "history gone"]),
        ('job "gone" does not exist', ["queue gone", "remove gone", "run gone", "kill gone --all"]),
        ('job "gone" or run "run" does not exist', ["kill gone run"]),
        ("run-id must be specified or --all option must be set", ["kill gone"]),
        ("open no-such-file:", ["add no-such-file", "update no-such-file"]),
    ],
)
def test_what_is_not_there_is_an_error_that_says_so(dcos: Dcos, words: str, commands: list[str]) -> None:
    assert [command for command in commands if not dcos.error(*command.split()).startswith(words)] == []


@pytest.mark.parametrize(
    ("command", "document", "words"),
    [
        ("add", '{"id": "night', "unexpected end of JSON input"),
        ("add", job("Night"), "422 - Object is not valid"),
        ("add", job(cpus=100), "422 - Object is not valid"),
        ("update", job(), "404 - Job not found"),
        ("schedule add gone", NIGHTLY, "404 - Job not found"),
    ],
)
def test_a_document_that_is_refused_is_an_error(dcos: Dcos, command: str, document: Any, words: str) -> None:
    assert dcos.error(*command.split(), document=document) == words


def test_with_iam_the_client_is_refused(cloud: Cloud) -> None:
    assert Dcos(cloud.api_url).error("list").startswith("403 - ")
