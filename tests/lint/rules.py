"""Each rule is a function from a parsed file to findings. Escape: `# house: <rule>` on the line."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SQL = re.compile(
    r"^\s*(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from|create\s+table)\s",
    re.I | re.S,
)
EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home|Users)/[A-Za-z.]")
FILE_LINES_MAX = 400
BODY_LINES_MAX = 60
VAGUE = {"utils", "util", "helper", "helpers", "manager", "misc", "common"}
BROAD_FRAMES = {"core/web/frame.py", "core/jobs/frame.py"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: its path from the root, its lines, its tree."""

    path: str
    lines: tuple[str, ...]
    tree: ast.Module

    @classmethod
    def parse(cls, path: str, text: str) -> Source:
        return cls(path, tuple(text.splitlines()), ast.parse(text, path))

    def within(self, *folders: str) -> bool:
        return self.path.startswith(folders)

    @property
    def is_product(self) -> bool:
        return self.within("core/", "pages/", "sandbox/", "app.py", "scheduler.py")


@dataclass(frozen=True)
class Finding:
    """One broken rule at one line."""

    path: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} [{self.rule}] {self.sentence}"


Found = Iterator[tuple[int, str]]


def sql_only_in_store_and_lake(source: Source) -> Found:
    """SQL text stands only where data lives."""
    if not source.within("core/", "pages/") or source.within("core/store/", "core/lake/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno, "SQL outside core/store and core/lake"


def pages_do_nothing_on_import(source: Source) -> Found:
    """A page module defines; only the shell runs."""
    if not source.within("pages/") or source.path == "pages/shell.py":
        return
    for node in source.tree.body:
        for inner in ast.walk(node) if isinstance(node, ast.Expr | ast.Assign) else ():
            if isinstance(inner, ast.Attribute) and ast.unparse(inner).startswith("st."):
                yield inner.lineno, "Streamlit is called on import"


def pages_shadow_no_standard_module(source: Source) -> Found:
    """pages/ is first on the import path under Streamlit."""
    name = source.path.removeprefix("pages/").removesuffix(".py")
    if source.within("pages/") and name in sys.stdlib_module_names:
        yield 1, f"a page named {name} hides the standard module"


def cached_functions_take_the_scope(source: Source) -> Found:
    """A cache shared by everybody must be keyed by who asks."""
    for function in _functions(source.tree):
        if not any("cache_data" in ast.unparse(d) for d in function.decorator_list):
            continue
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if not names or names[0] != "scope" or any(n.startswith("_") for n in names):
            yield function.lineno, "first argument must be `scope`, none may start with `_`"


def no_raw_html_in_markdown(source: Source) -> Found:
    """Names from Amazon are data, never markup."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
            yield node.value.lineno, "unsafe_allow_html"


def one_clock(source: Source) -> Found:
    """Only core/clock.py reads the machine's clock."""
    if not source.within("core/", "pages/") or source.path == "core/clock.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"datetime.now", "datetime.utcnow", "date.today", "time.time"}:
                yield node.lineno, f"{called} outside core/clock.py"


def one_environment(source: Source) -> Found:
    """Only core/config.py reads the environment."""
    if not source.within("core/", "pages/", "app.py", "scheduler.py"):
        return
    if source.path == "core/config.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}:
            yield node.lineno, "os.environ outside core/config.py"


def sizes(source: Source) -> Found:
    """Files and functions stay readable."""
    if source.within("tests/"):
        return
    if len(source.lines) > FILE_LINES_MAX:
        yield 1, f"{len(source.lines)} lines, over {FILE_LINES_MAX}"
    for function in _functions(source.tree):
        length = (function.end_lineno or 0) - _body_start(function) + 1
        if length > BODY_LINES_MAX:
            yield function.lineno, f"{function.name} has {length} lines, over {BODY_LINES_MAX}"


def names_say_something(source: Source) -> Found:
    """No module is a drawer."""
    for part in source.path.removesuffix(".py").split("/"):
        if part in VAGUE:
            yield 1, f"a module named {part}"


def broad_catches_only_in_frames(source: Source) -> Found:
    """Everything is caught in the page frame and the job frame; elsewhere the narrow type."""
    if not source.within("core/", "pages/", "app.py", "scheduler.py"):
        return
    if source.path in BROAD_FRAMES:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = "" if node.type is None else ast.unparse(node.type)
            if caught in {"", "Exception", "BaseException"}:
                yield node.lineno, f"except {caught or 'everything'} outside the two frames"


def tests_do_not_sleep(source: Source) -> Found:
    """The clock is passed; waiting for a process is a condition with a deadline."""
    if not source.within("tests/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}:
            yield node.lineno, "a sleep in a test"


def no_pictures_no_paths(source: Source) -> Found:
    """No emoji and no path of a machine in code (hostile names in the sandbox's world apart)."""
    for number, line in enumerate(source.lines, 1):
        if MACHINE_PATH.search(line):
            yield number, "a path of a machine"
        if source.is_product and not source.within("sandbox/world/") and EMOJI.search(line):
            yield number, "an emoji"


RULES: tuple[Callable[[Source], Found], ...] = (
    sql_only_in_store_and_lake,
    pages_do_nothing_on_import,
    pages_shadow_no_standard_module,
    cached_functions_take_the_scope,
    no_raw_html_in_markdown,
    one_clock,
    one_environment,
    sizes,
    names_say_something,
    broad_catches_only_in_frames,
    tests_do_not_sleep,
    no_pictures_no_paths,
)


def findings(source: Source) -> Iterator[Finding]:
    """Yield every finding of every rule in one file, but for lines that carry an escape."""
    for rule in RULES:
        for line, sentence in rule(source):
            text = source.lines[line - 1] if 0 < line <= len(source.lines) else ""
            if f"# house: {rule.__name__}" not in text:
                yield Finding(source.path, line, rule.__name__, sentence)


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _body_start(function: Function) -> int:
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1].lineno if documented and len(function.body) > 1 else first.lineno
