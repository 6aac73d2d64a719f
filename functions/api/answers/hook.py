"""Answers about hooks and their calls."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.http import Time
from functions.jobs.model.hook import Hook
from functions.jobs.model.run import Run, RunStatus

_ID = "team.report_5f2d0c1b9a8e7f64"


class HookAnswer(BaseModel):
    """A hook, without its secret: only a hash of it is kept."""

    id: Annotated[str, Field(description="The hook's id, which begins with the job's id.", examples=[_ID])]
    jobId: Annotated[str, Field(description="The job whose runs the hook starts.", examples=["team.report"])]
    description: Annotated[
        str | None, Field(description="Who calls the hook, and why.", examples=["Deployments of the shop"])
    ] = None
    parameters: Annotated[list[str], Field(description="The parameters that callers may set.", examples=[["LEVEL"]])]
    imageTag: Annotated[bool, Field(description="Whether callers may choose the image's tag.", examples=[False])]
    ratePerMinute: Annotated[int, Field(description="The number of calls a minute that start a run.", examples=[60])]
    url: Annotated[
        str, Field(description="The URL to call, by POST.", examples=[f"https://api.example.com/hooks/{_ID}"])
    ]
    createdAt: Annotated[Time, Field(description="When the hook was created.")]
    rotatedAt: Annotated[
        Time | None, Field(description="When the hook got its present secret. Null: it has its first one.")
    ]
    lastUsedAt: Annotated[Time | None, Field(description="When the hook was last called with its secret. Null: never.")]

    @classmethod
    def of(cls, hook: Hook, host: str, **more: str) -> "HookAnswer":
        """Return a hook as an answer; `host` is the API's own URL, `more` are fields of a derived answer."""
        described = {"description": hook.spec.description} if hook.spec.description is not None else {}
        return cls(
            id=hook.id,
            jobId=hook.job_id,
            parameters=list(hook.spec.parameters),
            imageTag=hook.spec.image_tag,
            ratePerMinute=hook.spec.rate_per_minute,
            url=f"{host}/hooks/{hook.id}",
            createdAt=hook.created_at,
            rotatedAt=hook.rotated_at,
            lastUsedAt=hook.last_used_at,
            **described,
            **more,
        )


class NewHookAnswer(HookAnswer):
    """A hook with its secret, which no later answer shows."""

    secret: Annotated[
        str,
        Field(
            description="The secret. Send it with each call, in X-Shiftwork-Hook-Token or as a Bearer token.",
            examples=["swh_J1vQx0Zk3n4w5r6t7y8u9i0o1p2a3s4d5f6g7h8j9k0"],
        ),
    ]


class StartedAnswer(BaseModel):
    """The run that a hook call started."""

    runId: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]
    jobId: Annotated[str, Field(description="The job's id.", examples=["team.report"])]
    status: Annotated[RunStatus, Field(description="The run's status.", examples=["INITIAL"])]
    statusUrl: Annotated[
        str,
        Field(
            description="The URL of the run. It requires the API's own signature or token, not a hook's secret.",
            examples=["https://api.example.com/v1/jobs/team.report/runs/20260102030405kV9x0"],
        ),
    ]

    @classmethod
    def of(cls, run: Run, host: str) -> "StartedAnswer":
        """Return what the caller of a hook learns about the run; `host` is the API's own URL."""
        url = f"{host}/v1/jobs/{run.job_id}/runs/{run.id}"
        return cls(runId=run.id, jobId=run.job_id, status=run.status, statusUrl=url)
