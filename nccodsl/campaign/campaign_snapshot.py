"""What a campaign was begun with, for good: the plan and the texts of its script, as JSON in the book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from nccodsl.base.record import Record
from nccodsl.campaign.campaign_plan import CampaignPlan, as_members
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.diagnostics import messages
from nccodsl.errors import CodedError, ScriptError
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.versions import compiled_from, texts_of


class OtherVersion(CodedError):
    """This version of nccodsl makes other calls of the script than the one that began the campaign (E736)."""


class CampaignSnapshot(Record):
    """A plan, and its script: the version, and name and text of each of its files.

    `address` is the name of the script on the webhook server, if it is interactive (runtime.address_name).
    """

    plan: CampaignPlan
    version: str
    address: str
    texts: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, object]:
        """Members that `snapshot_of` reads."""
        texts = [list(one) for one in self.texts]
        return {"plan": as_members(self.plan), "version": self.version, "address": self.address, "texts": texts}

    def script(self) -> Compiled:
        """The script as it was. Raises OtherVersion."""
        flow = compiled_from(self.texts, self.version)
        if flow is None:
            raise OtherVersion(messages.campaigns.other_version(self.plan.name))
        return flow


def snapshot(plan: CampaignPlan, flow: Compiled, address: str) -> CampaignSnapshot:
    """What a campaign begins with."""
    return CampaignSnapshot(plan, flow.version, address, texts_of(flow))


def snapshot_of(members: Mapping[str, object]) -> CampaignSnapshot | None:
    """What a campaign was begun with; None for a list of `nccodsl call --rows`, which has no plan.

    Raises OtherVersion where a newer version of nccodsl has written what is not understood here.
    """
    if "plan" not in members:
        return None
    kept = cast("dict[str, Any]", members["plan"])
    try:
        plan = plan_of(kept)
        files = tuple((name, text) for name, text in cast("list[list[str]]", members["texts"]))
        return CampaignSnapshot(plan, str(members["version"]), str(members["address"]), files)
    except (ScriptError, KeyError):
        raise OtherVersion(messages.campaigns.other_version(str(kept.get("name")))) from None
