"""Parse a whole entry and refuse what would rebind or delete a protected name, before anything of it runs.

Only names of the module's own scope matter: a local variable of a function hides nothing from the next
entry. Python's rules of what binds where: the language reference, sections 4.2.1 and 7.
"""

import ast
import codeop
import linecache
import textwrap
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import TypeGuard

from plaud_live.errors import TransactionError

MAX_CHARACTERS = 100_000
"""Longest entry; a longer one is a paste gone wrong, or belongs in a file."""

MAX_SCRIPT_CHARACTERS = 400_000
"""Longest script: `history.py` of hours."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Entry:
    """A parsed and guarded entry: `body` is run, then `last`, whose value is shown; None shows nothing.

    `bound` are the names that it gives a value.
    """

    text: str
    body: CodeType
    last: CodeType | None
    bound: frozenset[str] = frozenset()


def parse(
    text: str, words: Collection[str], instruments: Collection[str], filename: str = "<entry>"
) -> Entry:
    """Compile `text`, whose lines stay available to tracebacks under `filename`.

    `x = load("…")` is given the name of its target. Raises SyntaxError as Python says it, ValueError, and
    TransactionError for a protected name, or where it is too long or nested too deep. A script, whose
    `filename` is none in angle brackets, may be longer than what is typed.
    """
    script = not filename.startswith("<")
    most = MAX_SCRIPT_CHARACTERS if script else MAX_CHARACTERS
    if len(text) > most:
        what, hint = ("a script", "") if script else ("an entry", '; put it in a file and run("file.py")')
        raise TransactionError(f"{what} of {len(text) / 1000:.0f} kB — wants at most {most // 1000}{hint}")
    try:
        return _parsed(textwrap.dedent(text).strip() + "\n", words, instruments, filename)
    except (RecursionError, MemoryError):
        raise TransactionError("nested too deep to be read — say it in steps, each with a name") from None


def _parsed(text: str, words: Collection[str], instruments: Collection[str], filename: str) -> Entry:
    tree = ast.parse(text, filename)
    loads = list(_named_loads(tree))
    loaded = {id(target) for target, _ in loads}
    bound = list(bindings(tree))
    for name, node in bound:
        _refuse(name, node, words, () if id(node) in loaded else instruments)
    for target, call in loads:
        if not any(word.arg == "name" for word in call.keywords):
            call.keywords.append(ast.keyword("name", ast.Constant(target.id)))
    ast.fix_missing_locations(tree)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), filename, "eval")  # type: ignore[attr-defined]
    body = compile(tree, filename, "exec")
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    return Entry(text, body, last, frozenset(name for name, _ in bound))


def is_complete(text: str) -> bool:
    """Whether Enter may run `text`: it is whole or wrong. An indented last line waits for an empty one."""
    lines = text.split("\n")
    if len(lines) > 1 and lines[-1].strip() and lines[-1][0].isspace():
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return codeop.compile_command(textwrap.dedent(text), "<entry>", "exec") is not None
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return True


def bindings(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every name that running `tree` would bind or delete in its own scope, with the node that does it."""
    for statement in tree.body:
        yield from _bound(statement, None)


def _bound(node: ast.AST, global_names: frozenset[str] | None) -> Iterator[tuple[str, ast.AST]]:
    """Names bound by `node`; within a function or class `global_names` are those that it declares global."""
    for name in _own_names(node):
        if global_names is None or name in global_names:
            yield name, node
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield from _bound_outside(node, global_names)
        body: list[ast.AST] = [*node.body] if isinstance(node.body, list) else [node.body]
        inner = frozenset(n for part in body for n in _declared_global(part))
        for part in body:
            yield from _bound(part, inner)
        return
    if isinstance(node, _COMPREHENSIONS):  # its targets are its own; a walrus in it binds outside
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr) and (global_names is None or part.target.id in global_names):
                yield part.target.id, part
        return
    for child in ast.iter_child_nodes(node):
        yield from _bound(child, global_names)


def _bound_outside(node: ast.AST, global_names: frozenset[str] | None) -> Iterator[tuple[str, ast.AST]]:
    """Names bound by what a function or class evaluates where it stands: decorators, defaults, bases."""
    for field, value in ast.iter_fields(node):
        if field == "body":
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.arguments):
                for default in [*part.defaults, *(d for d in part.kw_defaults if d)]:
                    yield from _bound(default, global_names)
            elif isinstance(part, ast.AST):
                yield from _bound(part, global_names)


def _own_names(node: ast.AST) -> Iterator[str]:
    """Names that this node by itself binds or deletes."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def _declared_global(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Global):
        yield from node.names
    if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        for child in ast.iter_child_nodes(node):
            yield from _declared_global(child)


def _refuse(name: str, node: ast.AST, words: Collection[str], instruments: Collection[str]) -> None:
    line = getattr(node, "lineno", 1)
    where = f"line {line}: " if line > 1 else ""
    if name == "*":
        raise TransactionError(f"{where}import * could replace names that play — import the names you want")
    if name in words or name == "__builtins__":
        raise TransactionError(f"{where}{name} is a word of the language and stays — take another name")
    if name in instruments:
        raise TransactionError(f"{where}{name} is an instrument and keeps its name — take another name")


def _named_loads(tree: ast.AST) -> Iterator[tuple[ast.Name, ast.Call]]:
    """Every `x = load(…)`, also within `x, y = load(…), load(…)`: its target and its call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pairs(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            yield from _pairs(node.target, node.value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.Call]]:
    sequences = (ast.Tuple, ast.List)
    if isinstance(target, sequences) and isinstance(value, sequences) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)
    elif isinstance(target, ast.Name) and _is_load(value):
        yield target, value


def _is_load(node: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "load"
