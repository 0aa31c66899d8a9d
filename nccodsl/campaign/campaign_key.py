"""The key of campaigns: from the environment, or from a file in the state folder, which is made when it is needed.

Machines that share a book have no such file: each would make another key.
"""

from __future__ import annotations

import secrets

from nccodsl.campaign.person_vault import KEY_VARIABLE, LEAST_SECRET, PersonVault, named_key
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.failures import BadJournal
from nccodsl.io.folders import state_folder
from nccodsl.io.private_file import made_once

FILE = "campaign.key"


def campaign_vault(journal: CallJournal) -> PersonVault:
    """What seals the values of recipients in a journal. Raises BadJournal."""
    secret = named_key()
    if secret is None and journal.is_shared:
        what = f"campaigns on several machines need one key, and `{KEY_VARIABLE}` is not set"
        raise BadJournal(what, f"set `{KEY_VARIABLE}` to the same long, random text on all machines")
    if secret is None:
        path = state_folder() / FILE
        try:
            secret = made_once(path, secrets.token_urlsafe(32))
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not a text"
            raise BadJournal(f"cannot use the key of campaigns, {path}: {reason}", f"set `{KEY_VARIABLE}`") from None
    if len(secret) < LEAST_SECRET:
        raise BadJournal("the key of campaigns is too short", f"give it {LEAST_SECRET} random characters or more")
    return PersonVault(secret)
