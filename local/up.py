"""`make up`: a local cloud that stays, until Ctrl-C."""

from local import cloud
from local.errors import LocalCloudError
from local.progress import Progress

TOLD = """\
Tasks run as {tasks}.

API   {api}
AWS   {aws}   (account 000000000000, region us-east-1, any credentials)

  curl {api}/v1/jobs -H 'Content-Type: application/json' \\
       -d '{{"id": "hello", "run": {{"cpus": 0.25, "mem": 512, "disk": 0, "cmd": "echo hello"}}}}'
  curl -X POST {api}/v1/jobs/hello/runs
  curl {api}/v1/jobs/hello/runs/RUN_ID
  curl {api}/v1/jobs/hello/runs/RUN_ID/logs

  AWS_ENDPOINT_URL={aws} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws ecs list-clusters

Ctrl-C ends it, and all that it started.
"""


def up(aws_port: int, api_port: int) -> int:
    """Keep it running."""
    with cloud.running(aws_port=aws_port, api_port=api_port, progress=Progress()) as local:
        print(TOLD.format(tasks=local.tasks, api=local.api_url, aws=local.endpoint_url), flush=True)
        status = local.server.process.wait()
    raise LocalCloudError(f"the local AWS ended by itself (status {status})")
