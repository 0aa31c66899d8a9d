"""Under which key the state of a call is kept, for the server and for programs that place calls for it."""

from __future__ import annotations

import hashlib
import hmac

from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.tags import seal_of
from nccodsl.runtime.versions import texts_of
from nccodsl.server.stores.base import Store


def mark_of(secret: bytes) -> str:
    """What tells whether two programs have the same store, of whose secret it is made."""
    return hmac.new(secret, b"the store of a server", hashlib.sha256).hexdigest()


def space_of(script: Runnable) -> str:
    """What the keys of a script begin with: the same leg may come to several scripts, one after the other."""
    return script.name + "/"


def seal_in(store: Store, script: Runnable, key: str) -> str:
    """The key of the tags in the addresses of a call. Raises BadStore."""
    return seal_of(store.secret(), space_of(script) + key)


def keep(store: Store, script: Runnable, state: State) -> bool:
    """Keep the state of a call that begins, for the server of the script; False where the key is taken.

    Raises BadStore.
    """
    store.keep(script.version, texts_of(script.flow))
    return store.save(space_of(script) + state.key, state.to_bytes(), None)
