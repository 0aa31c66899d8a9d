// Finds the names of options: words in front of `=`, also with spaces, line ends and comments between. `==` is no such sign.

#include "tree_sitter/parser.h"

enum TokenType { OPTION_NAME };

void *tree_sitter_call_external_scanner_create(void) { return NULL; }
void tree_sitter_call_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_call_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_call_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

static bool is_space(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }
static bool begins_word(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool in_word(int32_t c) { return begins_word(c) || (c >= '0' && c <= '9') || c == '-'; }

bool tree_sitter_call_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  (void)payload;
  if (!valid_symbols[OPTION_NAME]) return false;
  while (is_space(lexer->lookahead)) lexer->advance(lexer, true);
  if (!begins_word(lexer->lookahead)) return false;
  while (in_word(lexer->lookahead)) lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  while (is_space(lexer->lookahead) || lexer->lookahead == '#') {
    if (lexer->lookahead == '#') {
      while (!lexer->eof(lexer) && lexer->lookahead != '\n') lexer->advance(lexer, false);
    } else {
      lexer->advance(lexer, false);
    }
  }
  if (lexer->lookahead != '=') return false;
  lexer->advance(lexer, false);
  if (lexer->lookahead == '=') return false;
  lexer->result_symbol = OPTION_NAME;
  return true;
}
