"""A script with everything that can be asked during a call: keys and words, an outcome, a number, a reply."""

from __future__ import annotations

SALES_STEP = """step sales {
  talk "I connect you."
  connect phone 14155550123 from=14155550100 timeout=20s {
    on busy, timeout, rejected, failed, unanswered { talk "Sales is busy." }
    on completed { hangup }
  }
}
"""
SUPPORT_STEP = """step support {
  talk "Enter your number."
  input dtmf max_digits=4 submit_on_hash=true as number
  fetch "https://crm.example.com/{{ number.digits }}" as found { on error { talk "Unknown." hangup } }
  talk "Hello {{ found.name }}, your pin is {{ pin }}."
}
"""
_BEGINNING = """param shop: text = "Harbour Bikes" "How it is called"
param pin: text private = "4711"
step main {
  talk "Welcome to {{ shop }}. Press 1 or 2." barge_in=true
  input dtmf speech max_digits=1 {
    on "1", "sales" -> sales
    on "2" -> support
    otherwise { talk "Goodbye." }
  }
}
"""
_TEST = """test "a known number" {
  with shop="Quay"
  press "2"
  press "12#"
  fetched "https://crm.example.com/12" reply {name: "Ann"}
  hear "Hello Ann"
}
"""
MENU = _BEGINNING + SALES_STEP + SUPPORT_STEP + _TEST
MENU_WITHOUT_VALUES = (
    MENU.removesuffix(_TEST).replace(' = "Harbour Bikes"', "").replace("step main", "param day: date\nstep main")
)
"""The same, but `shop` and `day` have to be given."""
