"""The throw-away cluster itself."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres

pytestmark = [pytest.mark.postgresql]


def test_a_copy_of_a_database_has_its_rows_and_leaves_the_original_alone():
    with postgres.shared_cluster() as cluster:
        original = cluster.create_database()
        with cluster.connect(postgres.database_name(original)) as connection:
            connection.execute("CREATE TABLE bolt (no text)")
            connection.execute("INSERT INTO bolt VALUES ('M8')")

        copy = cluster.create_database(template=original)
        with cluster.connect(postgres.database_name(copy)) as connection:
            connection.execute("INSERT INTO bolt VALUES ('M10')")
            in_copy = connection.execute("SELECT count(*) FROM bolt").fetchone()
        with cluster.connect(postgres.database_name(original)) as connection:
            in_original = connection.execute("SELECT count(*) FROM bolt").fetchone()

        assert (in_copy, in_original) == ((2,), (1,))
        cluster.drop_database(copy)
        cluster.drop_database(original)
        with pytest.raises(psycopg.OperationalError):
            cluster.connect(postgres.database_name(copy))


def test_as_a_program_it_prints_a_url_and_leaves_nothing_behind():
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.postgres"], stdout=subprocess.PIPE, text=True
    ) as program:
        url = program.stdout.readline().strip()
        home = Path(postgres.socket_folder_of(url))
        assert url.startswith("postgresql+psycopg://")
        assert home.is_dir()

        program.terminate()
        program.wait(30)

    assert not home.exists()
