"""The API, the functions and AWS in this process, as the tests of the API and of fleets have them."""

from tests.api.conftest import aws_calls, call
from tests.api.fleets.conftest import fleet

__all__ = ["aws_calls", "call", "fleet"]
