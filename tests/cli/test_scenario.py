"""`flask scenario run`: one line a failure, a last line, an exit code."""

from __future__ import annotations

import pytest

GOOD = """
scenario: good
tags: [fifo]
setup: {items: [{no: A}]}
steps:
  - {id: P1, date: 2026-01-05, item_journal: {type: purchase, item: A, qty: 2, unit_cost: 3}}
  - expect: {cost_of: {P1: 6}}
"""
BAD = GOOD.replace("good", "bad").replace("P1: 6", "P1: 7").replace("fifo", "other")


@pytest.fixture
def run(app, tmp_path):
    """Run the command on files given by name and text; result of the run."""

    def invoke(*words: str, **files: str):
        for name, text in files.items():
            (tmp_path / "stories").mkdir(exist_ok=True)
            (tmp_path / "stories" / f"{name}.yaml").write_text(text, encoding="utf-8")
        chosen = [part for word in words for part in ("-k", word)]
        return app.test_cli_runner().invoke(args=["scenario", "run", *chosen, str(tmp_path / "stories")])

    return invoke


def test_everything_that_holds_is_counted_and_exits_with_0(run):
    result = run(good=GOOD)

    assert (result.exit_code, result.output) == (0, "1 passed, 0 failed\n")


def test_what_does_not_hold_is_told_in_the_order_of_the_files_and_exits_with_1(run, tmp_path):
    result = run(a_bad=BAD, b_good=GOOD, c_broken="scenario: broken\nstep: []\n")

    folder = tmp_path / "stories"
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{folder}/a_bad.yaml:7 step 2: cost_of P1: expected 7, found 6",
        f"{folder}/c_broken.yaml:2: unknown key 'step' in the scenario",
        "1 passed, 2 failed",
    ]


def test_a_name_belongs_to_one_file(run):
    result = run(one=GOOD, two=GOOD)

    assert result.exit_code == 1
    assert "two.yaml:1: the name 'good' is that of" in result.output


def test_files_are_chosen_by_tag_or_name(run):
    assert run("fifo", good=GOOD, bad=BAD).output == "1 passed, 0 failed\n"
    assert "0 passed, 1 failed" in run("bad", good=GOOD, bad=BAD).output


def test_a_folder_without_stories_is_a_mistake(run, tmp_path):
    (tmp_path / "stories").mkdir()

    result = run()

    assert result.exit_code == 2
    assert "no scenario file" in result.output
