"""What an HTTP API answers when its function fails.

MiniStack answers 502 with the function's error, as for a REST API. An HTTP API answers 500 and keeps the error to
itself (API Gateway Developer Guide, "Troubleshooting issues with HTTP API Lambda integrations").
"""

import json
from typing import Any

from ministack.services import lambda_svc

INTERNAL = {
    "statusCode": 500,
    "headers": {"Content-Type": "application/json"},
    "body": json.dumps({"message": "Internal Server Error"}),
}


def install() -> None:
    """Say what AWS says; the error stands in the function's log."""
    answer = lambda_svc.lambda_execute_result_to_api_proxy_response

    def to_proxy_response(result: dict[str, Any]) -> Any:
        return (INTERNAL, None) if result.get("error") and not result.get("throttle") else answer(result)

    lambda_svc.lambda_execute_result_to_api_proxy_response = to_proxy_response
