"""What happened in the deployments of a run: events of stacks, and calls of functions."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from verify_aws.failure import code_of, message_of
from verify_aws.inventory import Say
from verify_aws.site import Site


def find_deployments(site: Site, say: Say) -> dict[str, Any]:
    """Find it when everything has been removed: logs of calls come late.

    Args:
        site: Where it happened.
        say: Tells a person what happens.

    Returns:
        Events and calls, by stack. Without calls, if they cannot be read.
    """
    traces: dict[str, Any] = {
        noun: {"events": deployment.events, "calls": None}
        for noun, deployment in site.deployments.items()
    }
    if not traces:
        return traces
    say("waiting for the log of the functions' calls; Ctrl-C leaves it out")
    try:
        for noun, deployment in site.deployments.items():
            calls = site.connection.find_calls(deployment.functions, deployment.began)
            traces[noun]["calls"] = [call._asdict() for call in calls]
    except KeyboardInterrupt:
        say("the calls are left out")
    except (BotoCoreError, ClientError) as error:
        say(f"the calls are left out: {code_of(error)}: {message_of(error)}")
    return traces
