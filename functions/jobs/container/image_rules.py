"""What a job's images cannot be."""

import re
from collections.abc import Iterator

from functions.jobs.container.run_spec import RunSpec
from functions.jobs.errors import Problem

# ECS API Reference, ContainerDefinition: image.
_IMAGE = re.compile(r"[A-Za-z0-9_.:/#-]{1,255}(@sha256:[0-9A-Fa-f]{64})?")


def image_problems(run: RunSpec) -> Iterator[Problem]:
    """Names that ECS does not take, kinds and privileges that Fargate does not have."""
    images = [(f"/run/sidecars({n})/image", sidecar["image"]) for n, sidecar in enumerate(run.get("sidecars", []))]
    if "docker" in run:
        images.append(("/run/docker/image", run["docker"]["image"]))
    if "ucr" in run:
        images.append(("/run/ucr/image/id", run["ucr"]["image"]["id"]))
        if run["ucr"]["image"]["kind"] != "docker":
            yield Problem("/run/ucr/image/kind", "Fargate runs docker images: convert the image, and say docker.")
    for path, image in images:
        if not _IMAGE.fullmatch(image):
            words = "is not an image's name that ECS takes: at most 255 of letters, digits and _ . : / # -, or @sha256:"
            yield Problem(path, f"'{image}' {words} with 64 hexadecimal digits.")
    for name in ("docker", "ucr"):
        if run.get(name, {}).get("privileged"):  # type: ignore[attr-defined]
            words = "Fargate has none: add SYS_PTRACE by docker.parameters, or run the job on EC2."
            yield Problem(f"/run/{name}/privileged", words)
