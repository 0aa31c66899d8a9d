; No node has two captures here: editors disagree about which of them wins.

(comment) @comment @spell
(jinja_comment) @comment

[
  "param" "secret" "let" "zone" "hours" "languages" "defaults" "call" "dialog" "step" "test"
] @keyword
"include" @keyword.import
"private" @keyword.modifier
[ "of" "to" "from" "closed" "open" "holidays" "with" "at" "reply" "as" "in" ] @keyword
[ "if" "elif" "else" "choose" "when" "on" "otherwise" "retry" "whisper" ] @keyword.conditional
[ "for" (next) (break) ] @keyword.repeat
(hangup) @keyword.return
"not" @keyword.operator

[ "record" "connect" "input" "fetch" "send" "ask" "opt_out" "set" ] @function.builtin
(action_name) @function.builtin
(defaults about: (word) @function.builtin)
(verb) @function.builtin

(step name: (word) @function)
(dialog name: (word) @function)
(goto target: (word) @function.call)
(ask dialog: (word) @function.call)
(of dialog: (word) @function.call)
(outcome name: (word) @label)
(outcome_name) @label

(option name: (option_name) @property)
(entry key: (word) @property)
(member name: (word) @variable.member)
(param name: (word) @variable.parameter)
(secret name: (word) @variable.parameter)
(let name: (word) @variable)
(hours name: (word) @variable)
(set name: (word) @variable)
(for name: (word) @variable)
(as name: (word) @variable)

(type_name) @type.builtin
(endpoint_kind) @type
(input_kind) @constant.builtin
(method) @constant.builtin
(constant) @constant
(tongue language: (word) @constant)
(weekdays (word) @constant)
(holidays (word) @constant)
(type (word) @constant)
[ (true) (false) ] @boolean
(null) @constant.builtin

[ (number) (duration) (times) (dates) (range) (status) ] @number

[ (string) (long_string) ] @string
(library) @string.special.path
(escape_sequence) @string.escape
(interpolation) @string.special
(template [ "{{" "}}" ] @punctuation.special)
(jinja_string) @string
(jinja_text) @variable

[ "->" "=" "*" "?" ] @operator
[ "," ":" ] @punctuation.delimiter
[ "{" "}" "[" "]" "(" ")" ] @punctuation.bracket
