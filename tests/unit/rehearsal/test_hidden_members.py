"""What a failing test shows of requests and notices: nothing that is made of private values."""

from __future__ import annotations

import nccodsl
from nccodsl.rehearsal.hidden_members import shown_notice, shown_request
from nccodsl.runtime.web_requests import FORM_BODY, JSON_BODY, Request

URL = "https://a.example"


def shown(statement: str, body: str, content_type: str = JSON_BODY) -> str:
    flow = nccodsl.load(
        f"param pin: text private\nparam n: text\nlet part = {{{{ pin[1:] }}}}\n{statement}\ntalk {{{{ n }}}}\n"
    )
    return shown_request(flow, Request(URL, "POST", (), body, content_type))


def test_members_that_are_made_of_private_values_are_hidden() -> None:
    statement = f'send "{URL}" body={{a: {{{{ pin }}}}, b: {{c: {{{{ part }}}}}}, d: {{{{ n }}}}}}'
    assert shown(statement, '{"a":"1","b":{"c":"2"},"d":"3"}') == f'POST {URL} {{"a": "…", "b": "…", "d": "3"}}'
    form = f'send "{URL}" form={{a: {{{{ pin }}}}, d: {{{{ n }}}}}}'
    assert shown(form, "a=1&d=3", FORM_BODY) == f'POST {URL} {{"a": "…", "d": "3"}}'


def test_a_body_whose_members_are_not_known_is_hidden_whole() -> None:
    statement = f'send "{URL}" body={{{{ {{"a": pin}} }}}}'
    assert shown(statement, '{"a":"1"}') == f'POST {URL} "…"'
    listed = f'send "{URL}" body=[{{{{ pin }}}}]'
    assert shown(listed, '["1"]') == f'POST {URL} "…"'


def test_without_private_values_all_is_shown_as_it_is() -> None:
    flow = nccodsl.load(f'send "{URL}" body={{a: {{{{ caller }}}}}}\ntalk "x"\n')
    assert shown_request(flow, Request(URL, "POST", (), '{"a":1}', JSON_BODY)) == f'POST {URL} {{"a":1}}'
    assert shown_request(flow, Request(URL, "POST")) == f"POST {URL}"
    assert shown_notice(flow, {"a": 1}) == {"a": 1}


def test_a_notice() -> None:
    flow = nccodsl.load('param pin: text private\nnotify {a: {{ pin }}, b: 1} event_url="https://a.example"\n')
    assert shown_notice(flow, {"a": "x", "b": 1}) == {"a": "…", "b": 1}
