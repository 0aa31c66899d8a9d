"""A JUnit report, which CI systems read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from nccodsl.voice.markup_text import ILLEGAL

if TYPE_CHECKING:
    from nccodsl.cli.test_results import Result
    from nccodsl.rehearsal.safety import Safety


def to_xml(results: Sequence[Result]) -> bytes:
    """One suite for each script, one case for each test; a script with errors is a case that failed."""
    root = ElementTree.Element("testsuites", name="nccodsl")
    for result in results:
        failed = sum(not report.passed for report in result.reports)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_clean(result.file),
            tests=str(len(result.reports) or bool(result.errors) + 0),
            failures=str(failed),
            errors=str(int(bool(result.errors))),
            time=f"{sum(report.seconds for report in result.reports):.3f}",
        )
        if result.errors:
            case = ElementTree.SubElement(suite, "testcase", name="compiles", classname=_clean(result.file))
            text = "\n".join(f"{found.code} {found.message}" for found in result.errors)
            ElementTree.SubElement(case, "error", message=_clean(result.errors[0].message)).text = _clean(text)
        for report in result.reports:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                name=_clean(report.title),
                classname=_clean(result.file),
                time=f"{report.seconds:.3f}",
            )
            if (found := report.failure) is not None:
                failure = ElementTree.SubElement(case, "failure", type=found.code, message=_clean(found.message))
                failure.text = _clean("\n".join([found.at, found.message, *found.plain]))
    return _written(root)


def replay_to_xml(reports: Sequence[tuple[str, Safety]]) -> bytes:
    """One suite for each script: a case for each recorded call from its beginning, and one for calls in flight."""
    from nccodsl.diagnostics.messages import explored

    root = ElementTree.Element("testsuites", name="nccodsl replay")
    for file, report in reports:
        cases = [(f"call {judged.call}", [judged.outcome]) for judged in report.beginnings]
        cases.append(("calls in flight", [judged.outcome for judged in report.deployed]))
        wrong = [[one for one in outcomes if one.verdict != "same"] for _, outcomes in cases]
        failed = str(sum(bool(found) for found in wrong))
        suite = ElementTree.SubElement(
            root, "testsuite", name=_clean(file), tests=str(len(cases)), failures=failed, errors="0"
        )
        for (name, _), found in zip(cases, wrong, strict=True):
            case = ElementTree.SubElement(suite, "testcase", name=_clean(name), classname=_clean(file))
            if found:
                wording = explored.in_flight_differs if name == "calls in flight" else explored.replay_differs
                failure = ElementTree.SubElement(
                    case, "failure", type=wording("").code, message=_clean(found[0].message)
                )
                failure.text = _clean("\n".join(dict.fromkeys(one.message for one in found)))
    return _written(root)


def _written(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _clean(text: str) -> str:
    return ILLEGAL.sub("�", text)
