"""The register of corrections: what is replaced is recorded, what is gone is said at the start, one can be off."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from local import cloud as local_cloud
from local.corrections import guard, install, names, record
from local.corrections.registry import SWITCH, Correction, CorrectionError, known, put, replace
from local.errors import LocalCloudError

USES = names.uses()
FILE = "corrections/iot/rules.py"


def edited(path: Path, **changes: Any) -> Path:
    """Write the record of one file, with changes, to a file of its own."""
    used = {"corrections": ["iot.rules"], "replaces": {}, "reads": {}, **changes.pop("used", {})}
    recorded = {"ministack": guard.read()["ministack"], "files": {FILE: used}, **changes}
    path.write_text(json.dumps(recorded))
    return path


def test_what_is_recorded_is_what_local_uses_of_the_pinned_release() -> None:
    """If this fails: read what changed, correct the correction, then `python -m local.corrections.record`."""
    found, recorded = record.record(), guard.read()
    assert found["ministack"] == recorded["ministack"]
    assert found["files"] == recorded["files"]
    assert [one.name for one in guard.names(recorded) if one.digest is None] == []


@pytest.mark.parametrize("file", sorted(USES))
def test_names_of_ministack_are_replaced_by_the_registry_only(file: str) -> None:
    assert USES[file].assigned == set()
    assert bool(USES[file].replaces) == bool(USES[file].corrections), "only a correction replaces"


def test_another_way_to_replace_is_seen() -> None:
    lines = [
        "from ministack.services import iot as service",
        "service._jobs = {}",
        "service._jobs['a'] = 1",
        "service._count += 1",
        "setattr(service, name, None)",
    ]
    found = names.uses_of("\n".join(lines))
    assert len(found.assigned) == 4


@pytest.mark.parametrize("name", sorted(known))
def test_a_correction_says_what_ministack_and_aws_do_and_is_installed(name: str) -> None:
    text = inspect.getdoc(known[name].install) or ""
    assert "MiniStack" in text
    assert "AWS" in text
    called = rf"\.{known[name].install.__name__}\("
    assert re.search(called, inspect.getsource(install))


def test_a_name_that_is_gone_is_one_clear_line(tmp_path: Path) -> None:
    gone = {"replaces": {"ministack.services.iot:_gone": "0" * 12}}
    with pytest.raises(CorrectionError) as error:
        guard.check(edited(tmp_path / "recorded.json", used=gone))
    line = str(error.value)
    assert line.startswith(
        "iot.rules (local/corrections/iot/rules.py) uses ministack.services.iot._gone, which MiniStack"
    )
    assert guard.read()["ministack"] in line
    assert "\n" not in line


def test_another_release_names_the_corrections_to_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "ministack.core.responses:request_scope"
    digest = names.digest(name)
    old = {"reads": {name: digest, "ministack.core.responses:new_uuid": "0" * 12}}
    guard.check(edited(tmp_path / "recorded.json", used=old, ministack="1.4.0"))
    told = capsys.readouterr().err
    assert "the corrections are for 1.4.0" in told
    assert "ministack.core.responses.new_uuid: iot.rules (local/corrections/iot/rules.py)" in told
    assert "request_scope" not in told


def test_the_recorded_release_starts_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    guard.check()
    assert capsys.readouterr().err == ""


def test_a_name_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(CorrectionError, match=r"tests.local.test_corrections has no absent"):
        replace(inspect.getmodule(edited) or pytest, absent=1)
    with pytest.raises(CorrectionError, match="no entry absent"):
        put({}, "absent", 1)


def test_a_correction_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    some = Correction("iot.rules", installed.append)
    monkeypatch.setenv(SWITCH, "sqs.encryption, iot.rules")
    some("off")
    monkeypatch.delenv(SWITCH)
    some("on")
    assert installed == ["on"]


def test_a_switch_that_names_no_correction_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "iot.nothing")
    refused = pytest.raises(
        LocalCloudError, match=r"SHIFTWORK_WITHOUT names no correction: iot.nothing. Use some of .*iot"
    )
    with refused, local_cloud.aws(tasks="process"):
        pass
