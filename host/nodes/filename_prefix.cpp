#include "host/nodes/filename_prefix.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/base/text_front.hpp"
#include "host/files/output.hpp"
#include "host/graph/node_title.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string_view>

namespace ksampler {
namespace {

constexpr char kInput[] = "filename_prefix";
constexpr std::size_t kWhole = std::string::npos;

std::string padded(int number, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, "%0*d", digits, number);
  return text;
}

int year_of(const std::tm& time) { return time.tm_year + 1900; }

// The longest of what a format can say that begins here.
struct DatePart {
  std::string_view text;
  int digits;
  int (*number)(const std::tm&);
};
constexpr std::array<DatePart, 12> kDateParts = {{
    {"yyyy", 4, [](const std::tm& t) { return year_of(t); }},
    {"yy", 2, [](const std::tm& t) { return year_of(t) % 100; }},
    {"MM", 2, [](const std::tm& t) { return t.tm_mon + 1; }},
    {"M", 1, [](const std::tm& t) { return t.tm_mon + 1; }},
    {"dd", 2, [](const std::tm& t) { return t.tm_mday; }},
    {"d", 1, [](const std::tm& t) { return t.tm_mday; }},
    {"hh", 2, [](const std::tm& t) { return t.tm_hour; }},
    {"h", 1, [](const std::tm& t) { return t.tm_hour; }},
    {"mm", 2, [](const std::tm& t) { return t.tm_min; }},
    {"m", 1, [](const std::tm& t) { return t.tm_min; }},
    {"ss", 2, [](const std::tm& t) { return t.tm_sec; }},
    {"s", 1, [](const std::tm& t) { return t.tm_sec; }},
}};

std::string formatted(std::string_view format, const std::tm& time) {
  std::string text;
  while (!format.empty()) {
    const auto part = std::find_if(kDateParts.begin(), kDateParts.end(),
                                   [&](const DatePart& each) { return format.starts_with(each.text); });
    if (part == kDateParts.end()) {
      text += format.front();
      format.remove_prefix(1);
      continue;
    }
    text += padded(part->number(time), part->digits);
    format.remove_prefix(part->text.size());
  }
  return text;
}

std::string shortest(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", number);
  return text;
}

// A value as a pipeline writes it; none of one that is a list, or a link.
std::optional<std::string> value_text(const InputValue& value) {
  const auto* literal = std::get_if<Literal>(&value);
  if (literal == nullptr) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(literal)) return *text;
  if (const auto* boolean = std::get_if<bool>(literal)) return *boolean ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(literal)) return std::to_string(*integer);
  if (const auto* seed = std::get_if<std::uint64_t>(literal)) return std::to_string(*seed);
  if (const auto* number = std::get_if<double>(literal)) return shortest(*number);
  if (const auto* plugin = std::get_if<PluginChoice>(literal)) return plugin->name;
  return std::nullopt;
}

// The node that "KSampler.seed" begins with, and the input that it ends with: by its name, else by its
// type, else by its title, as ComfyUI's editor does. Of two that fit, the first.
struct NamedInput {
  const Node* node = nullptr;
  std::string_view input;
};
NamedInput named_input(const Pipeline& pipeline, std::string_view token) {
  const auto by = [&](auto name_of) -> NamedInput {
    for (const Node& node : pipeline.nodes) {
      const std::string_view name = name_of(node);
      if (!name.empty() && token.size() > name.size() && token.starts_with(name) &&
          token[name.size()] == '.') {
        return {&node, token.substr(name.size() + 1)};
      }
    }
    return {};
  };
  if (const NamedInput found = by([](const Node& node) { return std::string_view(node.name); });
      found.node != nullptr) {
    return found;
  }
  if (const NamedInput found = by([](const Node& node) { return std::string_view(node.decl->type); });
      found.node != nullptr) {
    return found;
  }
  return by([](const Node& node) { return std::string_view(node.title); });
}

// Of a file, its name alone: where this machine keeps it is nobody's business. At most `most` bytes.
std::optional<std::string> input_text(const Pipeline& pipeline, std::string_view token,
                                      std::size_t most) {
  const auto [node, name] = named_input(pipeline, token);
  if (node == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < node->inputs.size(); ++i) {
    const InputDecl& decl = node->decl->inputs[i];
    if (decl.name != name) continue;
    std::optional<std::string> text = value_text(node->inputs[i]);
    if (text && decl.kind == InputKind::file) text = std::filesystem::path(*text).filename().string();
    if (!text) return std::nullopt;
    return fit_for_a_name(std::string(front_of(*text, most)));
  }
  return std::nullopt;
}

std::optional<std::string> token_text(std::string_view token, const Pipeline& pipeline,
                                      const PrefixFacts& facts, std::size_t most) {
  constexpr std::string_view kDate = "date:";
  if (token == "width") return std::to_string(facts.width);
  if (token == "height") return std::to_string(facts.height);
  if (token == "date") return formatted("yyyyMMddhhmmss", facts.time);
  if (token.starts_with(kDate)) return formatted(token.substr(kDate.size()), facts.time);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTimes = {{{"year", "yyyy"},
                                                                                    {"month", "MM"},
                                                                                    {"day", "dd"},
                                                                                    {"hour", "hh"},
                                                                                    {"minute", "mm"},
                                                                                    {"second", "ss"}}};
  for (const auto& [name, format] : kTimes) {
    if (token == name) return formatted(format, facts.time);
  }
  return input_text(pipeline, token, most);
}

std::string expanded(const std::string& prefix, const Pipeline& pipeline, const PrefixFacts& facts,
                     std::size_t most) {
  std::string result;
  std::string_view left = prefix;
  while (!left.empty()) {
    const std::size_t begin = left.find('%');
    const std::size_t end =
        begin == std::string_view::npos ? std::string_view::npos : left.find('%', begin + 1);
    if (end == std::string_view::npos) break;
    const auto text = token_text(left.substr(begin + 1, end - begin - 1), pipeline, facts, most);
    // The second '%' may be the first of a token.
    result += left.substr(0, text ? begin : end);
    if (text) result += *text;
    left.remove_prefix(text ? end + 1 : end);
  }
  return result + std::string(left);
}

// What a node that has a filename_prefix writes.
std::string suffix_of(const NodeDecl& decl) {
  const bool pictures = std::any_of(decl.inputs.begin(), decl.inputs.end(),
                                    [](const InputDecl& input) { return input.type == "IMAGE"; });
  return pictures ? ".png" : ".latent";
}

// Calls `look` with each node that has a prefix, and with the prefix.
template <typename Look>
void for_each_prefix(const Pipeline& pipeline, Look look) {
  for (const Node& node : pipeline.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.decl->inputs[i].name != kInput) continue;
      const auto* const prefix = find_literal<std::string>(&node.inputs[i]);
      if (prefix != nullptr) look(node, *prefix);
    }
  }
}

// Before a run, sizes are not known: as long as any.
PrefixFacts usual_facts() { return {.width = 16384, .height = 16384, .time = local_time()}; }

}  // namespace

std::string fit_for_a_name(std::string text) {
  constexpr std::string_view kUnfit = "/?<>\\:*|\"";
  std::replace_if(
      text.begin(), text.end(),
      [&](char c) {
        return (c >= 0 && c < ' ') || c == 0x7F || kUnfit.find(c) != std::string_view::npos;
      },
      '_');
  return text;
}

std::tm local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm time = {};
  ::localtime_r(&now, &time);
  return time;
}

std::string expanded_prefix(const std::string& prefix, const Pipeline& pipeline,
                            const PrefixFacts& facts) {
  return expanded(prefix, pipeline, facts, kWhole);
}

std::string fitting_prefix(const std::string& prefix, const Pipeline& pipeline,
                           const PrefixFacts& facts, const std::filesystem::path& out,
                           const std::string& suffix) {
  const std::string whole = expanded(prefix, pipeline, facts, kWhole);
  check_prefix(whole);
  std::string text = whole;
  for (std::size_t most = longest_name(out); most > 0 && too_long_by(out, text, suffix) > 0; --most) {
    text = expanded(prefix, pipeline, facts, most);
  }
  const std::size_t excess = too_long_by(out, text, suffix);
  check_prefix(text);
  if (excess == 0) return text;
  throw Error(
      Diagnostic::Kind::too_large,
      sentence("filename prefix {} makes a name that is {} bytes too long, with its number and {}: "
               "this disk takes names of {} bytes",
               quote(whole), excess, suffix, longest_name(out)));
}

void check_filename_prefixes(const Pipeline& pipeline, const std::filesystem::path& out) {
  std::vector<Diagnostic> found;
  for_each_prefix(pipeline, [&](const Node& node, const std::string& prefix) {
    try {
      fitting_prefix(prefix, pipeline, usual_facts(), out, suffix_of(*node.decl));
    } catch (const Error& error) {
      found.push_back({node.place, sentence("{}: {}", title(node), error.diagnostics().front().message),
                       error.diagnostics().front().kind, node.name, kInput});
    }
  });
  if (!found.empty()) throw Error(std::move(found));
}

std::vector<std::pair<const Node*, std::string>> cut_prefixes(const Pipeline& pipeline,
                                                              const std::filesystem::path& out) {
  std::vector<std::pair<const Node*, std::string>> cut;
  const PrefixFacts facts = usual_facts();
  for_each_prefix(pipeline, [&](const Node& node, const std::string& prefix) {
    const std::string fitting = fitting_prefix(prefix, pipeline, facts, out, suffix_of(*node.decl));
    if (fitting == expanded_prefix(prefix, pipeline, facts)) return;
    cut.emplace_back(
        &node,
        sentence("the values in filename_prefix are cut, as this disk takes names of {} bytes: {}",
                 longest_name(out), quote(fitting)));
  });
  return cut;
}

}  // namespace ksampler
