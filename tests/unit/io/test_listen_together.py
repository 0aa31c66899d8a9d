"""Several sockets on one port, and nobody else's among them."""

from __future__ import annotations

import select
import socket

import pytest

from nccodsl.io.listen import CannotListen, can_listen_together, listen, listen_together

pytestmark = pytest.mark.skipif(not can_listen_together(), reason="this system has no SO_REUSEPORT")


def test_each_connection_comes_to_one_of_them() -> None:
    listeners = listen_together("127.0.0.1", 0, 3)
    (port,) = {one.getsockname()[1] for one in listeners}
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
    came = 0
    while ready := select.select(listeners, [], [], 0.2)[0]:
        for one in ready:
            one.accept()[0].close()
            came += 1
    assert came == 60
    for one in (*clients, *listeners):
        one.close()


@pytest.mark.parametrize("together", [False, True])
def test_a_port_that_is_taken(together: bool) -> None:
    taken = listen_together("127.0.0.1", 0, 1)[0] if together else listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with pytest.raises(CannotListen, match="in use"):
        listen_together("127.0.0.1", port, 2)
    with pytest.raises(CannotListen, match="in use"):
        listen("127.0.0.1", port)
    taken.close()
    for one in listen_together("127.0.0.1", port, 2):
        one.close()
