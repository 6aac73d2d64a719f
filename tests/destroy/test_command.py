"""The command: where its settings come from, whom it asks, and what is one clear line."""

import os

import pytest

from infra.destroy.__main__ import _confirmed, _context, _parser, main
from infra.destroy.progress import DestroyError


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-c", "stage=Prod"], "stage='Prod'"),
        (["-c", "stage"], "write it as -c name=value"),
        (["-c", "stag=prod"], "did you mean 'stage'?"),
        (["--profile", "nobody"], "The config profile (nobody) could not be found"),
        ([], "No region is chosen: set AWS_REGION"),
    ],
)
def test_what_is_wrong_is_one_line(
    arguments: list[str], line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert line in said
    assert said.count("\n") == 1


def test_settings_of_the_command_line_win_over_those_of_cdk_json() -> None:
    assert _context([])["cli-telemetry"] is False
    assert _context(["cli-telemetry=x", "stage=prod"]).items() >= {"cli-telemetry": "x", "stage": "prod"}.items()


def test_what_is_not_ours_goes_to_the_cdk() -> None:
    chosen, others = _parser().parse_known_args(
        ["-c", "stage=prod", "-cauth=jwt", "--force", "--no-color", "--app", "x"]
    )
    assert (chosen.context, chosen.force, others) == (["stage=prod", "auth=jwt"], True, ["--no-color", "--app", "x"])


def test_a_ci_is_not_asked_and_a_pipe_cannot_answer() -> None:
    assert _confirmed("Sure?", {"CI": "true"})
    with pytest.raises(DestroyError, match="add --force to ARGS"):
        _confirmed("Sure?", {})
