"""The CDK app: reads the settings and creates the stack. It calls nothing in AWS, so that synth works offline."""

import os
import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from infra import bundle
from infra.definitions import Definitions
from infra.given import SettingsError
from infra.platform_stack import PlatformStack
from infra.settings import Settings

ROOT = Path(__file__).resolve().parent
STATE_MACHINES = ROOT / "state_machines"


def main() -> int:
    """Synthesise the template. A wrong setting or a failed bundle is one line on stderr and status 1."""
    app = cdk.App()
    try:
        # The CDK CLI names the region of the caller's credentials; a synth without the CLI knows none.
        region = os.environ.get("CDK_DEFAULT_REGION")
        settings = Settings.from_context(app.node.get_all_context(), region=region)
        target = bundle.this_machine() if settings.is_local else bundle.LAMBDA
        code = lambda_.Code.from_asset(str(bundle.build(target, root=ROOT)))
    except (SettingsError, bundle.BundleError) as error:
        print(f"shiftwork: {error}", file=sys.stderr)
        return 1
    PlatformStack(app, settings=settings, code=code, definitions=Definitions.of(STATE_MACHINES))
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
