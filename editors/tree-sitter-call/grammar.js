// The .call language for tree-sitter. It follows grammar/call.lark rule by rule; tests compare the two.
//
// A word in front of `=` is the name of an option, whatever it is elsewhere: src/scanner.c looks ahead for the `=`.
// Texts have parts here (escapes, expressions), which the language reads later.

const ACTIONS = ['talk', 'stream', 'conversation', 'notify', 'wait', 'transfer', 'raw', 'pay'];
const VERBS = [
  'hear', 'press', 'say', 'silence', 'dialled', 'answered', 'busy', 'timeout', 'rejected', 'failed', 'unanswered', 'completed',
  'machine', 'recorded', 'transcribed', 'notified', 'fetched', 'sent', 'whispered', 'opted_out', 'ends', 'ended',
];

const commas = (rule) => seq(rule, repeat(seq(',', rule)));
const listed = (open, rule, close) => seq(open, optional(seq(commas(rule), optional(','))), close);

module.exports = grammar({
  name: 'call',
  extras: ($) => [/[ \t\r\n\f]/, $.comment],
  externals: ($) => [$.option_name],
  word: ($) => $.word,
  supertypes: ($) => [$.statement],
  rules: {
    source_file: ($) => repeat(choice(
      $.param, $.secret, $.let, $.zone, $.hours, $.languages, $.defaults, $.include, $.call, alias($.on, $.handler), $.dialog, $.step,
      $.test, $.statement,
    )),

    // Declarations
    param: ($) => seq(
      'param', field('name', $.word), ':', field('type', alias($.word, $.type_name)), optional('private'),
      optional(seq('=', field('default', $._value))), optional(field('description', $._text)),
    ),
    secret: ($) => seq('secret', field('name', $.word), optional(field('description', $._text))),
    let: ($) => seq('let', field('name', $.word), '=', field('value', $._value)),
    languages: ($) => seq('languages', commas($.tongue)),
    tongue: ($) => seq(field('language', $.word), repeat($.option)),
    defaults: ($) => seq('defaults', field('about', $.word), repeat($.option)),
    include: ($) => seq('include', field('path', choice($.string, $.library))),

    // The clock
    zone: ($) => seq('zone', $._text),
    hours: ($) => seq(
      'hours', field('name', $.word), repeat($.option), '{', repeat(choice($.weekdays, $.closed, $.open, $.holidays)), '}',
    ),
    weekdays: ($) => seq(commas($.word), repeat1($.times)),
    closed: ($) => seq('closed', commas(seq($.dates, optional($.string)))),
    open: ($) => seq('open', $.dates, repeat1($.times), optional($.string)),
    holidays: ($) => seq('holidays', $.word),

    // The call
    call: ($) => seq('call', '{', repeat(choice($.to, $.from, $.option, $.on)), '}'),
    to: ($) => seq('to', $._endpoint),
    from: ($) => seq('from', $._endpoint),
    _endpoint: ($) => seq(
      field('kind', alias($.word, $.endpoint_kind)), optional(field('address', choice($._text, $.number))),
    ),

    // Steps and dialogs
    step: ($) => seq('step', field('name', $.word), field('body', $.block)),
    block: ($) => seq('{', repeat($.statement), '}'),
    dialog: ($) => seq(
      'dialog', field('name', $.word), $.members, '->', commas($.outcome),
      field('body', alias($.dialog_body, $.block)),
    ),
    dialog_body: ($) => seq('{', repeat(choice($.step, $.statement)), '}'),
    outcome: ($) => seq(field('name', $.word), optional($.members)),
    members: ($) => listed('(', $.member, ')'),
    arguments: ($) => listed('(', $.option, ')'),

    statement: ($) => choice(
      $.action, $.record, $.connect, $.input, $.fetch, $.send, $.ask, $.opt_out, $.set, $.if, $.choose, $.for, $.goto, $.next,
      $.break, $.hangup,
    ),

    // Actions
    action: ($) => seq(field('name', $.action_name), optional(field('main', $._main)), repeat($.option)),
    action_name: (_) => choice(...ACTIONS),
    record: ($) => seq('record', optional(field('main', $._simple)), repeat(choice($.option, $.as)), optional($.branches)),
    connect: ($) => seq('connect', $._endpoint, repeat($.option), optional($.branches)),
    input: ($) => seq(
      'input', repeat(field('kind', alias($.word, $.input_kind))), repeat(choice($.option, $.as)), optional($.branches),
    ),
    as: ($) => seq('as', field('name', $.word), optional(seq(':', field('shape', $._shape)))),

    _shape: ($) => choice($.type, $.shapes, $.fields),
    type: ($) => seq(alias($.word, $.type_name), optional(seq('(', optional(commas(choice($.string, $.number, $.range, $.word))), ')'))),
    shapes: ($) => seq('[', $._shape, ']'),
    fields: ($) => listed('{', $.member, '}'),
    member: ($) => seq(
      field('name', choice($.word, $.string)), ':', field('shape', $._shape), optional('?'), optional('private'),
      optional(seq('=', field('default', $._value))),
    ),
    option: ($) => seq(field('name', $.option_name), '=', field('value', $._value)),

    // What a flow does besides
    fetch: ($) => seq(
      'fetch', optional(alias($.word, $.method)), field('url', $._text), repeat(choice($.option, $.as)), optional($.branches),
    ),
    send: ($) => seq('send', optional(alias($.word, $.method)), field('url', $._text), repeat($.option)),
    ask: ($) => seq('ask', field('dialog', $.word), $.arguments, repeat($.as), optional($.branches)),
    set: ($) => seq('set', field('name', $.word), '=', field('value', $._value)),
    goto: ($) => seq('->', field('target', $.word), optional(alias($.returned, $.arguments))),
    returned: ($) => seq('(', commas($.option), optional(','), ')'),
    next: (_) => 'next',
    break: (_) => 'break',
    hangup: (_) => 'hangup',
    opt_out: ($) => seq('opt_out', repeat($.option)),
    if: ($) => seq('if', $.template, $.block, repeat($.elif), optional($.else)),
    elif: ($) => seq('elif', $.template, $.block),
    else: ($) => seq('else', $.block),
    for: ($) => seq('for', field('name', $.word), 'in', field('value', $._value), $.block),
    choose: ($) => seq('choose', $.template, '{', repeat(choice($.when, $.otherwise)), '}'),
    when: ($) => seq('when', commas($._match), $._target),

    // Branches
    branches: ($) => seq('{', repeat(choice($.on, $.retry, $.otherwise, $.whisper)), '}'),
    on: ($) => seq('on', commas($._match), $._target),
    retry: ($) => seq('retry', choice(seq($.number, optional(commas($._text))), commas($._text)), repeat($.option), optional($._target)),
    otherwise: ($) => seq('otherwise', $._target),
    whisper: ($) => seq('whisper', $.block),
    _target: ($) => choice($.goto, $.next, $.break, $.hangup, $.block),
    _match: ($) => choice($.string, alias($.word, $.outcome_name), $.number, $.status, $.template),

    // Tests
    test: ($) => seq('test', field('title', $.string), optional($.of), '{', repeat(choice($.with, $.at, $.expect)), '}'),
    of: ($) => seq('of', field('dialog', $.word), $.arguments),
    with: ($) => seq('with', repeat($.option)),
    at: ($) => seq('at', $.string),
    expect: ($) => seq(
      optional('not'), field('verb', $.verb), optional(field('kind', alias($.word, $.endpoint_kind))), optional(choice($._simple, '*')),
      optional($.map), repeat($.option), optional($.reply),
    ),
    verb: (_) => choice(...VERBS),
    reply: ($) => seq('reply', $._main),

    // Values
    _value: ($) => choice($._main, alias($.word, $.constant), $.true, $.false, $.null),
    _main: ($) => choice($._simple, $.map),
    _simple: ($) => choice($._text, $.number, $.duration, $.list),
    _text: ($) => choice($.string, $.long_string, $.template),
    true: (_) => 'true',
    false: (_) => 'false',
    null: (_) => 'null',
    list: ($) => listed('[', $._value, ']'),
    map: ($) => listed('{', $.entry, '}'),
    entry: ($) => seq(field('key', choice($.word, $.string)), ':', field('value', $._value)),

    // Texts. What stands in them comes before comments and spaces.
    string: ($) => seq(
      '"',
      repeat(choice(
        $.escape_sequence,
        alias($._text_part, $.text),
        alias(token.immediate(prec(2, /\{\{([^}"\\\n]|\}[^}"\n]|\\[^\n])*\}\}/)), $.interpolation),
        alias(token.immediate(prec(2, /\{%([^%"\\\n]|%[^}"\n]|\\[^\n])*%\}/)), $.interpolation),
        alias(token.immediate(prec(2, /\{#([^#"\\\n]|#[^}"\n]|\\[^\n])*#\}/)), $.jinja_comment),
      )),
      token.immediate('"'),
    ),
    _text_part: (_) => token.immediate(prec(1, /[^"\\{\r\n]+|\{/)),
    long_string: ($) => seq(
      '"""',
      repeat(choice(
        $.escape_sequence,
        alias($._long_part, $.text),
        alias(token.immediate(prec(2, /\{\{([^}\\]|\}[^}]|\\(.|\n))*\}\}/)), $.interpolation),
        alias(token.immediate(prec(2, /\{%([^%\\]|%[^}]|\\(.|\n))*%\}/)), $.interpolation),
        alias(token.immediate(prec(2, /\{#([^#\\]|#[^}]|\\(.|\n))*#\}/)), $.jinja_comment),
      )),
      token.immediate(prec(3, '"""')),
    ),
    _long_part: (_) => token.immediate(prec(1, /[^"\\{]+|\{|"/)),
    escape_sequence: (_) => token.immediate(prec(1, /\\([^u]|u[0-9A-Fa-f]{0,4})/)),

    // An expression among values: its brackets are matched, so that `}}` in them does not end it.
    template: ($) => seq('{{', repeat($._jinja), '}}'),
    _jinja: ($) => choice($.jinja_string, $.jinja_text, $._group),
    _group: ($) => choice(
      seq('(', repeat($._jinja), ')'), seq('[', repeat($._jinja), ']'), seq('{', repeat($._jinja), '}'),
    ),
    jinja_string: (_) => token(choice(/'([^'\\]|\\(.|\n))*'/, /"([^"\\]|\\(.|\n))*"/)),
    jinja_text: (_) => token(prec(-1, /[^\s"'(){}\[\]#]+/)),

    word: (_) => /[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*/,
    duration: (_) => /-?[0-9]+(\.[0-9]+)?(ms|[hms])([0-9]+(\.[0-9]+)?(ms|[hms]))*/,
    number: (_) => /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/,
    times: (_) => /[0-9]{1,2}:[0-9]{2}[ \t]*-[ \t]*[0-9]{1,2}:[0-9]{2}/,
    dates: (_) => /[0-9]{4}-[0-9]{2}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?/,
    range: (_) => /-?[0-9]+\.\.-?[0-9]+/,
    status: (_) => /[1-9]xx/,
    library: (_) => /<[^<>\n\r]*>/,
    comment: (_) => /#[^\n]*/,
  },
});
