"""Rules that no ready-made linter knows, read from the source by its syntax tree; each says why."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BELOW_PAGES = ("core", "models", "costing", "posting", "services")
REQUEST_BOUND = {"request", "session", "g", "flash", "url_for", "current_app", "abort", "redirect", "render_template"}

APPLICATION = {"app", "config", "worker"}

#: Flask-Security writes users (log-in counts, second factor) through its own datastore and commits there.
MAY_COMMIT = {"core/unit_of_work.py"}
MAY_COMMIT_PREFIXES = ("blueprints/auth",)

#: Charts are drawn in pixels and timings are seconds: neither is a quantity or money. One line a module, with why.
MAY_USE_FLOATS: dict[str, str] = {
    "core/unit_of_work.py": "pauses between attempts, in seconds",
    "services/job_progress.py": "the instant of a heartbeat, in seconds",
}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"), str(path))


def annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as found):
                yield found
            case ast.AnnAssign(annotation=found):
                yield found
            case ast.FunctionDef(returns=ast.expr() as found) | ast.AsyncFunctionDef(returns=ast.expr() as found):
                yield found


def test_below_the_pages_nobody_reaches_for_the_request():
    # Jobs, commands, the API and tests call the same services without a request.
    found = [
        f"{name}:{node.lineno} imports flask's {alias.name}"
        for name, tree in modules(*BELOW_PAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name in REQUEST_BOUND
    ]

    assert found == []


def test_below_the_pages_nobody_imports_flask_as_a_whole():
    # `import flask` would open a side door to flask.request.
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*BELOW_PAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name == "flask" for alias in node.names)
    ]

    assert found == []


def test_below_the_pages_nobody_knows_the_application():
    # Settings are arguments there; import-linter sees packages only, and these are modules.
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*BELOW_PAGES)
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module in APPLICATION)
        or (isinstance(node, ast.Import) and any(alias.name in APPLICATION for alias in node.names))
    ]

    assert found == []


def test_no_quantity_cost_or_amount_is_ever_a_float():
    # A float on the way makes 0.1 + 0.2 a matter of opinion.
    found = []
    for name, tree in modules(*BELOW_PAGES, "blueprints", "cli"):
        if name in MAY_USE_FLOATS:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                found.append(f"{name}:{node.lineno} calls float()")
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and _is_argument_of_decimal(tree, node):
                found.append(f"{name}:{node.lineno} makes a Decimal of a float")
        found += [
            f"{name}:{part.lineno} annotates a float"
            for annotation in annotations(tree)
            for part in ast.walk(annotation)
            if isinstance(part, ast.Name) and part.id == "float"
        ]

    assert found == []


def _is_argument_of_decimal(tree: ast.Module, constant: ast.Constant) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Decimal"
        and constant in node.args
        for node in ast.walk(tree)
    )


def test_the_modules_that_may_use_floats_exist():
    gone = [name for name in MAY_USE_FLOATS if not (ROOT / name).exists()]

    assert gone == []


def test_only_the_unit_of_work_commits():
    # All or nothing: a commit in the middle would keep half a posting.
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*BELOW_PAGES, "blueprints", "cli")
        if name not in MAY_COMMIT and not name.startswith(MAY_COMMIT_PREFIXES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]

    assert found == []


LEDGERS = {
    "Register", "ItemLedgerEntry", "ValueEntry", "ItemApplicationEntry", "GlEntry", "GlItemLedgerRelation",
    "WarehouseEntry", "PhysicalInventoryLedgerEntry",
}  # fmt: skip


def test_only_posting_writes_ledgers():
    # Entries, balances and digests fit together because one package makes them all.
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules("core", "models", "costing", "services", "blueprints", "cli")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and _writes_a_ledger(node)
    ]

    assert found == []


def _writes_a_ledger(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    changed = call.func.id in {"insert", "update", "delete"} and isinstance(first, ast.Name) and first.id in LEDGERS
    return changed or call.func.id in LEDGERS


@pytest.mark.parametrize("word", ["onclick=", "onchange=", "onsubmit=", "onload=", "javascript:", "<style", "hx-on"])
def test_pages_hold_no_inline_code(word):
    # The content security policy would refuse it silently; print/ is HTML for WeasyPrint, not for a browser.
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if "print" not in path.relative_to(ROOT / "templates").parts[:1]
        and word in path.read_text(encoding="utf-8").lower()
    ]

    assert found == []


def test_imports_follow_the_layers():
    # The contracts are in pyproject.toml; a program of its own, since it imports and caches on its own terms.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_requirement_is_pinned():
    lines = [
        line.split("#")[0].strip()
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    ]

    loose = [line for line in lines if line and not line.startswith("-r ") and "==" not in line]

    assert loose == []
