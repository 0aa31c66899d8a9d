"""Campaigns under DBOS (extra `dbos`): a scheduled workflow works for a while each time.

::

    schedule = add_campaign_workflow()      # before DBOS.launch()
    DBOS.launch()
    schedule()

A workflow of a process that was killed is run again by DBOS. That does no harm: a run only places what the book gives
it, and the book has what the killed one has sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nccodsl.campaign.hosts.campaign_service import CampaignService

CRON = "*/5 * * * * *"
"""Every five seconds."""
WORKFLOW = "nccodsl_campaigns"


def add_campaign_workflow(
    service: Callable[[], CampaignService] = CampaignService, *, cron: str = CRON, seconds: float = 5.0
) -> Callable[[], None]:
    """Add a workflow that works for campaigns, `seconds` each time that `cron` names (its first field: seconds).

    `service` makes what is opened for each run. Returns the function that schedules it, once DBOS was launched.
    """
    from dbos import DBOS

    @DBOS.step(name=f"{WORKFLOW}_tick")
    def tick() -> bool:
        with service() as running:
            return running.tick(seconds)

    @DBOS.workflow(name=WORKFLOW)
    def work(_scheduled: datetime, _context: object) -> None:
        tick()

    def schedule() -> None:
        DBOS.apply_schedules([{"schedule_name": WORKFLOW, "workflow_fn": work, "schedule": cron}])

    return schedule
