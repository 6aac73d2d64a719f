"""`make up`: a local cloud that stays, until Ctrl-C."""

from local import cloud
from local.errors import LocalCloudError
from local.progress import Progress
from local.sockets import Ports

TOLD = """\
Tasks run as {tasks}.

API   {api}
AWS   {aws}   (account 000000000000, region us-east-1, any credentials)
MQTT  {mqtt}   (for devices with a certificate; the root certificate: {aws}/_ministack/iot/ca.pem)

  curl {api}/v1/jobs -H 'Content-Type: application/json' \\
       -d '{{"id": "hello", "run": {{"cpus": 0.25, "mem": 512, "disk": 0, "cmd": "echo hello"}}}}'
  curl -X POST {api}/v1/jobs/hello/runs
  curl {api}/v1/jobs/hello/runs/RUN_ID
  curl {api}/v1/jobs/hello/runs/RUN_ID/logs

  AWS_ENDPOINT_URL={aws} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws ecs list-clusters

Ctrl-C ends it, and all that it started.
"""


def up(ports: Ports) -> int:
    """Keep it running."""
    with cloud.running(ports=ports, progress=Progress()) as local:
        mqtt = f"{local.mqtt.host}:{local.mqtt.port}"
        print(TOLD.format(tasks=local.tasks, api=local.api_url, aws=local.endpoint_url, mqtt=mqtt), flush=True)
        status = local.server.process.wait()
    raise LocalCloudError(f"the local AWS ended by itself (status {status})")
