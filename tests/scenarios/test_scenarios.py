"""Every story beside this file must hold, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.scenario.player import play_scenario
from services.scenario.reader import not_built, read_file
from services.scenario.scratch import open_session, prepare_template

FILES = sorted(Path(__file__).parent.glob("*.yaml"))

#: Files whose areas are there but whose figures do not hold yet, and why; a file that holds must leave this list.
WAITING: dict[str, str] = {
    "doc-kit-assemble-to-order": "assembly",
    "ops-assembly-ato-short-refused": "assembly",
}


def parameters() -> list[pytest.ParameterSet]:
    """One parameter a file."""
    return [
        pytest.param(
            path,
            id=path.stem,
            marks=[pytest.mark.xfail(reason=WAITING[path.stem])] if path.stem in WAITING else [],
        )
        for path in FILES
    ]


@pytest.fixture(scope="session")
def sqlite_company(_sqlite_template, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "template.sqlite"
    shutil.copyfile(_sqlite_template, path)
    prepare_template(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_company(postgres_cluster, _postgres_template) -> str:
    """Used by story after story, its first rows restored in between."""
    url = postgres_cluster.create_database(template=_postgres_template)
    prepare_template(url)
    postgres_cluster.keep_rows(url)
    return url


def play(path: Path, url: str) -> None:
    scenario = read_file(path)
    with open_session(url) as session:
        outcome = play_scenario(session, scenario)
    assert [str(failure) for failure in outcome.failures] == []


def expect_failure_where_not_built(path: Path) -> None:
    """A story that needs what is not there cannot hold: reported as such, never as passed or skipped."""
    missing = not_built(read_file(path))
    if missing:
        pytest.xfail("not built yet: " + ", ".join(missing))


@pytest.mark.parametrize("path", parameters())
def test_the_story_holds_on_sqlite(path, sqlite_company, tmp_path):
    expect_failure_where_not_built(path)
    copy = tmp_path / "scenario.sqlite"
    shutil.copyfile(sqlite_company, copy)

    play(path, f"sqlite:///{copy}")


@pytest.mark.postgresql
@pytest.mark.parametrize("path", parameters())
def test_the_story_holds_on_postgresql(path, request):
    expect_failure_where_not_built(path)
    url = request.getfixturevalue("postgres_company")

    try:
        play(path, url)
    finally:
        request.getfixturevalue("postgres_cluster").restore(url)


def test_each_story_has_a_name_of_its_own():
    names = [read_file(path).name for path in FILES]

    assert sorted(set(names)) == sorted(names)
