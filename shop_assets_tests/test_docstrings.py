"""Docstrings by Google's convention: what another top folder uses says what it takes and returns."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import shop_assets

PACKAGE = Path(shop_assets.__file__).parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
CONTEXT_MANAGERS = {"contextmanager", "contextlib.contextmanager"}


@dataclass(frozen=True)
class Module:
    """A module's syntax tree and its package, which is the module itself where it is an `__init__`."""

    name: str
    package: str
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The part of its path below shop_assets that names its top folder; modules at the root are their own."""
        return self.name.partition(".")[2].partition(".")[0]


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ("shop_assets", *path.relative_to(PACKAGE).with_suffix("").parts)
        package = ".".join(parts[:-1])
        name = package if parts[-1] == "__init__" else ".".join(parts)
        found[name] = Module(name, package, ast.parse(path.read_text(encoding="utf-8")))
    return found


def imports(module: Module) -> Iterator[tuple[str, str]]:
    """The local name and the full dotted name of all that a module imports, at its top or within functions."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.package.split(".")[: 1 - node.level or None], *([base] if base else [])])
            for alias in node.names:
                yield alias.asname or alias.name, f"{base}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name


def defined(name: str) -> str:
    """The full name where it is defined: a package's `__init__` may only pass it on."""
    base, _, last = name.rpartition(".")
    while name not in modules() and base in modules():
        passed_on = dict(imports(modules()[base])).get(last)
        if passed_on is None or passed_on == name:
            break
        name = passed_on
        base, _, last = name.rpartition(".")
    return name


def used_names(module: Module) -> Iterator[str]:
    """The full names of what a module imports, and of the attributes that it uses of imported modules."""
    aliases = {local: defined(name) for local, name in imports(module)}
    yield from aliases.values()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = aliases.get(ast.unparse(node.value))
            if owner in modules():
                yield defined(f"{owner}.{node.attr}")


@cache
def used_elsewhere() -> frozenset[str]:
    """The full names of all that another top folder imports, directly or as an attribute of the module."""
    used = set()
    for module in modules().values():
        for name in used_names(module):
            owner = modules().get(name.rpartition(".")[0])
            if owner is None or owner.name == module.name:
                continue
            if owner.folder != module.folder:
                used.add(name)
    return frozenset(used)


def public_functions(folder: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """The functions of a folder that others use, its classes that they use, and these classes' public methods."""
    for module in modules().values():
        if module.folder != folder:
            continue
        for node in module.tree.body:
            if not isinstance(node, Function | ast.ClassDef) or f"{module.name}.{node.name}" not in used_elsewhere():
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
    lines = docstring.split("\n")
    sections = {line for line in lines if line in {"Args:", "Returns:", "Yields:", "Raises:"}}
    found += [
        f"nothing below {line}"
        for line, text in pairwise([*lines, ""])
        if line in sections and not text.startswith("    ")
    ]
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
    is_said = is_property or (returns == "bool" and summary.startswith("Whether "))
    if not is_said and returns not in {None, "None", "NoReturn"} and not sections & {"Returns:", "Yields:"}:
        found.append("no Yields:" if yields else "no Returns:")
    if yields and not decorators & CONTEXT_MANAGERS and "Returns:" in sections:
        found.append("Returns: of a generator")
    raised = [part.exc for part in _own_nodes(node) if isinstance(part, ast.Raise) and part.exc is not None]
    if raised and "Raises:" not in sections:
        found.append("no Raises:")
    elif raised:
        described = docstring.partition("Raises:\n")[2]
        classes = {ast.unparse(error.func).rpartition(".")[2] for error in raised if isinstance(error, ast.Call)}
        found += [
            f"{name} is not in Raises:"
            for name in sorted(classes)
            if name.endswith("Error") and f"    {name}: " not in described
        ]
    return found


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function but what is in functions within it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield from _own_nodes(child)


def lacking(folder: str) -> dict[str, list[str]]:
    return {title: lacks for title, node in public_functions(folder) if (lacks := faults(node))}


# By their names alone: to parse all modules while tests are collected would take both processes of `make test` seconds.
@pytest.mark.parametrize("name", sorted({path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py")}))
def test_what_other_folders_use_says_what_it_takes_and_returns(name: str) -> None:
    assert not lacking(name.removesuffix(".py").removesuffix("__init__"))


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


def test_a_section_without_text_and_another_error_are_found() -> None:
    (function,) = ast.parse('''
def half(number: float) -> float:
    """Halve a number.

    Args:
        number: The number.

    Returns:

    Raises:
        ValueError: It is odd.
    """
    if number % 2:
        raise ArithmeticError("odd")
    return number / 2
''').body
    assert isinstance(function, ast.FunctionDef)
    assert faults(function) == ["nothing below Returns:", "ArithmeticError is not in Raises:"]


def test_a_summary_that_begins_with_whether_says_what_is_returned() -> None:
    whether, tries = ast.parse('''
def is_even(number: int) -> bool:
    """Whether a number is even.

    Args:
        number: The number.
    """

def unpack(path: str) -> bool:
    """Unpack an archive.

    Args:
        path: The archive.
    """
''').body
    assert isinstance(whether, ast.FunctionDef)
    assert isinstance(tries, ast.FunctionDef)
    assert (faults(whether), faults(tries)) == ([], ["no Returns:"])


def test_names_are_followed_to_where_they_are_defined() -> None:
    assert defined("shop_assets.settings.Settings") == "shop_assets.settings.environment.Settings"
    titles = {title for folder in ("settings", "landing") for title, _ in public_functions(folder)}
    assert {"settings.environment:Settings", "settings.variables:variable"} <= titles
    assert "landing.files.reading:read_documents" in titles, "defined in a folder of the folder"
