"""Campaigns under Procrastinate (extra `procrastinate`): a periodic task of your app works for a while each time.

::

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(...))
    add_campaign_task(app)                  # then run: procrastinate --app=module.app worker

A task of a worker that was killed stays `doing` in Procrastinate until you requeue it. It holds no lock, and the next
one goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nccodsl.campaign.hosts.campaign_service import CampaignService

if TYPE_CHECKING:
    from procrastinate import App

EVERY_FIVE_SECONDS = "* * * * * */5"
TASK = "nccodsl_campaigns"


def add_campaign_task(
    app: App,
    service: Callable[[], CampaignService] = CampaignService,
    *,
    cron: str = EVERY_FIVE_SECONDS,
    seconds: float = 5.0,
    queue: str = "nccodsl",
) -> None:
    """Add a periodic task that works for campaigns: `seconds` each time that `cron` names (its sixth field: seconds).

    `service` makes what is opened for each run.
    """

    def work(timestamp: int) -> None:
        with service() as running:
            running.tick(seconds)

    # Of runs that are late, one is enough.
    task = app.task(name=TASK, queue=queue, queueing_lock=TASK)(work)
    app.periodic(cron=cron, periodic_id=TASK)(task)
