"""One synth per stage for all tests: a synth takes seconds, a question to it none."""

import os
import sys
from pathlib import Path

import pytest

# Before the first import of aws_cdk: Node comes from the environment these tests run in.
os.environ.setdefault("JSII_NODE", str(Path(sys.executable).with_name("node")))

from infra.settings import Settings
from tests.infra.template import Template, synthesise


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return synthesise(Settings(), tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return synthesise(Settings(stage="prod", retention_days=90), tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def no_fleets(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return synthesise(Settings(fleets=False), tmp_path_factory.mktemp("no-fleets"))
