"""Writes migrations/versions/2026_11_25_initial.py anew from the models: one migration until the first release."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIGRATION = ROOT / "migrations" / "versions" / "2026_11_25_initial.py"
HEAD = '''"""Every table of the first version, the append-only triggers and the blank rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.category_guard import create_category_counts
from models.ledger_guard import create_guards, insert_blank_rows
from models.setup_guard import create_setup_guards
from models.stock_position_guard import create_position_guards

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None

'''


def rendered() -> tuple[str, str]:
    """The bodies of upgrade and downgrade that turn an empty database into the models' tables."""
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext
    from flask import current_app

    from models import db

    options = dict(current_app.extensions["migrate"].configure_args)
    with db.engine.connect() as connection:
        options |= {"target_metadata": db.metadata, "user_module_prefix": None}
        context = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(context, db.metadata)
        upgrade, downgrade = (
            render_python_code(operations, sqlalchemy_module_prefix="sa.", migration_context=context)
            for operations in (script.upgrade_ops, script.downgrade_ops)
        )
    return upgrade, downgrade


def write() -> None:
    """Render the tables, add triggers and blank rows, and format the file."""
    upgrade, downgrade = rendered()
    last = ("create_guards", "insert_blank_rows", "create_setup_guards", "create_category_counts",
            "create_position_guards")  # fmt: skip
    guards = "".join(f"    {step}(op.get_bind())\n" for step in last)
    body = f"{HEAD}\ndef upgrade() -> None:\n    {upgrade}\n{guards}"
    body += f"\n\ndef downgrade() -> None:\n    {downgrade}\n"
    body = re.sub(r"^\s*# ### .*\n", "", body, flags=re.MULTILINE)
    MIGRATION.write_text(body, encoding="utf-8")
    for action in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([str(Path(sys.executable).with_name("ruff")), *action, str(MIGRATION)], cwd=ROOT, check=True)


def main() -> int:
    """Run in an application on an empty SQLite of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        os.environ |= {"STOCKBOOK_DATABASE_URL": url, "STOCKBOOK_SECRET_KEY": "only-for-this"}
        sys.path.insert(0, str(ROOT))
        from app import create_app

        with create_app().app_context():
            write()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
