#include "host/graph/yaml_hint.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/yaml_brackets.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace ksampler {
namespace {

constexpr const char* kNotYaml = "this is not valid YAML: ";

bool is_blank(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t\r");
  return at == std::string_view::npos || line[at] == '#';
}

int indent_of(std::string_view line) {
  return static_cast<int>(std::min(line.find_first_not_of(' '), line.size()));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") + 1 - from);
}

// Where the ':' stands that ends the key at the front of `line`, or npos.
std::size_t colon_of(std::string_view line, std::size_t from = 0) {
  for (std::size_t at = line.find(':', from); at != std::string_view::npos;
       at = line.find(':', at + 1)) {
    if (at + 1 >= line.size() || line[at + 1] == ' ' || line[at + 1] == '\r') return at;
  }
  return std::string_view::npos;
}

class Slip {
 public:
  Slip(std::string_view text, Place place, const std::string& message)
      : text_(text), place_(std::move(place)), message_(message) {
    // The lines up to the place: what comes after it is not to blame.
    for (std::string_view rest = text; static_cast<int>(lines_.size()) < place_.line;) {
      const std::size_t end = rest.find('\n');
      lines_.push_back(rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest = rest.substr(end + 1);
    }
  }

  Diagnostic explained() const {
    const bool lost = message_.ends_with("not found") || message_.starts_with("illegal");
    // The two go before the rest: they mislead the parser about all that follows.
    if (auto found = lost ? open_quote() : std::nullopt) return *found;
    if (auto found = lost ? tab() : std::nullopt) return *found;
    std::optional<Diagnostic> found;
    if (message_ == "illegal map value") found = misplaced_value();
    if (message_ == "end of map not found" || message_ == "end of sequence not found")
      found = stray_line();
    if (message_ == "end of map flow not found" || message_ == "end of sequence flow not found")
      found = open_bracket();
    if (message_ == "illegal flow end") found = surplus_bracket();
    if (message_ == "unknown token") found = reserved_character();
    if (message_.starts_with("unknown escape character")) {
      found = at(place_.line, place_.column,
                 message_ +
                     "; in double quotes '\\' begins an escape. Write '\\\\', or single quotes, in "
                     "which it stands for itself");
    }
    if (message_.starts_with("the referenced anchor is not defined")) {
      found =
          at(place_.line, place_.column, message_ + "; a text that begins with '*' is put in quotes");
    }
    return found ? *found : at(place_.line, place_.column, message_);
  }

 private:
  using Maybe = std::optional<Diagnostic>;

  Diagnostic at(int line, int column, const std::string& why) const {
    return {{place_.file, line, column}, kNotYaml + why};
  }

  std::string_view line(int number) const {
    const bool known = number >= 1 && number <= static_cast<int>(lines_.size());
    return known ? lines_[static_cast<std::size_t>(number - 1)] : std::string_view{};
  }

  // The nearest line above the place that says something, or 0.
  int line_before() const {
    int number = place_.line - 1;
    while (number > 0 && is_blank(line(number))) --number;
    return number;
  }

  Maybe open_quote() const {
    const std::vector<Opener> open = open_at(text_, place_.line, place_.column);
    if (open.empty() || (open.back().character != '"' && open.back().character != '\'')) return {};
    return at(open.back().line, open.back().column,
              sentence("this text begins with {} and has no {} at its end", open.back().character,
                       open.back().character));
  }

  Maybe tab() const {
    for (int number = 1; number <= static_cast<int>(lines_.size()); ++number) {
      const std::size_t end = line(number).find_first_not_of(" \t");
      const std::size_t tab = line(number).substr(0, end).find('\t');
      if (tab == std::string_view::npos || is_blank(line(number))) continue;
      if (!open_at(text_, number, 1).empty()) return {};  // between brackets, tabs are no indentation
      return at(number, static_cast<int>(tab) + 1,
                "a tab indents this line; YAML is indented with spaces, such as two a level");
    }
    return {};
  }

  // A ':' where no key can end.
  Maybe misplaced_value() const {
    const std::string_view here = line(place_.line);
    const std::size_t first = colon_of(here);
    if (first != std::string_view::npos && static_cast<int>(first) + 1 < place_.column) {
      return at(
          place_.line, place_.column,
          sentence("a second ': ' in this line; a text that holds one is put in quotes: {}: \"{}\"",
                   printable(trimmed(here.substr(0, first)), 40),
                   printable(trimmed(here.substr(first + 1)), 40)));
    }
    const int above = line_before();
    const std::string_view before = line(above);
    if (before.empty()) return {};
    if (const std::size_t colon = colon_of(before); colon != std::string_view::npos) {
      if (trimmed(before.substr(colon + 1)).empty()) return {};
      return at(place_.line, indent_of(here) + 1,
                "this line is indented further than the one above it, which has a value already; lines "
                "that belong together begin in the same column, here " +
                    std::to_string(indent_of(before) + 1));
    }
    return without_colon(above);
  }

  // A line that should have had a ': '.
  Maybe without_colon(int number) const {
    const std::string_view content = trimmed(line(number));
    const int column = indent_of(line(number)) + 1;
    const std::size_t end = content.find_first_of(": ");
    const std::string key(content.substr(0, end));
    const std::string value(end == std::string_view::npos ? "" : trimmed(content.substr(end + 1)));
    const bool glued = end != std::string_view::npos && content[end] == ':';
    return at(number, column + static_cast<int>(key.size()),
              sentence("{}{}{}; did you mean '{}:{}{}'?",
                       glued ? "the ':' after " : "a ':' is missing after ", quote(key),
                       glued ? " has no space behind it" : "", printable(key, 40),
                       value.empty() ? "" : " ", printable(value, 40)));
  }

  // A line that belongs to nothing above it.
  Maybe stray_line() const {
    const std::string_view here = line(place_.line);
    if (indent_of(here) + 1 != place_.column) {
      return at(
          place_.line, place_.column,
          "text follows a value that ended already; a ' inside single quotes is written '', and a "
          "text with quotes in it goes in quotes as a whole");
    }
    std::vector<int> levels;  // the columns at which open maps and lists begin
    std::vector<bool> items;
    for (int number = 1; number < place_.line; ++number) {
      if (is_blank(line(number))) continue;
      const int column = indent_of(line(number)) + 1;
      while (!levels.empty() && levels.back() > column) levels.pop_back(), items.pop_back();
      const bool item = trimmed(line(number)).starts_with("- ");
      if (!levels.empty() && levels.back() == column) continue;
      levels.push_back(column);
      items.push_back(item);
    }
    const auto same = std::find(levels.begin(), levels.end(), place_.column);
    if (same != levels.end()) {
      const bool item = items[static_cast<std::size_t>(same - levels.begin())];
      if (item == trimmed(here).starts_with("- ")) return {};
      return at(place_.line, place_.column,
                item ? "the lines above in this column are items of a list, which begin with '- ', and "
                       "this one is none"
                     : "this line is an item of a list, as it begins with '- ', and the lines above in "
                       "this column are none");
    }
    std::vector<std::string> columns;
    for (const int column : levels) columns.push_back(std::to_string(column));
    return at(
        place_.line, place_.column,
        sentence("this line begins in column {}, where nothing above it does; what it can belong to "
                 "begins in column {}",
                 place_.column, listed(columns)));
  }

  Maybe open_bracket() const {
    const std::vector<Opener> open = open_at(text_, place_.line, place_.column);
    if (open.empty()) return {};
    const Opener& last = open.back();
    const char closer = closer_of(last.character);
    const std::string_view here = line(place_.line);
    const bool goes_on = place_.column <= static_cast<int>(here.size());
    if (last.line == place_.line && goes_on) {
      return at(
          place_.line, place_.column,
          sentence("expected ',' or '{}' before this; is a ',' missing, or a text with signs in it not "
                   "in quotes as a whole?",
                   closer));
    }
    return at(last.line, last.column,
              sentence("this '{}' has no '{}' that closes it", last.character, closer));
  }

  Maybe surplus_bracket() const {
    const char found = found_character();
    const std::vector<Opener> open = open_at(text_, place_.line, place_.column);
    if (open.empty()) {
      return at(place_.line, place_.column,
                sentence("this '{}' closes nothing; there is one too many", found));
    }
    return at(
        place_.line, place_.column,
        sentence("this '{}' does not close the '{}' of line {}, column {}; is a '{}' missing before "
                 "it?",
                 found, open.back().character, open.back().line, open.back().column,
                 closer_of(open.back().character)));
  }

  Maybe reserved_character() const {
    return at(
        place_.line, place_.column,
        sentence(
            "no text begins with {}; put it in quotes, such as \"{}\"",
            quote(std::string(1, found_character())),
            printable(trimmed(line(place_.line)
                                  .substr(static_cast<std::size_t>(std::min<int>(
                                      place_.column - 1, static_cast<int>(line(place_.line).size()))))),
                      40)));
  }

  char found_character() const {
    const std::string_view here = line(place_.line);
    const auto at = static_cast<std::size_t>(place_.column - 1);
    return at < here.size() ? here[at] : ' ';
  }

  std::string_view text_;
  Place place_;
  const std::string& message_;
  std::vector<std::string_view> lines_;
};

}  // namespace

Diagnostic yaml_error(std::string_view text, const Place& place, const std::string& message) {
  if (place.line == 0 || place.column == 0) return {place, kNotYaml + message};
  return Slip(text, place, message).explained();
}

}  // namespace ksampler
