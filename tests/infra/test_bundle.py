"""The Lambda bundle: made by pip here, for there; the same bytes each time."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra import bundle
from tests.infra.template import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def for_lambda(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three builds at once: two in one cache, one in another."""
    one, two = (tmp_path_factory.mktemp(name) for name in ("one", "two"))
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda cache: bundle.build(bundle.LAMBDA, root=ROOT, cache=cache), (one, one, two)))


def test_it_holds_our_source_and_the_packages_for_the_functions_platform(for_lambda: list[Path]) -> None:
    names = set(zipfile.ZipFile(for_lambda[0]).namelist())
    assert {"functions/api/__init__.py", "aws_lambda_powertools/__init__.py", "pydantic/__init__.py"} <= names
    version = bundle.PYTHON.replace(".", "")
    assert f"pydantic_core/_pydantic_core.cpython-{version}-aarch64-linux-gnu.so" in names


def test_it_leaves_out_what_lambda_has_or_never_needs(for_lambda: list[Path]) -> None:
    names = zipfile.ZipFile(for_lambda[0]).namelist()
    assert not [name for name in names if name.startswith(("boto3/", "botocore/", "bin/", "infra/", "tests/"))]
    assert "functions/requirements.txt" not in names


def test_scanners_still_see_what_is_inside(for_lambda: list[Path]) -> None:
    assert any(
        name.endswith("pydantic-2.14.3.dist-info/METADATA") for name in zipfile.ZipFile(for_lambda[0]).namelist()
    )


def test_the_same_input_makes_the_same_bytes(for_lambda: list[Path]) -> None:
    assert len({path.read_bytes() for path in for_lambda}) == 1
    assert len({path.name for path in for_lambda}) == 1


def test_builds_at_once_leave_nothing_unfinished(for_lambda: list[Path]) -> None:
    assert for_lambda[0] == for_lambda[1]
    assert zipfile.ZipFile(for_lambda[0]).testzip() is None
    kept = {path.name.partition("-")[0] for path in for_lambda[0].parent.iterdir()}
    assert kept == {"bundle", "dependencies"}


def test_it_stays_well_under_what_lambda_takes(for_lambda: list[Path]) -> None:
    unzipped = sum(entry.file_size for entry in zipfile.ZipFile(for_lambda[0]).infolist())
    assert unzipped < 30_000_000, "the limit is 250 MB, but each megabyte is paid at every cold start"


def test_bytecode_of_another_python_would_be_of_no_use(for_lambda: list[Path]) -> None:
    bytecode = [name for name in zipfile.ZipFile(for_lambda[0]).namelist() if name.endswith(".pyc")]
    assert bool(bytecode) == bundle.LAMBDA.takes_our_bytecode
