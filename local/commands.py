"""`make up`, a local cloud that stays, and `make run`, one job of a file through the API of a new local cloud."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from local import cloud
from local.client import Client
from local.errors import LocalCloudError
from local.progress import Progress
from local.sockets import Ports

PAUSE = 0.2
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


def read_job(path: Path) -> Any:
    """Return the job's document in a file. Raises LocalCloudError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LocalCloudError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise LocalCloudError(f"{path} is not JSON: {error}") from error


def run(path: Path) -> int:
    """Create the file's job, trigger it, show its log and the finished run; 0 if that is a success."""
    job = read_job(path)
    progress = Progress()
    with cloud.running(progress=progress) as local:
        print(f"Tasks run as {local.tasks}.", file=sys.stderr)
        api = Client(local.api_url)
        job_id = api("POST", "/v1/jobs", job)["id"]
        run_id = api("POST", f"/v1/jobs/{job_id}/runs", {})["id"]
        print(f"Run {run_id} of job {job_id} is triggered. Its log:", file=sys.stderr)
        finished = _follow(api, f"/v1/jobs/{job_id}/runs/{run_id}")
    print(json.dumps(finished, indent=2))
    return 0 if finished["status"] == "SUCCESS" else 1


def _follow(api: Client, path: str) -> Any:
    """Print the log of all containers as it grows, until it has ended; return the run."""
    after = ""
    while True:
        page = api("GET", f"{path}/logs?container=*{after}")
        for event in page["events"]:
            name = "" if event["container"] == "main" else f"{event['container']} | "
            print(f"{name}{event['message']}", flush=True)
        if page["ended"]:
            return api("GET", path)
        after = f"&nextToken={page['nextToken']}"
        if not page["events"]:
            time.sleep(PAUSE)


def up(ports: Ports) -> int:
    """Keep it running."""
    with cloud.running(ports=ports, progress=Progress()) as local:
        mqtt = f"{local.mqtt.host}:{local.mqtt.port}"
        print(TOLD.format(tasks=local.tasks, api=local.api_url, aws=local.endpoint_url, mqtt=mqtt), flush=True)
        status = local.server.process.wait()
    raise LocalCloudError(f"the local AWS ended by itself (status {status})")
