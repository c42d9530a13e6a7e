"""Ask the tests of the rules of clocks and credit whether they notice a mistake.

``make rule-mutants`` (or ``python -m benchmarks.rule_mutants``). Every single mistake that the
operators below can make in those modules is tried, not a sample: a comparison, a condition, a
number, a sum, a call turned into its neighbour, a line left out, a row of a table of moves left
out. Each runs in a fork of one collected test run, against the tests that need no database. Words
of sentences and names of enumerations are left alone. The run fails below nine in ten.
"""

import argparse
import ast
import copy
import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, MappingProxyType, ModuleType
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

LEAST_KILLED: Final = 0.9
LONGEST_SECONDS: Final = 90
CLOCKS: Final = "tests/market/clocks"
CREDIT: Final = "tests/market/credit"
# Each module with the tests that need no database.
MODULES: Final[dict[str, tuple[str, ...]]] = {
    "market.clocks.rules": (f"{CLOCKS}/test_rules.py",),
    "market.clocks.card_rules": ("tests/market/supervision/test_rules.py",),
    "market.clocks.counting": (f"{CLOCKS}/test_counting.py",),
    "market.clocks.replay": (f"{CLOCKS}/test_replay.py",),
    "market.credit.rules": (f"{CREDIT}/test_rules.py",),
    "market.credit.cases.rules": (f"{CREDIT}/cases/test_case_rules.py",),
    "market.credit.repair.rules": (f"{CREDIT}/repair/test_repair_rules.py",),
    "market.credit.withdrawals.rules": (f"{CREDIT}/repair/test_repair_rules.py",),
    "market.credit.ledgers.rules": (f"{CREDIT}/test_ledger_rules.py",),
    "market.affiliations.sanctions.rules": ("tests/market/affiliations/test_sanction_rules.py",),
    "market.firms.restrictions.rules": ("tests/market/firms/restrictions",),
}
COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NEIGHBOURS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the tree with it, where it is, and what was changed."""

    tree: ast.Module
    line: int
    change: str


def mistakes(source: str) -> Iterator[Mistake]:
    """Yield every mistake that the operators can make in a module."""
    tree = ast.parse(source)
    skipped = set(_left_alone(tree))
    for at, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for number in range(8):
            changed = copy.deepcopy(tree)
            other = next(each for place, each in enumerate(ast.walk(changed)) if place == at)
            before = ast.unparse(other)
            if not _change(other, number):
                break
            after = "left out" if isinstance(other, ast.Pass) else ast.unparse(other)
            if after == before:
                continue
            ast.fix_missing_locations(changed)
            yield Mistake(changed, getattr(node, "lineno", 0), f"{before}  ->  {after}")


def _left_alone(tree: ast.Module) -> Iterator[int]:
    """Yield what is no rule: documentation, annotations, enumerations, words, imports, errors."""
    for node in ast.walk(tree):
        alone: list[ast.AST] = []
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            alone = [node]
        elif isinstance(node, ast.ClassDef):
            # Its values and its sentences; its methods are rules unless it is an error.
            is_error = any("Error" in ast.unparse(base) for base in node.bases)
            alone = [
                each for each in node.body if is_error or not isinstance(each, ast.FunctionDef)
            ] + node.decorator_list
        elif isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            alone = [each.annotation for each in arguments if each.annotation is not None]
            alone += [*node.decorator_list, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.AnnAssign):
            alone = [node.annotation]
        elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
            isinstance(node, ast.Call) and ast.unparse(node.func) == "msgid"
        ):
            alone = [node]
        elif isinstance(node, ast.Raise) and "ValueError" in ast.unparse(node):
            alone = [*ast.walk(node)][1:]
        yield from (id(inner) for each in alone for inner in ast.walk(each))


def _change(node: ast.AST, number: int) -> bool:
    """Make the nth mistake in a node; False if there is none."""
    ways = [*_ways(node)]
    if number >= len(ways):
        return False
    field, index, value = ways[number]
    if field == "":
        node.__class__, node.__dict__ = value.__class__, value.__dict__  # type: ignore[assignment]
    elif index is None:
        setattr(node, field, value)
    else:
        getattr(node, field)[index] = value
    return True


Way = tuple[str, int | None, object]


def _ways(node: ast.AST) -> Iterator[Way]:  # noqa: C901, PLR0912 - one case for each operator
    match node:
        case ast.Compare():
            for index, sign in enumerate(node.ops):
                yield from (("ops", index, other()) for other in COMPARED[type(sign)])
        case ast.BoolOp():
            yield "op", None, ast.And() if isinstance(node.op, ast.Or) else ast.Or()
            yield from (("", None, value) for value in node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield "", None, node.operand
        case ast.BinOp() if type(node.op) in COUNTED:
            yield "op", None, COUNTED[type(node.op)]()
        case ast.AugAssign() if type(node.op) in COUNTED:
            yield "op", None, COUNTED[type(node.op)]()
            yield "", None, ast.Pass()
        case ast.IfExp() | ast.If() | ast.While():
            yield "test", None, ast.UnaryOp(op=ast.Not(), operand=node.test)
        case ast.Constant():
            yield from _constants(node.value)
        case ast.Call(func=ast.Name(id=name)) if name in NEIGHBOURS:
            yield "func", None, ast.Name(id=NEIGHBOURS[name], ctx=ast.Load())
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield "value", None, ast.Constant(value=None)
        case ast.Raise() | ast.Expr(value=ast.Call()) | ast.Continue():
            yield "", None, ast.Pass()
        case ast.comprehension() if node.ifs:
            yield "ifs", None, []
        case ast.Dict(keys=keys, values=values):
            for index in range(len(keys)):
                rest = [each for place, each in enumerate(keys) if place != index]
                kept = [each for place, each in enumerate(values) if place != index]
                yield "", None, ast.Dict(keys=rest, values=kept)
        case ast.Set(elts=parts) | ast.Tuple(elts=parts, ctx=ast.Load()) if len(parts) > 1:
            if isinstance(node, ast.Set):
                yield from (("", None, ast.Set(elts=_without(parts, i))) for i in range(len(parts)))
        case _:
            return


def _without(parts: list[ast.expr], index: int) -> list[ast.expr]:
    return [part for place, part in enumerate(parts) if place != index]


def _constants(value: object) -> Iterator[Way]:
    if isinstance(value, bool):
        yield "value", None, not value
    elif isinstance(value, int):
        yield "value", None, value + 1
        yield "value", None, value - 1
    elif isinstance(value, str) and value.isascii() and " " not in value:
        yield "value", None, f"{value}x"


def put_in(module: ModuleType, tree: ast.Module, path: str) -> None:
    """Put the mistake into the running module: its functions' code, and its constants."""
    code = compile(tree, path, "exec")
    changed = dict(_codes(code))
    for function in _functions(module):
        if (fresh := changed.get(function.__code__.co_qualname)) is not None:
            function.__code__ = fresh
    for statement, old in zip(
        tree.body, ast.parse(Path(path).read_text("utf-8")).body, strict=True
    ):
        if ast.dump(statement) == ast.dump(old) or not isinstance(
            statement, (ast.Assign, ast.AnnAssign)
        ):
            continue
        target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        if statement.value is None or not isinstance(target, ast.Name):
            continue
        value = eval(compile(ast.Expression(statement.value), path, "eval"), vars(module))  # noqa: S307 - our own module
        _replace(getattr(module, target.id), value)


def _replace(old: object, new: object) -> None:
    """Give everybody who holds a constant the mistaken one instead."""
    if isinstance(old, MappingProxyType) and isinstance(new, MappingProxyType):
        inner = next(each for each in gc.get_referents(old) if isinstance(each, dict))
        fresh = dict(new)
        inner.clear()
        inner.update(fresh)
        return
    for module in [*sys.modules.values()]:
        names = getattr(module, "__dict__", {})
        for name in [name for name, held in names.items() if held is old]:
            names[name] = new


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant.co_qualname, constant
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        held = [*vars(value).values()] if isinstance(value, type) else [value]
        for each in held:
            function = each.fget if isinstance(each, property) else each
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function


class Examination:
    """A pytest plugin that runs the collected tests once for each mistake, in a fork."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tried = 0
        self.survived: list[Mistake] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the right code, then every mistake."""
        module = importlib.import_module(self.name)
        path = str(module.__file__)
        if not self._passes(session, None, module, path):
            sys.exit(f"{self.name}: the tests fail without a mistake")
        for mistake in mistakes(Path(path).read_text("utf-8")):
            self.tried += 1
            if self._passes(session, mistake, module, path):
                self.survived.append(mistake)
                print(f"\nSURVIVED {self.name}:{mistake.line}  {mistake.change[:300]}", flush=True)
        return True

    @staticmethod
    def _passes(
        session: pytest.Session, mistake: Mistake | None, module: ModuleType, path: str
    ) -> bool:
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] == 0
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(2))
        signal.alarm(LONGEST_SECONDS)
        try:
            if mistake is not None:
                put_in(module, mistake.tree, path)
            passed = all(
                not report.failed
                for item in session.items
                for report in runtestprotocol(item, log=False, nextitem=None)
            )
        except BaseException:  # noqa: BLE001 - a mistake may end in any way
            os._exit(1)
        os._exit(0 if passed else 1)


def examine(name: str) -> tuple[int, int]:
    """Return how many mistakes in a module were tried, and how many were noticed."""
    plugin = Examination(name)
    started = time.monotonic()
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *MODULES[name]], [plugin])
    killed = plugin.tried - len(plugin.survived)
    seconds = time.monotonic() - started
    print(f"\n{name}: {killed} of {plugin.tried} noticed, {seconds:.0f} s", flush=True)
    return plugin.tried, killed


def main() -> None:
    """Examine the rules of clocks and credit, all or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=[*MODULES])
    counts = [examine(name) for name in parser.parse_args().modules]
    tried, killed = (sum(column) for column in zip(*counts, strict=True))
    print(f"clocks and credit: {killed} of {tried} noticed, {killed / tried:.1%}")
    sys.exit(killed < LEAST_KILLED * tried)


if __name__ == "__main__":
    main()
