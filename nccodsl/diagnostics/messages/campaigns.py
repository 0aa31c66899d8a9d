"""E730 to E736, W056 and W057: campaign files, their recipients, and scripts that do not suit a campaign."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean, either, one_of

_TWICE = "Cannot overwrite a value"
"""How Python's reader of TOML says that a setting stands twice."""


def no_toml(reason: str, line: str) -> Message:
    """`line`: the line that is wrong."""
    name, sign, _ = line.partition("=")
    if sign and reason.startswith(_TWICE):
        return Message("E730", f"`{name.strip()}` stands twice", "remove one of the two")
    return Message("E730", f"not TOML: {reason}", 'write settings as `name = "…"`, one in a line')


def nested_too_deeply() -> Message:
    return Message("E730", "nested too deeply")


def unknown_setting(key: str, table: str, known: Collection[str]) -> Message:
    """`table`: the one that the setting stands in; empty at the top."""
    where = f"`[{table}]`" if table else "a campaign file"
    help = did_you_mean(key, known) or one_of(known)
    return Message("E730", f"`{key}` is not a setting of {where}", help)


def missing(key: str, table: str, sample: str) -> Message:
    where = f" in `[{table}]`" if table else ""
    return Message("E730", f"`{key}` is missing{where}", f"add `{key} = {sample}`")


def wrong_setting(key: str, wanted: str, found: str, sample: str) -> Message:
    """`wanted`: what it must be; `found`: what is written."""
    return Message("E730", f"`{key}` must be {wanted}, not {found}", f"write `{key} = {sample}`")


def wrong_choice(key: str, choices: Sequence[str], found: str) -> Message:
    return Message("E730", f"`{key}` must be {either(choices)}, not `{found}`", did_you_mean(found, choices))


def no_table(table: str) -> Message:
    return Message("E730", f"`{table}` is a value, not a table", f"write `[{table}]`")


def no_source() -> Message:
    return Message("E730", "the recipients have no source", 'add `file = "recipients.csv"` or a `query`')


def two_sources(first: str, second: str) -> Message:
    return Message("E730", f"`{first}` and `{second}` exclude each other", f"remove `{second}`")


def query_without_database() -> Message:
    help = 'add `database = "customers.db"` or `connect = "module:function"`'
    return Message("E730", "the query has no database", help)


def only_with(key: str, other: str) -> Message:
    return Message("E730", f"`{key}` has no effect without `{other}`", f"add `{other}`, or remove `{key}`")


def bad_hours(reason: str, help: str | None) -> Message:
    return Message("E730", f"`hours`: {reason}", help)


def never_open() -> Message:
    return Message("E730", "the deadline is not after `begins`", "write a later `deadline`")


def deadline_past(*, at_option: bool) -> Message:
    """`at_option`: the moment that the deadline is compared with is that of `--at`."""
    if at_option:
        return Message("E730", "the deadline is before --at", "write a later `deadline`, or give an earlier --at")
    return Message("E730", "the deadline is in the past", "write a later `deadline`, or remove it")


def over_a_whole(total: int) -> Message:
    """`total`: the sum of the outcomes that a forecast assumes, in percent."""
    return Message("E730", f"the outcomes in `[forecast]` are {total} % of the calls", "write at most 100 % in all")


def cannot_read_recipients(where: str, reason: str, help: str | None = None) -> Message:
    return Message("E731", f"{where}: {reason}", help)


def unknown_format(file: str) -> Message:
    return Message("E731", f"{file}: the name does not tell the format", 'add `format = "csv"` to `[recipients]`')


def no_pyarrow() -> Message:
    return Message("E731", "parquet files need the package pyarrow", "run `pip install 'nccodsl[parquet]'`")


def no_column(column: str, known: Collection[str], what: str) -> Message:
    """`what`: the setting that names the column, or the param that needs it, with the verb."""
    help = did_you_mean(column, known) or f"the columns are {', '.join(f'`{one}`' for one in known)}"
    return Message("E731", f"no column is called `{column}`, which {what}", help)


def no_such_column(column: str, known: Collection[str]) -> Message:
    """A column that an option names."""
    columns = ", ".join(f"`{one}`" for one in known)
    return Message("E731", f"no column is called `{column}`", f"give `--column NAME`; the columns are {columns}")


def no_param(name: str, known: Collection[str]) -> Message:
    """A param that the file maps to a column, and the script does not have."""
    return Message("E730", f"the script has no param `{name}`", did_you_mean(name, known) or "remove it from `params`")


def nobody_to_call(rows: int, *, hours_are_over: bool) -> Message:
    """`rows`: how many there are. `hours_are_over`: the hours of the campaign file do not come any more."""
    if not rows:
        return Message("E731", "there are no recipients", "write a row for each")
    if hours_are_over:
        text = "no recipient can be called: the `hours` in `[windows]` do not come any more"
        return Message("E731", text, "write later `hours`, or a later `deadline`")
    return Message("E731", "no recipient can be called", "see why each is skipped")


def no_number(column: str) -> Message:
    return Message("E732", "the recipient has no number", f"write one in the column `{column}`")


def bad_number(number: str, reason: str) -> Message:
    return Message("E732", f"`{number}` is not a valid phone number: {reason}", "write it as `+14155550123`")


def other_callee(called: str, number: str) -> Message:
    """`called`: whom the script calls, with the values of a row."""
    help = "write `to phone {{ … }}` in its `call` block, with the param that has the number"
    return Message("E732", f"the script calls {called}, not `{number}`", help)


def bad_cell(kind: str) -> Message:
    return Message("E732", f"a value of the type {kind} cannot be given to a script", "convert it to text in the query")


def called_twice(number: str, line: int) -> Message:
    """`line`: where the number stands first."""
    return Message("E733", f"`{number}` stands in line {line} already", "remove one of the two rows")


_WAYS = {
    "no_consent": 'add `consent = "consent"` to `[columns]`, and write `yes` for each recipient who agreed',
    "unknown_zone": 'add `zone = "zone"` to `[columns]`',
    "old_list": "add `compared = …` to `[recipients]`",
}
"""Help by the reason of a decision."""


def barred(reason: str, words: str, rule: str) -> Message:
    """`words`: the decision for people; `rule`: what decides."""
    return Message("E735", f"{words} ({rule})", _WAYS.get(reason))


def not_agreed(column: str, said: str | None, rule: str) -> Message:
    """`said`: what the column says of a recipient, if it says anything; `rule`: what needs consent."""
    says = f"says `{said}`" if said else "is empty"
    return Message("E735", f"the rules need consent, and the column `{column}` {says} ({rule})")


def country_without_rules(code: str, country: str, rule: str) -> Message:
    """`code`: the country code that the number begins with; `country`: its ISO code, empty if it is unknown."""
    begins = f"the number begins with `+{code}`"
    text = f"{begins} ({country}), and there is no rule set for that country" if country else f"{begins}, of no country"
    return Message("E735", f"{text} ({rule})", "write numbers with `+` and the country code")


def short_postal_code(code: str, rule: str) -> Message:
    """`code`: digits that would be a postal code with zeros before them."""
    return Message("E735", f"the time zone is unknown: `{code}` is no postal code ({rule})", "add the leading 0")


def empty_cells(rows: str, column: str) -> Message:
    """`rows`: how many, with the noun and verb, have nothing in a column that a param needs."""
    help = "fill it in, or give the param a default value in the script"
    return Message("W057", f"{rows} an empty `{column}`", help)


def other_version(name: str) -> Message:
    """`name`: a campaign whose script makes other calls with this version of nccodsl."""
    help = "go on with the version that began it, or write another `name` and start again"
    return Message("E736", f"this version of nccodsl makes other calls of the script of `{name}`", help)


def no_opt_out() -> Message:
    help = 'add a branch such as `on "9" { opt_out }` to an `input`'
    return Message("E734", "a marketing script has no `opt_out`", help)


def caller_changes() -> Message:
    help = "write `from phone …` with one number that can be called back"
    return Message("W056", "recipients see another number at each call", help)
