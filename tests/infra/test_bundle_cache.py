"""What a second bundle takes, and what is left of one that failed."""

import zipfile
from pathlib import Path
from shutil import copyfile

import pytest

from infra import bundle
from tests.infra.template import ROOT

pytestmark = pytest.mark.slow

UNCHECKED_HASH = b"\x01\x00\x00\x00"  # PEP 552: hash-based, and the source is not looked at


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one function and one small package."""
    root = tmp_path / "project"
    (root / "functions").mkdir(parents=True)
    (root / "functions" / "hello.py").write_text("WHAT = 'hello'\n", encoding="utf-8")
    (root / "functions" / "requirements.txt").write_text("annotated-types\n", encoding="utf-8")
    copyfile(ROOT / "constraints.txt", root / "constraints.txt")
    return root


def test_a_changed_function_takes_a_copy_and_no_pip(project: Path) -> None:
    first = bundle.build(bundle.this_machine(), root=project)
    [layer] = first.parent.glob("dependencies-*")
    made = layer.stat().st_mtime_ns
    (project / "functions" / "hello.py").write_text("WHAT = 'good day'\n", encoding="utf-8")
    second = bundle.build(bundle.this_machine(), root=project)
    assert first != second
    assert zipfile.ZipFile(second).read("functions/hello.py") == b"WHAT = 'good day'\n"
    assert layer.stat().st_mtime_ns == made


def test_an_unchanged_project_is_not_built_again(project: Path) -> None:
    first = bundle.build(bundle.this_machine(), root=project)
    made = first.stat().st_mtime_ns
    (project / "functions" / "hello.py").touch()
    assert bundle.build(bundle.this_machine(), root=project).stat().st_mtime_ns == made


def test_bytecode_comes_along_where_the_interpreter_is_the_same(project: Path) -> None:
    ours = zipfile.ZipFile(bundle.build(bundle.this_machine(), root=project))
    tag = f"cpython-{bundle.this_machine().python.replace('.', '')}"
    for module in ("functions/__pycache__/hello", "annotated_types/__pycache__/__init__"):
        assert ours.read(f"{module}.{tag}.pyc")[4:8] == UNCHECKED_HASH


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("requirements.txt", "--no-index\nno-such-package==1\n", "pip could not fetch the functions' packages"),
        ("hello.py", "def (:\n", "the functions do not compile"),
    ],
)
def test_what_goes_wrong_is_one_line(project: Path, file: str, text: str, said: str) -> None:
    (project / "functions" / file).write_text(text, encoding="utf-8")
    with pytest.raises(bundle.BundleError, match=said) as caught:
        bundle.build(bundle.this_machine(), root=project)
    assert "\n" not in str(caught.value)
    assert not list((project / "build" / "lambda").glob("bundle-*")), "nothing half done is left to be taken for whole"
