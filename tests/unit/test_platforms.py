"""What only Unix has stays behind a guard: elsewhere a command says less or does without, but it runs.

`server` (and a later `campaign`) may need Unix.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests import package_trees

FREE = ("server/", "campaign/")
MODULES = frozenset(
    (
        "crypt",
        "curses",
        "fcntl",
        "grp",
        "nis",
        "posix",
        "pty",
        "pwd",
        "readline",
        "resource",
        "select",
        "spwd",
        "syslog",
        "termios",
        "tty",
    )
)
NAMES = {
    "os": frozenset(
        (
            "O_CLOEXEC",
            "O_DIRECTORY",
            "O_NOFOLLOW",
            "O_NONBLOCK",
            "O_SYNC",
            "chown",
            "chroot",
            "ctermid",
            "fchdir",
            "fchmod",
            "fchown",
            "fork",
            "forkpty",
            "getegid",
            "geteuid",
            "getgid",
            "getgroups",
            "getloadavg",
            "getpgid",
            "getpgrp",
            "getpriority",
            "getresuid",
            "getsid",
            "getuid",
            "kill",
            "killpg",
            "lchown",
            "lockf",
            "mkfifo",
            "mknod",
            "nice",
            "openpty",
            "pipe2",
            "posix_fadvise",
            "posix_spawn",
            "pread",
            "pwrite",
            "register_at_fork",
            "sched_getaffinity",
            "sendfile",
            "setgid",
            "setpgid",
            "setpriority",
            "setsid",
            "setuid",
            "statvfs",
            "sysconf",
            "uname",
            "ttyname",
            "wait",
            "wait3",
            "wait4",
            "waitid",
        )
    ),
    "signal": frozenset(
        (
            "SIGALRM",
            "SIGCHLD",
            "SIGCONT",
            "SIGHUP",
            "SIGKILL",
            "SIGPIPE",
            "SIGQUIT",
            "SIGSTOP",
            "SIGTERM",
            "SIGTSTP",
            "SIGUSR1",
            "SIGUSR2",
            "SIGWINCH",
            "alarm",
            "pause",
            "pthread_kill",
            "pthread_sigmask",
            "setitimer",
            "siginterrupt",
            "signal",
            "sigwait",
        )
    ),
    "socket": frozenset(("AF_UNIX", "SO_REUSEPORT", "send_fds", "recv_fds")),
    "time": frozenset(("CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "clock_gettime", "clock_settime", "tzset")),
    "asyncio": frozenset(("open_unix_connection", "start_unix_server")),
    "loop": frozenset(("add_signal_handler", "remove_signal_handler", "add_reader", "add_writer")),
}
"""Attributes that are missing, or do something else, on Windows; `loop` stands for any event loop."""
CAUGHT = frozenset(("ImportError", "ModuleNotFoundError", "AttributeError", "NotImplementedError", "Exception"))
ABSENT = CAUGHT | {"OSError", "FileNotFoundError"}
"""What a missing file raises."""
FOLDERS = ("/dev/", "/proc/", "/sys/", "/etc/", "/tmp/")
Nodes = tuple[ast.AST, ...]


def walked(node: ast.AST, above: Nodes = ()) -> Iterator[tuple[ast.AST, Nodes]]:
    """Every node, with those that it lies in."""
    yield node, above
    for child in ast.iter_child_nodes(node):
        yield from walked(child, (*above, node))


def unix_only(node: ast.AST, above: Nodes) -> str:
    """What a node uses that only Unix has; empty where it uses nothing of the kind."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        return next((name for name in names if name.partition(".")[0] in MODULES), "")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        known = NAMES.get(node.value.id, frozenset())
        call = above[-1] if above else None
        if (
            isinstance(call, ast.Call)
            and call.func is node
            and ast.unparse(call).startswith("signal.signal(signal.SIGINT")
        ):
            return ""  # an interruption is one everywhere
        return f"{node.value.id}.{node.attr}" if node.attr in known | NAMES["loop"] else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(FOLDERS):
        # A name is not an access: what is opened, is opened in a function.
        return node.value if any(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) for one in above) else ""
    return ""


def names_in(node: ast.AST) -> set[str]:
    """The names and attributes that an expression is made of."""
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return found | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def asks_for_the_system(test: ast.expr) -> bool:
    """`hasattr(…)`, `sys.platform`, `os.name`, `platform.system()`."""
    shown = ast.unparse(test)
    return any(mark in shown for mark in ("hasattr(", "sys.platform", "os.name", "platform.system("))


def left_before(node: ast.AST, function: ast.AST) -> bool:
    """Whether an `if` about the system leaves the function before a node is reached."""
    return any(
        isinstance(one, ast.If)
        and asks_for_the_system(one.test)
        and isinstance(one.body[-1], ast.Return | ast.Raise)
        and one.end_lineno is not None
        and one.end_lineno < getattr(node, "lineno", 0)
        for one in getattr(function, "body", ())
    )


def is_guarded(node: ast.AST, above: Nodes) -> bool:
    """Whether a node is only reached where its system has it, or its absence is caught."""
    enough = ABSENT if isinstance(node, ast.Constant) else CAUGHT
    for inner, outer in zip((*above[1:], node), above, strict=True):
        match outer:
            case ast.Try(body=body, handlers=handlers) if inner in body:
                caught = {name for one in handlers for name in (names_in(one.type) if one.type else {"Exception"})}
                if caught & enough:
                    return True
            case ast.If(test=test) | ast.IfExp(test=test) if inner is not test and asks_for_the_system(test):
                return True
            case ast.BoolOp(values=[first, *_]) if inner is not first and asks_for_the_system(first):
                return True
            case ast.With(items=items) if "suppress" in names_in(items[0].context_expr):
                if names_in(items[0].context_expr) & enough:
                    return True
            case ast.FunctionDef() if left_before(node, outer):
                return True
    return False


def unguarded(tree: ast.Module) -> list[str]:
    """What a module uses of Unix without a guard."""
    return [
        f"{getattr(node, 'lineno', 0)}: {name}"
        for node, above in walked(tree)
        if (name := unix_only(node, above)) and not is_guarded(node, above)
    ]


SOURCES = {name: path for path in package_trees.MODULES if not (name := package_trees.shown(path)).startswith(FREE)}


def test_what_only_unix_has_is_guarded() -> None:
    assert {name: found for name, path in SOURCES.items() if (found := unguarded(package_trees.tree_of(path)))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import fcntl",
        "def f():\n    from pwd import getpwnam",
        "try:\n    import termios\nexcept ValueError:\n    pass",
        "x = os.getuid()",
        "os.kill(1, 9)",
        "if verbose:\n    os.fchmod(1, 0o600)",
        "x = os.getuid() if verbose else 0",
        "signal.signal(signal.SIGTERM, stop)",
        "def f():\n    return open('/dev/null')",
        "def f():\n    os.kill(1, 0)\n    if os.name != 'posix':\n        return",
    ],
)
def test_what_is_found(text: str) -> None:
    assert unguarded(ast.parse(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import fcntl\nexcept ImportError:\n    fcntl = None",
        "with suppress(ImportError):\n    import readline",
        "x = os.getuid() if hasattr(os, 'getuid') else 0",
        "x = hasattr(os, 'getuid') and os.getuid()",
        "if sys.platform != 'win32':\n    os.kill(1, 9)",
        "def f():\n    if os.name != 'posix':\n        return\n    os.kill(1, 0)",
        "def f():\n    try:\n        open('/proc/self/stat')\n    except OSError:\n        pass",
        "x = getattr(os, 'O_NOFOLLOW', 0)",
        "INHERITED = ('/dev/stdin',)",
    ],
)
def test_what_is_a_guard(text: str) -> None:
    assert unguarded(ast.parse(text)) == []
