"""The pages of the studio, and the scripts and styles that they load: beside them, whatever address they have."""

from __future__ import annotations

from nccodsl.base.package_data import package_data

STATIC = (
    *("studio.js", "studio.css", "phone.js", "phone.css", "graph.js", "graph.css", "layout.js"),
    *("layout.LICENSE.md", "studio.LICENSES.md"),
)
"""What pages load from `static/`, and its licenses."""
SERVICES_WORKER, SERVICE_WORKER = "services_worker.js", "service_worker.js"
"""What only pages without a server need: Python, and what keeps their files."""
FRAMES = ("phone", "graph")
"""The pages inside the studio's page."""
_HEAD = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">{policy}
    <title>{title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="static/{name}.css">
"""
_STUDIO = """    <script src="static/studio.js" data-nonce="{nonce}"{services}{sound} defer></script>
  </head>
  <body></body>
</html>
"""
_FRAMED = """  </head>
  <body><div id="page"></div><script src="static/{name}.js" data-layout="static/layout.js"></script></body>
</html>
"""
_SERVICES = f' data-services="static/{SERVICES_WORKER}"'


def studio_page(nonce: str, *, policy: str | None = None, sound: bool = False) -> str:
    """The page. With a `policy`, it needs no server: its services run in a worker. `sound`: they make that of calls."""
    head = _HEAD.format(policy=_meta(policy), title="nccodsl studio", name="studio")
    services = "" if policy is None else _SERVICES
    return head + _STUDIO.format(nonce=nonce, services=services, sound=" data-sound" if sound else "")


def framed_page(name: str, *, policy: str | None = None) -> str:
    """A page inside it, one of FRAMES."""
    return (_HEAD + _FRAMED).format(policy=_meta(policy), title=name, name=name)


def policy_of(nonce: str | None, *, python: bool = False) -> str:
    """What a page may do: load what is beside it, and nothing else; `nonce` lets its editor add styles.

    `python`: its worker, which has the same policy, runs WebAssembly.
    """
    scripts = " 'wasm-unsafe-eval'" if python else ""
    styles = "" if nonce is None else f" 'nonce-{nonce}'"
    return (
        f"default-src 'none'; script-src 'self'{scripts}; style-src 'self'{styles}; connect-src 'self'; img-src data:; "
        "frame-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'"
    )


def static(name: str) -> bytes:
    """A file of STATIC, or one of the workers."""
    return package_data(__file__, f"static/{name}")


def _meta(policy: str | None) -> str:
    return "" if policy is None else f'\n    <meta http-equiv="Content-Security-Policy" content="{policy}">'
