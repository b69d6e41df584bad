#include "host/graph/linked_value.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace ksampler {
namespace {

std::string shown(const std::any& value) {
  if (const auto* integer = std::any_cast<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::any_cast<double>(&value)) return literal_text(*number);
  if (const auto* flag = std::any_cast<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::any_cast<std::string>(&value)) return quote(*text);
  return "no number and no text";
}

std::optional<double> number_in(const std::any& value) {
  if (const auto* integer = std::any_cast<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* number = std::any_cast<double>(&value)) return *number;
  if (const auto* flag = std::any_cast<bool>(&value)) return *flag ? 1.0 : 0.0;
  return std::nullopt;
}

// A whole number, whichever type carries it.
std::optional<std::int64_t> integer_in(const std::any& value) {
  if (const auto* integer = std::any_cast<std::int64_t>(&value)) return *integer;
  constexpr double kLargest = 9.2e18;  // below 2^63, from where on a conversion is undefined
  const auto number = number_in(value);
  if (!number || std::trunc(*number) != *number || std::abs(*number) > kLargest) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<Literal> converted(const std::any& value, const InputDecl& input) {
  const auto fits = [&](double number) { return number >= input.minimum && number <= input.maximum; };
  const auto* text = std::any_cast<std::string>(&value);
  switch (input.kind) {
    case InputKind::integer:
      if (const auto integer = integer_in(value); integer && fits(static_cast<double>(*integer))) {
        const auto multiple = static_cast<std::int64_t>(input.multiple_of);
        if (multiple < 2 || *integer % multiple == 0) return *integer;
      }
      break;
    case InputKind::seed:
      if (const auto integer = integer_in(value); integer && *integer >= 0) {
        return static_cast<std::uint64_t>(*integer);
      }
      break;
    case InputKind::number:
      if (const auto number = number_in(value); number && fits(*number)) return *number;
      break;
    case InputKind::boolean:
      if (const auto number = number_in(value)) return *number != 0.0;
      break;
    case InputKind::choice:
      if (text != nullptr && std::ranges::find(input.choices, *text) != input.choices.end())
        return *text;
      break;
    case InputKind::text:
      if (text != nullptr) return *text;
      break;
    case InputKind::sampler:
    case InputKind::scheduler:
    case InputKind::guider:
    case InputKind::noise:
      if (text != nullptr) return PluginChoice{*text, {}};
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> linkable_types(InputKind kind) {
  switch (kind) {
    case InputKind::integer:
    case InputKind::seed:
      return {kInt};
    case InputKind::number:
      return {kFloat, kInt};
    case InputKind::boolean:
      return {kBoolean};
    case InputKind::text:
      return {kString};
    case InputKind::choice:
    case InputKind::sampler:
    case InputKind::scheduler:
    case InputKind::guider:
    case InputKind::noise:
      return {kCombo, kString};
    default:
      return {};
  }
}

bool is_plain_value(const std::string& type) {
  const std::vector<std::string> types = {kInt, kFloat, kBoolean, kString, kCombo};
  return std::ranges::find(types, type) != types.end();
}

std::string no_value_text(const std::string& input) {
  return sentence("'{}' is linked to an output that has no value in this run", input);
}

Literal literal_of(const std::any& value, const InputDecl& input) {
  if (std::optional<Literal> literal = converted(value, input)) return *std::move(literal);
  Diagnostic diagnostic;
  diagnostic.message = sentence("'{}' is linked to a value that is {}; it takes {}", input.name,
                                shown(value), accepts(input));
  diagnostic.kind = Diagnostic::Kind::wrong_type;
  diagnostic.input = input.name;
  throw Error({diagnostic});
}

}  // namespace ksampler
