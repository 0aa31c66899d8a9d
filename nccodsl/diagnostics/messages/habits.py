"""What people write out of habit from other languages and tools, and the right form.

`edits` of a constructor write the right form.
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.messages.syntax import plus_before_number

Edits = tuple[Edit, ...]


def _said(code: str, text: str, title: str, edits: Edits, *, safe: bool, help: str | None = None) -> Message:
    """`help`: where it says more than the `title` of the fix."""
    fix = Fix.as_help(title, *edits, safe=safe) if edits else None
    return Message(code, text, help or title, fix=fix)


def other_statement(written: str, right: str, example: str, edits: Edits) -> Message:
    title = f"write `{right}`, as in `{example}`"
    return _said("E104", f"`{written}` is not a statement; here it is `{right}`", title, edits, safe=False)


def else_if(edits: Edits) -> Message:
    return _said("E101", "`else if` is written `elif`", "write `elif`", edits, safe=True)


def other_elif(written: str, edits: Edits) -> Message:
    return _said("E104", f"`{written}` is written `elif`", "write `elif`", edits, safe=True)


def two_conditions(right: str, edits: Edits) -> Message:
    text = "a condition must be in one pair of braces"
    return _said("E101", text, f"write `{{{{ a {right} b }}}}`", edits, safe=True)


def semicolon(edits: Edits) -> Message:
    return _said("E101", "a statement ends without `;`", "remove `;`", edits, safe=True)


def file_without_quotes(name: str, edits: Edits) -> Message:
    return _said("E101", "the name of a file must be in quotes", f'write `"{name}"`', edits, safe=True)


def otherwise(written: str, edits: Edits) -> Message:
    text = f"the branch for everything else is `otherwise`, not `{written}`"
    return _said("E104", text, "write `otherwise`", edits, safe=True)


def branch_without_on(edits: Edits) -> Message:
    return _said("E101", "a branch begins with `on`", "add `on` before it", edits, safe=True)


def other_choose(written: str, edits: Edits) -> Message:
    text = f"there is no statement `{written}`; a choice by value is `choose` here"
    return _said("E104", text, "write `choose`", edits, safe=True)


def branch_without_when(edits: Edits) -> Message:
    return _said("E101", "a branch of `choose` begins with `when`", "write `when` before the value", edits, safe=True)


def branch_with_colon(written: str, edits: Edits) -> Message:
    return _said("E101", f"a branch has no `{written}` behind its value", f"remove `{written}`", edits, safe=True)


def comment(written: str, edits: Edits) -> Message:
    text = f"a comment begins with `#`, not with `{written}`"
    return _said("E101", text, "begin each line of the comment with `#`", edits, safe=True)


def quotes(written: str, edits: Edits) -> Message:
    text = f"strings are in straight double quotes, not in `{written}`"
    return _said("E101", text, "write straight double quotes", edits, safe=True)


def single_quotes(edits: Edits) -> Message:
    return _said("E101", "strings are in double quotes, not in single quotes", "write double quotes", edits, safe=True)


def nested_quotes(edits: Edits) -> Message:
    text = "the string ends at the quote before this place"
    return _said("E101", text, 'write each quote inside the string as `\\"`', edits, safe=False)


def prefixed_string(prefix: str, edits: Edits) -> Message:
    text = f"strings have no prefix such as `{prefix}`: each one is a template"
    return _said("E101", text, "write values in double braces: `{{ name }}`", edits, safe=False)


def parentheses(word: str, edits: Edits) -> Message:
    return _said("E101", f"`{word}` takes its value without parentheses", "remove the parentheses", edits, safe=True)


def colon_for_braces(word: str, edits: Edits) -> Message:
    text = f"the statements of `{word}` are in braces, not after a colon"
    return _said("E101", text, f"write `{word} … {{ … }}`", edits, safe=False)


def phone_lacks(word: str, edits: Edits) -> Message:
    text = f"the kind of endpoint is missing after `{word}`"
    return _said("E101", text, f"write `{word} phone …`", edits, safe=True)


def spaced_unit(right: str, edits: Edits) -> Message:
    return _said("E101", "a duration has no space before its unit", f"write `{right}`", edits, safe=True)


def json_in_a_script() -> Message:
    help = "run `nccodsl validate FILE` to check it, or `nccodsl decompile FILE` to turn it into a script"
    return Message("E101", "this is JSON, not a script", help)


def without_plus(digits: str, edits: Edits) -> Message:
    said = plus_before_number(digits)
    return _said(said.code, said.text, f"write `{digits}`", edits, safe=True)


def condition_without_braces(word: str, right: str, edits: Edits) -> Message:
    what = "value" if word == "choose" else "condition"
    text = f"the {what} of `{word}` must be in double braces"
    return _said("E101", text, f"write `{word} {right} {{`", edits, safe=False)


def compared_match(match: str, edits: Edits) -> Message:
    text = "a branch names what it matches, without a comparison"
    return _said("E101", text, f"write `on {match}`", edits, safe=True)


def means_otherwise(word: str, what: str, edit: Edit | None) -> Message:
    """`edit` writes `otherwise`, where this is the last branch and the only such one."""
    help = "write `otherwise`"
    fix = Fix.as_help(help, edit, safe=True) if edit else None
    message = f"`{word}` is not an outcome of `{what}`; the branch for everything else is `otherwise`"
    return Message("E302", message, help if edit else "put this into the last branch, `otherwise`", fix=fix)


def number_with_signs(digits: str, edits: Edits) -> Message:
    text = "a phone number has digits only, and begins with the country code"
    return _said("E107", text, f"write `{digits}`", edits, safe=False)


def endpoint_without_equals(kind: str, edits: Edits) -> Message:
    text = f"the address follows `{kind}` without `=`"
    return _said("E101", text, "remove `=`", edits, safe=True)


def name_without_braces(name: str, right: str, edits: Edits) -> Message:
    text = f"the value of `{name}` must be in double braces"
    return _said("E101", text, f"write `{right}`", edits, safe=True)


def quotes_inside_template(edits: Edits) -> Message:
    text = "the text ends at the quote before this place"
    return _said("E101", text, "write single quotes inside the template", edits, safe=True)


def written_otherwise(text: str, right: str, edits: Edits, *, safe: bool, unknown: bool) -> Message:
    """`right`: the whole statement as it is written here; `unknown`: the language has no such word."""
    code = "E104" if unknown else "E101"
    return _said(code, text, f"write `{right}`", edits, safe=safe)


def no_such_statement(text: str, help: str) -> Message:
    return Message("E104", text, help)


def hash_without_quotes(at: Span) -> Message:
    return _said("E101", "`#` begins a comment; in quotes it is the key", 'write `"#"`', (Edit(at, '"#"'),), safe=True)


# ---- requests, secrets and handlers


def method_in_capitals(written: str, right: str, edits: Edits) -> Message:
    return _said("E101", f"the method `{written}` must be in capitals", f"write `{right}`", edits, safe=True)


def no_address(what: str, method: str) -> Message:
    """`method`: with a blank before it, or empty."""
    return Message("E101", f"`{what}` needs a URL in quotes", f'write `{what}{method} "https://example.com/"`')


def status_class(written: str, right: str, edits: Edits) -> Message:
    text = f"`{written}` is neither a status nor a class of them"
    return _said("E107", text, f"write `{right}`, or a status such as `404`", edits, safe=False)


def send_brings_nothing() -> Message:
    help = "use `fetch` if the call depends on the answer"
    return Message("E101", "`send` does not wait for an answer: it has neither `as` nor branches", help)


def body_without_name(edits: Edits) -> Message:
    return _said("E101", "the body of a request is an option", "write `body={…}`", edits, safe=True)


def secret_with_value(name: str) -> Message:
    help = f"remove it, and set `NCCODSL_SECRET_{name.upper()}` where the server runs"
    return Message("E101", "a secret has neither a value nor a type in the script", help)


def event_of_call(written: str, edits: Edits) -> Message:
    text = f"`{written}` is not an event of the whole call"
    return _said("E505", text, "write `on ended`, which runs when the call is over", edits, safe=False)


def event_of_recording(event: str) -> Message:
    help = f"write `record as message {{ on {event} {{ … }} }}`"
    return Message("E505", f"`on {event}` belongs to a recording, not to the whole call", help)


def shape_without_colon(name: str, edits: Edits) -> Message:
    text = "the shape of an answer stands behind a colon"
    return _said("E101", text, f"write `as {name}: {{…}}`", edits, safe=True)
