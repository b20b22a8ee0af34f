"""The migrations build exactly what models/ declare, on both engines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import postgres

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database(request, tmp_path):
    """The URL of a database that holds nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'stock.sqlite'}"
        return
    with postgres.shared_cluster() as cluster:
        url = cluster.create_database()
        yield url
        cluster.drop_database(url)


def test_an_upgraded_database_is_what_the_models_declare(empty_database, tmp_path):
    environment = os.environ | {"STOCKBOOK_DATABASE_URL": empty_database, "STOCKBOOK_INSTANCE": str(tmp_path)}

    upgraded, compared, again = (
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True,
        )
        for words in (["upgrade"], ["db", "check"], ["upgrade"])
    )  # fmt: skip

    assert upgraded.returncode == 0, upgraded.stderr
    assert compared.returncode == 0, compared.stdout + compared.stderr
    assert (again.returncode, again.stdout) == (0, "")
