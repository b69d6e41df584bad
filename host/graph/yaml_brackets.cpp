#include "host/graph/yaml_brackets.hpp"

namespace ksampler {
namespace {

bool is_quote(char c) { return c == '"' || c == '\''; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Follows a text character by character.
class Scanner {
 public:
  void take(char c, char next) {
    if (c == '\n') {
      ++line_;
      column_ = 0;
      comment_ = false;
    }
    if (skip_) {
      skip_ = false;
    } else if (!comment_) {
      read(c, next);
    }
    ++column_;
  }

  bool is_before(int line, int column) const {
    return line_ < line || (line_ == line && column_ < column);
  }
  std::vector<Opener> open() && { return std::move(open_); }

 private:
  void read(char c, char next) {
    if (!open_.empty() && is_quote(open_.back().character)) {
      const char quote = open_.back().character;
      skip_ = (quote == '"' && c == '\\') || (quote == '\'' && c == quote && next == quote);
      if (c == quote && !skip_) open_.pop_back();
    } else if (c == '#' && is_blank(before_)) {
      comment_ = true;
    } else if ((is_quote(c) || c == '{' || c == '[') && value_may_begin_) {
      open_.push_back({c, line_, column_});
    } else if ((c == '}' || c == ']') && !open_.empty()) {
      if (closer_of(open_.back().character) == c) open_.pop_back();
    }
    // Inside "it's" a quote is a letter.
    const bool separates = c == '\n' || c == ',' || c == ':' || c == '-' || c == '{' || c == '[';
    value_may_begin_ = separates || (value_may_begin_ && is_blank(c));
    before_ = c;
  }

  int line_ = 1;
  int column_ = 1;
  bool comment_ = false;
  bool skip_ = false;
  bool value_may_begin_ = true;
  char before_ = '\n';
  std::vector<Opener> open_;
};

}  // namespace

char closer_of(char opener) { return opener == '{' ? '}' : opener == '[' ? ']' : opener; }

std::vector<Opener> open_at(std::string_view text, int line, int column) {
  Scanner scanner;
  for (std::size_t i = 0; i < text.size() && scanner.is_before(line, column); ++i) {
    scanner.take(text[i], i + 1 < text.size() ? text[i + 1] : '\0');
  }
  return std::move(scanner).open();
}

}  // namespace ksampler
