"""Docstrings by Google's convention, by reading the source: what another folder uses says what it takes and returns."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import shop_assets

PACKAGE = Path(shop_assets.__file__).parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A module's syntax tree and the folder that it belongs to; modules at the root are folders of their own."""

    name: str
    folder: str
    tree: ast.Module


@cache
def modules() -> list[Module]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(("shop_assets", *parts)).removesuffix(".__init__")
        found.append(Module(name, parts[0], ast.parse(path.read_text(encoding="utf-8"))))
    return found


@cache
def imported_elsewhere() -> frozenset[tuple[str, str]]:
    """Modules and names of theirs that another folder imports, directly or as an attribute of the module."""
    used: set[tuple[str, str]] = set()
    names = {module.name: module.folder for module in modules()}
    for module in modules():
        aliases: dict[str, str] = {}
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ImportFrom) or node.module is None or node.level:
                continue
            for alias in node.names:
                target = f"{node.module}.{alias.name}"
                if target in names:
                    if names[target] != module.folder:
                        aliases[alias.asname or alias.name] = target
                elif names.get(node.module, module.folder) != module.folder:
                    used.add((node.module, alias.name))
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
                used.add((aliases[node.value.id], node.attr))
    return frozenset(used)


def public_functions(folder: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """The functions of a folder that others use, its classes that they use, and these classes' public methods."""
    for module in modules():
        if module.folder != folder:
            continue
        for node in module.tree.body:
            if not isinstance(node, Function | ast.ClassDef) or (module.name, node.name) not in imported_elsewhere():
                continue
            title = f"{module.name.removeprefix('shop_assets.')}:{node.name}"
            yield title, node
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, Function) and not method.name.startswith("_"):
                        yield f"{title}.{method.name}", method


def faults(node: Function | ast.ClassDef) -> list[str]:
    """What the docstring lacks."""
    docstring = ast.get_docstring(node)
    if not docstring:
        return ["no docstring"]
    summary = docstring.partition("\n")[0]
    found = [] if summary.endswith(".") else ["the summary is no sentence on one line"]
    if isinstance(node, ast.ClassDef):
        return found
    sections = set(docstring.split("\n"))
    decorators = {ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list}
    parameters = [
        argument.arg
        for argument in (
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
            node.args.vararg,
            node.args.kwarg,
        )
        if argument is not None and argument.arg not in {"self", "cls"} and not argument.arg.startswith("_")
    ]
    if parameters and "Args:" not in sections:
        found.append("no Args:")
    found += [f"{name} is not in Args:" for name in parameters if f"\n    {name}: " not in docstring]
    returns = None if node.returns is None else ast.unparse(node.returns).strip("'\"")
    yields = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in _own_nodes(node))
    is_property = "property" in decorators or "cached_property" in decorators
    if not is_property and returns not in {None, "None", "NoReturn"} and not sections & {"Returns:", "Yields:"}:
        found.append("no Yields:" if yields else "no Returns:")
    if (
        any(isinstance(part, ast.Raise) and part.exc is not None for part in _own_nodes(node))
        and "Raises:" not in sections
    ):
        found.append("no Raises:")
    return found


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function but what is in functions within it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield from _own_nodes(child)


def lacking(folder: str) -> dict[str, list[str]]:
    return {title: lacks for title, node in public_functions(folder) if (lacks := faults(node))}


@pytest.mark.parametrize("folder", sorted({module.folder for module in modules()}))
def test_what_other_folders_use_says_what_it_takes_and_returns(folder: str) -> None:
    assert not lacking(folder)


def test_a_docstring_without_its_sections_is_found() -> None:
    (function,) = ast.parse('''
def divide(dividend: float, divisor: float) -> float:
    """Divides."""
    if not divisor:
        raise ZeroDivisionError("divisor")
    return dividend / divisor
''').body
    assert isinstance(function, ast.FunctionDef)
    assert faults(function) == [
        "no Args:",
        "dividend is not in Args:",
        "divisor is not in Args:",
        "no Returns:",
        "no Raises:",
    ]
