"""The quick way from text to tree, for scripts without syntax errors: recursive descent over one pattern of tokens.

`grammar/call.lark` is the authority. What this way accepts, the grammar accepts, with the same tree and the same spans;
tests hold it to that. Where it refuses, for whatever reason, the parser of the grammar reads the text and says why.

Where a word may stand, the lexer of the grammar tries the keywords that its LALR state takes, and states are merged:
the one behind a string takes what may follow any string. So a word is refused wherever it might be taken for a keyword.
"""
