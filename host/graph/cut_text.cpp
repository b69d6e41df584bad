#include "host/graph/cut_text.hpp"

#include "host/base/text.hpp"
#include "host/graph/document.hpp"
#include "host/graph/input_subject.hpp"
#include "host/graph/literal_reader.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kShown = 40;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// What stands in `source` from a place on; nothing where that is not in it.
std::string_view from(std::string_view source, const Place& place) {
  for (int line = 1; line < place.line; ++line) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  const auto column = static_cast<std::size_t>(std::max(place.column - 1, 0));
  return column < source.size() ? source.substr(column) : std::string_view();
}

// What follows a plain text: it may be folded over lines, so that spaces differ.
std::string_view after(std::string_view source, std::string_view text) {
  std::size_t at = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    while (at < source.size() && is_space(source[at])) ++at;
    if (at == source.size() || source[at] != c) return {};
    ++at;
  }
  return source.substr(at);
}

// The comment that ends a value on its own line; nothing where there is none.
std::string_view comment_after(std::string_view source, const YamlNode& value) {
  std::string_view begin = from(source, value.place);
  if (begin.starts_with('&'))
    begin.remove_prefix(std::min(begin.find_first_of(" \t\r\n"), begin.size()));
  const std::string_view rest = after(begin, value.text);
  const std::size_t mark = rest.find_first_not_of(" \t");
  if (mark == std::string_view::npos || mark == 0 || rest[mark] != '#') return {};
  const std::string_view comment = rest.substr(mark);
  return comment.substr(0, comment.find_first_of("\r\n"));
}

bool takes_text(const std::vector<NodeDecl>& declarations, const YamlEntry& node,
                const std::string& input) {
  const YamlEntry* type = node.value->find("type");
  if (type == nullptr) return false;
  for (const NodeDecl& decl : declarations) {
    if (decl.type != type->value->text) continue;
    return std::any_of(decl.inputs.begin(), decl.inputs.end(), [&](const InputDecl& each) {
      return each.name == input && each.kind == InputKind::text;
    });
  }
  return false;
}

}  // namespace

std::vector<Diagnostic> cut_texts(const ParsedPipeline& parsed,
                                  const std::vector<NodeDecl>& declarations) {
  std::vector<Diagnostic> warnings;
  std::set<std::pair<int, int>> said;  // an alias stands at several nodes
  for (const YamlEntry& node : parsed.document().nodes) {
    for (const YamlEntry& input : node.value->entries) {
      const YamlNode& value = *input.value;
      const bool is_plain = value.kind == YamlNode::Kind::scalar && !value.quoted && !is_link(value);
      if (!is_plain || value.place.line == 0 || !takes_text(declarations, node, input.key)) continue;
      const std::string_view comment = comment_after(parsed.source().text, value);
      if (comment.empty() || !said.insert({value.place.line, value.place.column}).second) continue;
      const InputSubject subject = subject_of(node.key, input.key);
      warnings.push_back(about(
          subject, Diagnostic::Kind::other, value.place,
          sentence("{} ends before '{}': without quotes, ' #' begins a comment. Write the text in "
                   "quotes: \"{} ...\"",
                   subject.text, printable(comment, kShown), printable(value.text, kShown))));
    }
  }
  return warnings;
}

}  // namespace ksampler
