#include "host/graph/comfy/kindly_read.hpp"

#include "host/base/lower_case.hpp"
#include "host/base/sentence.hpp"
#include "host/graph/scalar.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace ksampler {
namespace {

std::optional<double> number_in(const YamlNode& value) {
  if (!value.quoted && value.text == "true") return 1.0;
  if (!value.quoted && value.text == "false") return 0.0;
  double number = 0;
  if (parse_number(value.text, number) != Parsed::fine) return std::nullopt;
  return number;
}

void set_plain(YamlNode& value, std::string text) {
  value.text = std::move(text);
  value.quoted = false;
}

// As Python's int(): towards zero.
void make_integer(YamlNode& value, const InputDecl& input, std::string& note) {
  std::int64_t integer = 0;
  std::uint64_t seed = 0;
  const bool whole = input.kind == InputKind::seed ? parse_seed(value.text, seed) == Parsed::fine
                                                   : parse_integer(value.text, integer) == Parsed::fine;
  if (!whole) {
    constexpr double kLargest = 9.2e18;
    const auto number = number_in(value);
    if (!number || std::abs(*number) > kLargest) return;
    integer = static_cast<std::int64_t>(*number);
    set_plain(value, std::to_string(integer));
  }
  value.quoted = false;
  const auto multiple = static_cast<std::int64_t>(input.multiple_of);
  if (input.kind != InputKind::integer || multiple < 2 || integer % multiple == 0 || integer < 0)
    return;
  const std::int64_t floor = integer / multiple * multiple;
  note = sentence("'{}' is {}, no multiple of {}: {} is taken, as ComfyUI does", input.name, integer,
                  multiple, floor);
  set_plain(value, std::to_string(floor));
}

void make_boolean(YamlNode& value) {
  const std::string lower = lower_case(value.text);
  if (lower == "true" || lower == "false") return set_plain(value, lower);
  if (const auto number = number_in(value)) set_plain(value, *number != 0.0 ? "true" : "false");
}

void make_text(YamlNode& value) {
  if (!value.quoted && value.text == "true") value.text = "True";  // as Python has it
  if (!value.quoted && value.text == "false") value.text = "False";
  value.quoted = true;
}

}  // namespace

YamlNode kindly_read(const YamlNode& value, const InputDecl& input, std::string& note) {
  YamlNode kind = value;
  if (value.kind == YamlNode::Kind::null && input.kind == InputKind::text) {
    kind.kind = YamlNode::Kind::scalar;
    kind.quoted = true;
    return kind;
  }
  if (value.kind != YamlNode::Kind::scalar || value.slot >= 0) return kind;
  switch (input.kind) {
    case InputKind::integer:
    case InputKind::seed:
      make_integer(kind, input, note);
      break;
    case InputKind::number:
      if (const auto number = number_in(value))
        set_plain(kind, value.text == "true" || value.text == "false" ? shortest_decimal(*number)
                                                                      : value.text);
      break;
    case InputKind::boolean:
      make_boolean(kind);
      break;
    case InputKind::text:
      make_text(kind);
      break;
    case InputKind::file:
      std::ranges::replace(kind.text, '\\', '/');
      break;
    default:
      break;
  }
  return kind;
}

}  // namespace ksampler
