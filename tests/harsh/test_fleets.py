"""Tests of fleet runs once more, on the harsher AWS: lists of AWS IoT begin with an empty page."""

import pytest

from tests.api.fleets import test_stops
from tests.api.fleets.conftest import fleet
from tests.harsh.test_api import again

__all__ = ["fleet"]
pytestmark = pytest.mark.usefixtures("harsh")

globals().update(again(test_stops))
