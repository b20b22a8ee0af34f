"""Play a scenario: set up its company, run its steps, compare what it expects, prove the ledgers in the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.clock import fixed_today
from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from posting.verify import verify
from services.scenario.actions.applications import leave_worksheets
from services.scenario.play import Difference, Play, PlayError
from services.scenario.reader import Scenario, Step, not_built
from services.scenario.setup import FIRST_DAY, set_up


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that did not hold: `line` of the file, `step` counted from 1 (0: before or after all steps)."""

    path: str
    line: int
    step: int
    message: str

    def __str__(self) -> str:
        place = f" step {self.step}" if self.step else ""
        return f"{self.path}:{self.line}{place}: {self.message}"


@dataclass(slots=True)
class Outcome:
    """What playing a file came to."""

    path: str
    name: str = ""
    failures: list[Failure] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """True when everything held."""
        return not self.failures

    def fail(self, line: int, step: int, message: str) -> None:
        """Note that something did not hold."""
        self.failures.append(Failure(self.path, line, step, " ".join(message.split())))


def play_scenario(session: Session, scenario: Scenario) -> Outcome:
    """Play a whole scenario in a database that `setup.prepare_company` has prepared, and nothing else was done in.

    A step that cannot be done ends the story, since what follows leans on it; expectations that fail do not.
    """
    outcome = Outcome(scenario.path, scenario.name)
    missing = not_built(scenario)
    if _set_up(session, scenario, outcome):
        _play_steps(Play(session, date=next(iter(_days(scenario)), FIRST_DAY)), scenario, outcome)
        _prove(session, outcome)
    told = {failure.message for failure in outcome.failures}
    for name, (line, step) in missing.items():
        if _not_built(name) not in told:
            outcome.fail(line, step, _not_built(name))
    return outcome


def _not_built(name: str) -> str:
    return f"{name}: not built yet"


def _set_up(session: Session, scenario: Scenario, outcome: Outcome) -> bool:
    try:
        missing = perform(session, lambda inner: set_up(inner, scenario.setup, _days(scenario)))
    except DomainError as error:
        outcome.fail(scenario.setup.line, 0, f"setup: refused: {_refusal(error)}")
        return False
    except Exception as error:  # noqa: BLE001 - one broken file must not hide how the others do
        outcome.fail(scenario.setup.line, 0, f"setup: broke: {error!r}")
        return False
    for line, key in missing:
        outcome.fail(line, 0, _not_built(key))
    return True


def _days(scenario: Scenario) -> tuple[dt.date, ...]:
    steps = [inner for step in scenario.steps for inner in (step, step.refused) if inner is not None]
    return tuple(step.date for step in steps if step.date is not None)


def _play_steps(play: Play, scenario: Scenario, outcome: Outcome) -> None:
    rows = play.ledger_rows()
    for step in scenario.steps:
        play.rows_before, rows = rows, play.ledger_rows()
        play.date = step.date or play.date
        play.today = max(play.today, play.day)
        play.step_id = step.id
        if step.expected:
            _expect(play, step, outcome)
        elif step.refused is not None:
            play.date = step.refused.date or play.date
            play.step_id = step.refused.id or step.id
            for message in _refuse(play, step.refused, step.code):
                outcome.fail(step.line, step.number, message)
        else:
            message = _act(play, step)
            if message:
                outcome.fail(step.line, step.number, message)
                return


def _act(play: Play, step: Step) -> str:
    """Run the step's action; what went wrong, "" for nothing."""
    assert step.action is not None  # noqa: S101 - the reader gives a step an action or something else, never neither
    if step.action.run is None:
        return _not_built(step.action.name)
    try:
        if not step.action.keeps_worksheets:
            leave_worksheets(play)
        with fixed_today(play.today):
            step.action.run(play, step.value)
    except DomainError as error:
        return f"{step.action.name}: refused: {_refusal(error)}"
    except PlayError as error:
        return f"{step.action.name}: {error}"
    except Exception as error:  # noqa: BLE001 - as in _set_up
        play.session.rollback()
        return f"{step.action.name}: broke: {error!r}"
    return ""


def _refuse(play: Play, step: Step, code: str) -> Iterator[str]:
    """Run a step that must be refused, for the reason `code` where one is given, with nothing posted."""
    assert step.action is not None  # noqa: S101 - as in _act
    name = step.action.name
    if step.action.run is None:
        yield _not_built(name)
        return
    if not step.action.keeps_worksheets:
        leave_worksheets(play)
    before = play.ledger_rows()
    try:
        with fixed_today(play.today):
            step.action.run(play, step.value)
    except DomainError as error:
        codes = [single.code for single in errors_of(error)]
        if code and code not in codes:
            yield f"expect_error {name}: expected {code}, found {_refusal(error)}"
    except PlayError as error:
        yield f"expect_error {name}: {error}"
    except Exception as error:  # noqa: BLE001 - as in _set_up
        play.session.rollback()
        yield f"expect_error {name}: broke: {error!r}"
    else:
        yield f"expect_error {name}: expected {code or 'a refusal'}, found nothing refused"
    after = play.ledger_rows()
    if after != before:
        grown = {ledger: after[ledger] - before[ledger] for ledger in after if after[ledger] != before[ledger]}
        yield f"expect_error {name}: expected nothing posted, found {grown}"


def _expect(play: Play, step: Step, outcome: Outcome) -> None:
    for wanted in step.expected:
        name, check = wanted.expectation.name, wanted.expectation.check
        if check is None:
            message = _not_built(name)
            if all(failure.message != message for failure in outcome.failures):
                outcome.fail(wanted.line, step.number, message)
            continue
        try:
            for difference in check(play, wanted.value):
                outcome.fail(difference.line or wanted.line, step.number, str(difference))
        except PlayError as error:
            outcome.fail(wanted.line, step.number, f"{name}: {error}")
        except Exception as error:  # noqa: BLE001 - as in _set_up
            play.session.rollback()
            outcome.fail(wanted.line, step.number, f"{name}: broke: {error!r}")


def _prove(session: Session, outcome: Outcome) -> None:
    """The ledgers agree with each other, whatever the file expects of them."""
    try:
        for finding in verify(session):
            outcome.fail(1, 0, f"verify: {finding.proof}: {finding.message}")
    except Exception as error:  # noqa: BLE001 - as in _set_up
        session.rollback()
        outcome.fail(1, 0, f"verify: broke: {error!r}")


def _refusal(error: DomainError) -> str:
    return "; ".join(f"{single.code}: {single.message}" for single in errors_of(error))


__all__ = ["Difference", "Failure", "Outcome", "play_scenario"]
