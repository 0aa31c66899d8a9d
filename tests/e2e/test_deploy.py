"""The files in deploy/: the steps of the Dockerfile as plain commands, and manifests against the schemas of their tools.

No image is built here. The steps run in a folder that stands for the root of the image, the server as its user.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.serve_process import SECRET, ServeProcess
from tests.e2e.test_serve import LEG
from tests.postgres import for_everyone

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.30"
"""The oldest version that the manifests are for."""


def instructions() -> Iterator[tuple[str, str]]:
    """The instructions of the Dockerfile in order, with the values of its arguments."""
    values: dict[str, str] = {}
    for line in (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        rest = re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], rest)
        if word == "ARG":
            name, _, value = rest.partition("=")
            values[name] = value
        yield word, rest


class Image:
    """A folder that stands for the root of the image, in which its steps have run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        self.work = folder
        self.said: dict[str, str] = {}
        for word, rest in instructions():
            getattr(self, f"_{word.lower()}", self._note)(word, rest)

    def inside(self, text: str) -> str:
        """A text with the paths of the image as they are here."""
        return re.sub(r"(?<![\w/.:])/(?=(?:opt|src|scripts)\b)", f"{self._folder}/", text)

    def _note(self, word: str, rest: str) -> None:
        self.said[word] = rest

    def _copy(self, _word: str, rest: str) -> None:
        *sources, target = shlex.split(rest)
        if sources[0].startswith("--from="):
            # Both stages have one root here.
            assert sources[1:] == [target]
            return
        for source in (ROOT / one for one in sources):
            place = Path(self.inside(target))
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)

    def _run(self, _word: str, rest: str) -> None:
        done = subprocess.run(
            self.inside(rest), shell=True, cwd=self.work, env=self.environment(), capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def _env(self, _word: str, rest: str) -> None:
        given = dict(one.split("=", 1) for one in shlex.split(rest))
        self.path = os.pathsep.join((self.inside(given["PATH"]).partition(":")[0], self.path))

    def _workdir(self, _word: str, rest: str) -> None:
        self.work = Path(self.inside(rest))

    def environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP"))}
        return {**outside, "PATH": self.path, "TMPDIR": tempfile.gettempdir()}

    @property
    def home(self) -> Path:
        """What would be the home of its user, which has none."""
        return self._folder / "home"

    def files(self) -> set[Path]:
        return {*self._folder.rglob("*")}

    def user(self) -> dict[str, Any]:
        """Who runs the server. Only root can become another user, and not where the interpreter is root's alone."""
        number, group = map(int, self.said["USER"].split(":"))
        other = {"user": number, "group": group, "extra_groups": []}
        return other if os.geteuid() == 0 and for_everyone(Path(sys.executable)) else {}


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    # The folders of pytest belong to their user alone.
    with tempfile.TemporaryDirectory(prefix="nccodsl-image-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Image(Path(folder))


class Contained(ServeProcess):
    """What the image starts, with arguments of a manifest."""

    def __init__(self, image: Image, folder: Path, *arguments: str) -> None:
        self._image = image
        super().__init__(folder, *arguments)

    def start(self) -> None:
        image = self._image
        words = [*json.loads(image.said["ENTRYPOINT"]), *map(str, self._arguments), "--port", "0"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [shutil.which(words[0], path=image.path) or "", *words[1:]],
                cwd=image.work,
                env={**image.environment(), "HOME": str(image.home), "NCCODSL_SIGNATURE_SECRET": SECRET},
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                **image.user(),
            )
        self._first_line = self._line()
        self.url = self._first_line.partition(" is serving at ")[2].partition(";")[0].replace("0.0.0.0", "127.0.0.1")
        self.port = int(self.url.rpartition(":")[2])

    def is_healthy(self) -> bool:
        """What the health check of the image says."""
        command = json.loads(self._image.said["HEALTHCHECK"].partition(" CMD ")[2])
        command = [one.replace(":8080/", f":{self.port}/") for one in command]
        return subprocess.run(command, env=self._image.environment(), capture_output=True, check=False).returncode == 0


def kubernetes() -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))


def arguments(store: str) -> dict[str, list[str]]:
    """What each file starts the server with, over another store."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    container = kubernetes()[0]["spec"]["template"]["spec"]["containers"][0]
    given = {
        "Dockerfile": json.loads(dict(instructions())["CMD"]),
        "compose.yaml": [one.replace("${BASE_URL:?}", "https://x.example.com") for one in compose["services"]["server"]["command"]],
        "kubernetes.yaml": container["args"],
    }  # fmt: skip
    return {name: [store if one.startswith("postgresql:") else one for one in words] for name, words in given.items()}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="images are for Linux")
@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "kubernetes.yaml"])
def test_the_image_serves(image: Image, tmp_path: Path, postgres_url: str, file: str) -> None:
    words = arguments(postgres_url)[file]
    assert postgres_url in words
    before = image.files()
    with Contained(image, tmp_path, *words) as server:
        assert server.is_healthy()
        answer = server.post("ivr/answer", LEG)
        assert answer.status_code == 200
        assert answer.json()[-1]["eventUrl"][0].startswith(
            words[words.index("--base-url") + 1] if "--base-url" in words else ""
        )
        assert server.stop(getattr(signal, image.said["STOPSIGNAL"])) == 0
        assert not server.is_healthy()
        lines = [json.loads(line) for line in server.log.splitlines()]
        assert [line["status"] for line in lines if line.get("route") == "answer"] == [200]
    # Its file system may be read-only.
    assert image.files() == before


def test_the_manifests_of_kubernetes() -> None:
    validate = pytest.importorskip("kubernetes_validate")
    documents = kubernetes()
    for document in documents:
        validate.validate(document, KUBERNETES, strict=True)
    documents[0]["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(validate.ValidationError):
        validate.validate(documents[0], KUBERNETES, strict=True)


def test_the_file_of_compose() -> None:
    compose = pytest.importorskip("compose_spec").PyCompose
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    compose.from_yaml(text).validate()
    with pytest.raises(ValueError):
        compose.from_yaml(text.replace("read_only:", "read_onyl:"))
