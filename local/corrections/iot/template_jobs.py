"""Jobs of AWS's own templates.

MiniStack has no such templates. AWS (IoT API Reference, CreateJob): a job made of one takes its document, with
`documentParameters` in it, which are for nothing else.
"""

import re
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import iot

from local.corrections.iot.managed_templates import VERSION, named

Answer = tuple[int, dict[str, str], bytes]
ARN = re.compile(r"arn:aws[a-z-]*:iot:[a-z0-9-]*::jobtemplate/(?P<name>[^:]+):(?P<version>[\d.]+)")


def install() -> None:
    """Make jobs of them."""
    fill, create = iot._job_payload_from_template, iot._create_job

    def payload_from_template(asked: dict[str, Any]) -> tuple[Any, Any]:
        managed = ARN.fullmatch(asked["jobTemplateArn"])
        filled: tuple[Any, Any] = _fill(asked, managed["name"], managed["version"]) if managed else fill(asked)
        return filled

    async def create_job(job_id: str, asked: dict[str, Any]) -> Answer:
        if asked.get("documentParameters") and not ARN.fullmatch(asked.get("jobTemplateArn") or ""):
            return _refused("documentParameters are for jobs of AWS managed templates only.")
        created: Answer = await create(job_id, asked)
        return created

    iot._job_payload_from_template, iot._create_job = payload_from_template, create_job


def _fill(asked: dict[str, Any], name: str, version: str) -> tuple[Any, Answer | None]:
    template, given = named(name), asked.get("documentParameters") or {}
    if template is None or version != VERSION:
        return None, _refused(f"There is no managed template {name}:{version}.", "ResourceNotFoundException", 404)
    if problem := template.problem(given):
        return None, _refused(problem)
    return {**asked, "document": template.filled(given)}, None


def _refused(message: str, code: str = "InvalidRequestException", status: int = 400) -> Answer:
    refused: Answer = error_response_json(code, message, status)
    return refused
