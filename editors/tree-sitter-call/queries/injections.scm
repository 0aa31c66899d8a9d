((comment) @injection.content
  (#set! injection.language "comment"))

((template) @injection.content
  (#set! injection.language "jinja")
  (#set! injection.include-children))

((interpolation) @injection.content
  (#set! injection.language "jinja"))

; Texts in SSML: what stands between the expressions of all of them.
((string (text) @injection.content) @_text
  (#match? @_text "^\"\\s*<speak[\\s/>]")
  (#set! injection.language "xml")
  (#set! injection.combined))

((long_string (text) @injection.content) @_text
  (#match? @_text "^\"\"\"\\s*<speak[\\s/>]")
  (#set! injection.language "xml")
  (#set! injection.combined))
