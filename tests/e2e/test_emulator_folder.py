"""Emulators that use one folder, at the same time or one after the other."""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner

from nccodsl.emulator.actions import ACTIONS
from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.http.certificates import make_application_key, make_certificate
from nccodsl.emulator.http.folder import count_start
from nccodsl.emulator.http.host import Emulator

BODY = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
    "ncco": [{"action": "talk", "text": "Hello"}],
}


def test_emulators_started_together_agree(tmp_path: Path) -> None:
    folder, number = tmp_path / "fresh", 4
    barrier = Barrier(number)

    def start(_: int) -> tuple[bytes, bytes, int]:
        barrier.wait(60)
        key = make_application_key(folder).read_bytes()
        files = make_certificate(folder, "127.0.0.1")
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*map(str, files))
        return key, files[0].read_bytes(), count_start(folder, 7)

    with ThreadPoolExecutor(number) as threads:
        found = list(threads.map(start, range(number)))
    kept = ((folder / "private.key").read_bytes(), (folder / "emulator.crt").read_bytes())
    assert {one[:2] for one in found} == {kept}
    assert sorted(one[2] for one in found) == list(range(number))
    assert not list(folder.glob(".*"))


def test_files_of_keys_are_for_their_owner(tmp_path: Path) -> None:
    key = make_application_key(tmp_path)
    _, tls_key = make_certificate(tmp_path, "127.0.0.1")
    assert [path.stat().st_mode & 0o777 for path in (key, tls_key)] == [0o600, 0o600]


def test_a_certificate_that_does_not_hold_is_made_again(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "127.0.0.1")
    first = certificate.read_bytes()
    assert make_certificate(tmp_path, "localhost")[0].read_bytes() == first
    elsewhere, _ = make_certificate(tmp_path, "fe80::1%eth0/..")
    assert elsewhere.parent == tmp_path
    assert elsewhere != certificate
    for broken in (b"", make_application_key(tmp_path).read_bytes()):
        key.write_bytes(broken)
        assert make_certificate(tmp_path, "127.0.0.1")[0].read_bytes() != first


def _ids(seed: int, start: int) -> list[str]:
    network = Network(actions=ACTIONS, seed=seed, start=start)
    return [network.place(BODY).uuid for _ in range(20)]


def test_ids_of_a_seed_are_new_in_each_start_and_the_same_in_a_fresh_folder(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    starts = [count_start(folder, 7) for folder in (one, one, other, one)]
    assert starts == [0, 1, 0, 2]
    assert count_start(one, 8) == 0
    ids = [_ids(7, start) for start in starts]
    assert ids[0] == ids[2]
    assert len({*ids[0], *ids[1], *ids[3]}) == 60


def test_the_command_counts_its_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nccodsl.cli.commands.emulator import command

    ids: list[str] = []

    def run(emulator: Emulator) -> None:
        ids.append(emulator.network.place(BODY).uuid)
        emulator._host.close()

    monkeypatch.setattr(Emulator, "run", run)
    for folder in ("a", "a", "b"):
        arguments = ["--port", "0", "--seed", "3", "--accept-any-token", "--folder", str(tmp_path / folder)]
        assert CliRunner().invoke(command, arguments).exit_code == 0
    assert ids[0] == ids[2] != ids[1]


def test_a_folder_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotEmulate, match="cannot write"):
        count_start(tmp_path / "file", 1)
    (tmp_path / "emulator.sqlite3").write_bytes(b"this is no database, but a file of some length")
    with pytest.raises(CannotEmulate, match="cannot use"):
        count_start(tmp_path, 1)
