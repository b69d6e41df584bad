#include "host/graph/wording.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/scalar.hpp"

#include <cmath>

namespace ksampler {
namespace {

constexpr std::size_t kLongestExcerpt = 48;
// What stands for the whole range of float64 is no bound that a person needs to know.
constexpr double kNoLimit = 1e300;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string bound_text(const InputDecl& input, double bound) {
  const bool whole = input.kind == InputKind::integer || input.kind == InputKind::integers;
  // Shortest notation writes 1e+06; a whole number reads better in full.
  if (whole && std::abs(bound) < 1e15) return std::to_string(static_cast<std::int64_t>(bound));
  return shortest_decimal(bound);
}

std::string list_text(const InputDecl& input, const std::string& what) {
  std::string text = "a list of ";
  if (input.length > 0) text += std::to_string(input.length) + " ";
  text += what;
  const std::string range = range_text(input);
  if (!range.empty()) text = sentence("{}, each{}", text, range);
  return input.as_text ? sentence("{}, or a text of them", text) : text;
}

struct LiteralText {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(std::uint64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return shortest_decimal(value); }
  std::string operator()(const std::string& value) const { return value.empty() ? "\"\"" : value; }
  std::string operator()(const PluginChoice& value) const { return value.name; }
  template <typename T>
  std::string operator()(const std::vector<T>& values) const {
    std::vector<std::string> texts;
    for (const T value : values) texts.push_back((*this)(value));
    return sentence("[{}]", joined(texts));
  }
};

}  // namespace

std::string range_text(const InputDecl& input) {
  const bool below = input.minimum > -kNoLimit;
  const bool above = input.maximum < kNoLimit;
  if (below && above) {
    return sentence(" from {} to {}", bound_text(input, input.minimum),
                    bound_text(input, input.maximum));
  }
  if (below) return " of at least " + bound_text(input, input.minimum);
  if (above) return " of at most " + bound_text(input, input.maximum);
  return "";
}

std::string accepts(const InputDecl& input) {
  switch (input.kind) {
    case InputKind::link:
      return input.type == kAnyType ? "a link of any type" : "a link of type " + input.type;
    case InputKind::integer:
      return sentence(
          "a whole number{}{}", range_text(input),
          input.multiple_of > 1 ? ", a multiple of " + bound_text(input, input.multiple_of) : "");
    case InputKind::seed:
      return "a whole number from 0 to 18446744073709551615";
    case InputKind::number:
      return "a number" + range_text(input);
    case InputKind::boolean:
      return "true or false";
    case InputKind::text:
      return "a text";
    case InputKind::choice:
      return "one of: " + joined(input.choices);
    case InputKind::file:
      return "the path of a file";
    case InputKind::integers:
      return list_text(input, "whole numbers");
    case InputKind::numbers:
      return list_text(input, "numbers");
    case InputKind::sampler:
    case InputKind::scheduler:
    case InputKind::guider:
    case InputKind::noise:
      return sentence("a {}, or {{ name: ..., parameter: value }}", kind_name(input.kind));
    case InputKind::value_name:
      return "a name that no other node gives to a value";
    case InputKind::named_value:
      return "a name that another node gives to a value";
  }
  return "";
}

std::string literal_text(const Literal& literal) { return std::visit(LiteralText{}, literal); }

std::string found(const YamlNode& value) {
  switch (value.kind) {
    case YamlNode::Kind::null:
      return "empty";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  const std::string shown = printable(value.text, kLongestExcerpt);
  if (value.text.empty()) return "\"\"";
  if (value.quoted) return sentence("\"{}\" in quotes", shown);
  double number = 0;
  const bool bare = parse_number(value.text, number) != Parsed::not_a_number;
  return bare ? shown : sentence("'{}'", shown);
}

std::string known_types_hint(const std::string& type, const std::vector<std::string>& types) {
  const std::string_view near = nearest(type, types);
  return near.empty() ? "; `ksampler list nodes` has those that there are"
                      : sentence("; did you mean '{}'?", near);
}

}  // namespace ksampler
