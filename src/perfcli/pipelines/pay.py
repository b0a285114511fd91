"""From results to pay: open and verify → match with the roster → compute. Writing is a step of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import isnan
from pathlib import Path

from perfcli.errors import DataError, usage_error
from perfcli.files.amounts import read_amount
from perfcli.files.dates import read_date
from perfcli.files.reader import Access
from perfcli.findings import Finding, Place, error, has_errors, warning
from perfcli.folding import fold
from perfcli.people.columns import BONUS_BASE
from perfcli.people.employment import Employment, read_employment
from perfcli.people.staff import Staff, match_staff, missing_columns
from perfcli.pipelines.other_rules import OTHER_RULES, rules_of_pay
from perfcli.pipelines.score import parse_accept_option, parse_cycle_option, read_groups
from perfcli.pipelines.stored import Verified, verify_results
from perfcli.progress import Tell, silent
from perfcli.rewards.bonus.bonus import Bonus, BonusOrder, payment_of
from perfcli.rewards.bonus.calculation import calculate_bonus
from perfcli.rewards.needs import need, needs_of_bonus, needs_of_raises
from perfcli.rewards.raises.raises import RaiseOrder, Raises, adjust_salaries
from perfcli.rules.differences import differences, said
from perfcli.rules.pay import BonusRules, Method
from perfcli.rules.periods import Cycle, cycle, days
from perfcli.rules.ruleset import Ruleset
from perfcli.scoring.omissions import partial_values
from perfcli.scoring.results import InputFile, Results
from perfcli.sheets.bindings import Bindings, load_bindings
from perfcli.text import Term

NOTHING_WRITTEN = "bonus.nothing-written"
PARTIAL = "partial"
ACCEPTABLE = (PARTIAL, OTHER_RULES)
"""The codes of errors that whoever pays may accept: they are warnings then."""
BONUS_RULES, RAISE_RULES = ("bonus",), ("raises", "salary")
"""Parts of the policy by which bonuses and raises are paid."""


@dataclass(frozen=True)
class PayRequest:
    """The results to pay by, the roster, and what the user said.

    ``accept_edited`` takes result workbooks as they were changed by hand; ``map_file`` says what odd headers
    of the roster mean (see ``load_bindings``); ``accept`` are codes of ``ACCEPTABLE``.
    """

    paths: Sequence[Path]
    roster: Path | None = None
    cycle: str = ""
    pool: str = ""
    accept_edited: bool = False
    map_file: Path | None = None
    accept: Collection[str] = ()
    access: Access = field(default_factory=Access)
    tell: Tell = field(default=silent, repr=False, compare=False)


@dataclass(frozen=True)
class Grounds:
    """What pay is computed from: verified results under the rules of pay, and the staff who have one.

    ``inputs`` are the result workbooks and the roster.
    """

    results: Results
    staff: Staff
    inputs: tuple[InputFile, ...]
    edits: tuple[Finding, ...]
    findings: tuple[Finding, ...]


def calculate(request: PayRequest, ruleset: Ruleset) -> Bonus:
    """The bonus of everyone in the results.

    Raises:
        DataError: the results were changed, do not fit the rules or the roster, or somebody's bonus cannot be
            computed.
        FileError: a file cannot be read, or is no result.
        UsageError: ``bad-cycle``, ``cycle-needed``, ``bad-amount``, ``pool-needed``, ``pool-not-in-units``.
    """
    chosen, pool = parse_cycle_option(request.cycle), parse_amount_option(request.pool, "--pool")
    grounds = prepare(request, ruleset, BONUS_RULES)
    order = _order(grounds.results.period, chosen, pool)
    rules = grounds.results.ruleset.policy.bonus
    _check_pool(rules, order)
    findings = [*grounds.findings, *grounds.staff.base_findings]
    findings += _partial(grounds.results, request, is_shared=payment_of(rules, order).pool is not None)
    needs = needs_of_bonus(rules, period=bool(order.period))
    findings += missing_columns(needs, grounds.staff.employment)
    findings += _days_findings(rules, order, grounds.staff)
    findings += _cycle_findings(grounds.results.period, order, pool, rules)
    if has_errors(findings):
        raise DataError(findings, NOTHING_WRITTEN)
    request.tell("bonus")
    bonus = calculate_bonus(grounds.staff.people, grounds.results.ruleset, order)
    findings += [*_problem_findings(bonus, grounds.staff), *bonus.findings]
    if has_errors(findings):
        raise DataError(findings, NOTHING_WRITTEN)
    return replace(
        bonus,
        findings=tuple(findings),
        inputs=grounds.inputs,
        absent=grounds.staff.absent,
        edits=grounds.edits,
        unscored=grounds.results.left_out,
    )


def prepare(request: PayRequest, ruleset: Ruleset, parts: Sequence[str]) -> Grounds:
    """Opens and verifies the results, finds the rules that hold, and everybody on the roster.

    ``parts`` are those of the policy by which is paid.

    Raises:
        DataError: see ``verify_results`` and ``rules_of_pay``; the roster has errors; the rules have not the
            results' grades.
        UsageError: ``cannot-accept``.
    """
    bindings = load_bindings(request.map_file, ruleset) if request.map_file else Bindings()
    parse_accept_option(request.accept, ACCEPTABLE)
    groups = (request.paths, [request.roster] if request.roster else [])
    books, rosters = read_groups(groups, request.access, request.tell)
    verified = verify_results(books, accept_edited=request.accept_edited, tell=request.tell)
    ruleset, findings = rules_of_pay(verified.made_by, ruleset, parts, request.accept)
    results = _under_rules(verified, ruleset)
    employment: Employment | None = None
    inputs = results.inputs
    for book in rosters:
        employment = read_employment(book, results.ruleset.rubrics, bindings.of_roster(results.ruleset))
        inputs = (*inputs, InputFile(book.name, book.sha256))
        if employment.roster.listing is None:
            raise DataError(employment.findings, NOTHING_WRITTEN)
    staff = match_staff(results, employment)
    findings += [*(employment.findings if employment else ()), *staff.findings]
    findings += bindings.unused(employment.roster.used if employment else ())
    findings += [*_other_bands(verified.results, ruleset), *_own_appraisals(verified)]
    if has_errors(findings):
        raise DataError(findings, NOTHING_WRITTEN)
    return Grounds(results, staff, inputs, verified.edits, tuple(findings))


def adjust(request: PayRequest, ruleset: Ruleset, order: RaiseOrder) -> Raises:
    """The raises of everyone in the results.

    Raises:
        DataError: see ``prepare`` and ``adjust_salaries``; ``roster-without-column``.
        FileError, UsageError: see ``calculate``.
    """
    grounds = prepare(request, ruleset, RAISE_RULES)
    rules, findings = grounds.results.ruleset, list(grounds.findings)
    budget = rules.policy.salary.budget if order.budget is None else order.budget
    findings += _partial(grounds.results, request, is_shared=budget is not None)
    findings += missing_columns(needs_of_raises(rules.policy.salary), grounds.staff.employment)
    if has_errors(findings):
        raise DataError(findings, NOTHING_WRITTEN)
    request.tell("raise")
    try:
        staff = grounds.staff
        raises = adjust_salaries(
            *(staff.people, grounds.results.period, rules, order), absent=staff.absent, place=staff.place
        )
    except DataError as problem:
        raise DataError([*findings, *problem.findings], NOTHING_WRITTEN) from None
    findings += raises.findings
    return replace(
        raises,
        findings=tuple(findings),
        inputs=grounds.inputs,
        edits=grounds.edits,
        unscored=grounds.results.left_out,
    )


def parse_amount_option(word: str, option: str) -> Decimal | None:
    """The amount above 0 that an option states; None where nothing was said.

    Raises:
        UsageError: ``bad-amount``.
    """
    if not word:
        return None
    amount = read_amount(word).amount
    if amount is None or amount <= 0 or amount != round(amount, 2):
        raise usage_error("bad-amount", found=word, option=option)
    return amount


def parse_day_option(word: str) -> date | None:
    """The day that ``--effective`` states; None where nothing was said.

    Raises:
        UsageError: ``bad-effective``.
    """
    day = read_date(word).day if word else None
    if word and day is None:
        raise usage_error("bad-effective", found=word)
    return day


_SHOWN = 10
_NO_BASE = "missing-bonus-base"


def _under_rules(verified: Verified, ruleset: Ruleset) -> Results:
    """The results under the policy that pays; their teams keep the rubrics that they were scored by."""
    own = verified.results.ruleset
    rubrics, files = {**ruleset.rubrics, **own.rubrics}, {**own.files, **ruleset.files}
    return replace(verified.results, ruleset=replace(ruleset, rubrics=rubrics, files=files))


def _other_bands(results: Results, ruleset: Ruleset) -> Iterator[Finding]:
    """That the results were graded by other grades than the policy has now."""
    then = {grade.id: grade.lower_bound for grade in results.ruleset.policy.grades}
    now = {grade.id: grade.lower_bound for grade in ruleset.policy.grades}
    place = Place(results.inputs[0].name)
    if unknown := sorted(set(results.frame["grade"]) - set(now)):
        yield error("grades-not-in-policy", place, grades=unknown, allowed=list(now))
    elif then != now:
        changes = differences(results.ruleset.policy, ruleset.policy, ["grades"])
        bounds = [one for one in changes if one.path.endswith("lower_bound")]
        yield warning("bands-changed", place, changes=said(bounds))


def _own_appraisals(verified: Verified) -> Iterator[Finding]:
    """That what is paid by is a cycle's own appraisal alone, without the months."""
    for name, ruleset in verified.made_by:
        if ruleset.cycle is not None:
            yield warning("own-appraisal-alone", Place(name), cycle=Term(f"cycle.{ruleset.cycle.value}"))


def _partial(results: Results, request: PayRequest, *, is_shared: bool) -> Iterator[Finding]:
    """That the results leave somebody out; what is shared among all would be shared among too few then."""
    if len(results.left_out):
        place = Place(results.inputs[0].name if len(results.inputs) == 1 else None)
        values = partial_values(len(results.frame), results.left_out)
        if is_shared and PARTIAL not in request.accept:
            yield error("partial", place, **values)
        else:
            yield warning("partial", place, **values)


def _order(period: str, chosen: Cycle | None, pool: Decimal | None) -> BonusOrder:
    if chosen is None and not period:
        raise usage_error("cycle-needed", allowed=[one.value for one in Cycle])
    return BonusOrder(chosen or cycle(period), period, pool)


def _check_pool(rules: BonusRules, order: BonusOrder) -> None:
    payment = payment_of(rules, order)
    if payment.method is not Method.POOL:
        return
    if payment.pool is None:
        raise usage_error("pool-needed", cycle=order.cycle.value)
    if payment.pool % rules.rounding_unit:
        raise usage_error("pool-not-in-units", pool=payment.pool, unit=rules.rounding_unit)


def _days_findings(rules: BonusRules, order: BonusOrder, staff: Staff) -> Iterator[Finding]:
    """What the roster does not say of the days for which a bonus is paid."""
    if not order.period:
        return
    if staff.employment is None:
        yield warning("days-not-known", Place(), period=order.period)
        return
    has = staff.employment.columns
    yield from _on_leave(order.period, staff.employment, staff)
    if "days_worked" in has:
        return
    if not {"joined", "left"} & set(has):
        yield from missing_columns(
            [need("bonus.proration", "joined", "left", "days_worked")], staff.employment
        )
        return
    for column in ("joined", "left"):
        if column not in has and not _is_whole(rules, column):
            place = staff.employment.lacking(column)
            yield warning("days-half-known", place, column=Term(f"column.{column}"))


def _on_leave(period: str, employment: Employment, staff: Staff) -> Iterator[Finding]:
    """Who was on a long leave in the period, of whom the roster states no days of unpaid leave or of work."""
    first, last = days(period)
    paid = set(map(fold, staff.people["employee_id"]))
    keys = ("employee_id", "name", "leave_from", "leave_until", "unpaid_leave_days", "days_worked")
    people = [
        f"{identifier} {name}".strip()
        for identifier, name, begin, end, unpaid, worked in zip(
            *(employment.frame[key].tolist() for key in keys), strict=True
        )
        if fold(identifier) in paid
        and begin is not None
        and begin <= last
        and (end is None or end >= first)
        and isnan(unpaid)
        and isnan(worked)
    ]
    if people:
        shown = [*people[:_SHOWN], *(["…"] if len(people) > _SHOWN else [])]
        yield warning("leave-paid", employment.lacking("unpaid_leave_days"), count=len(people), people=shown)


def _is_whole(rules: BonusRules, column: str) -> bool:
    """Whether people are paid in full whenever they joined, or left."""
    proration = rules.proration
    return (proration.joiners if column == "joined" else proration.leavers) == "whole"


def _cycle_findings(
    period: str, order: BonusOrder, pool: Decimal | None, rules: BonusRules
) -> Iterator[Finding]:
    """That another cycle, or another method, is paid than the results and the policy would have it."""
    if period and cycle(period) is not order.cycle:
        yield warning("cycle-differs", Place(), period=period, cycle=order.cycle.value)
    method = rules.payment(order.cycle).method
    if pool is not None and method is not Method.POOL:
        yield warning("pool-in-place", Place(), method=method.value, pool=pool)


def _problem_findings(bonus: Bonus, staff: Staff) -> Iterator[Finding]:
    """What keeps somebody's bonus from being computed, at the roster's cell; once where nobody has a base."""
    names = dict(zip(bonus.frame["employee_id"], bonus.frame["name"], strict=True))
    problems = bonus.problems
    if staff.people[BONUS_BASE].isna().all() and any(one.code == _NO_BASE for _, one in problems):
        rule = f"bonus.payments.{bonus.cycle.value}"
        yield from missing_columns([need(rule, BONUS_BASE)], staff.employment)
        if staff.employment is None or BONUS_BASE not in staff.employment.columns:
            problems = tuple(pair for pair in problems if pair[1].code != _NO_BASE)
    for employee, problem in problems:
        label = f"{employee} {names[employee]}".strip()
        place = staff.place(employee, problem.column)
        yield error(problem.code, place, employee=label, **problem.values)
