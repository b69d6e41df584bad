#include "host/graph/literal_reader.hpp"

#include "host/graph/scalar.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <utility>

namespace ksampler {
namespace {

// ": write it without quotes" where that would help.
std::string unquote_hint(const YamlNode& value, Parsed without_quotes) {
  return value.quoted && without_quotes == Parsed::fine ? ": write it without quotes" : "";
}

bool in_range(double value, const InputDecl& input) {
  return value >= input.minimum && value <= input.maximum;
}

Diagnostic::Kind side_of(double value, const InputDecl& input) {
  return value < input.minimum ? Diagnostic::Kind::too_small : Diagnostic::Kind::too_large;
}

// Of what is no whole number that a type holds: whether it is a number at all, below `least` or not
// below `end`.
Diagnostic::Kind side_of_all(const YamlNode& value, double least, double end) {
  double number = 0;
  if (value.quoted || parse_number(value.text, number) != Parsed::fine)
    return Diagnostic::Kind::wrong_type;
  if (number < least) return Diagnostic::Kind::too_small;
  return number >= end ? Diagnostic::Kind::too_large : Diagnostic::Kind::wrong_type;
}

// The numbers of a text, "1., 0.5, 0", as the list that could have been written.
YamlNode list_of_text(const YamlNode& text) {
  constexpr std::string_view kBetween = ",;[]() \t\r\n";
  YamlNode list;
  list.kind = YamlNode::Kind::list;
  list.place = text.place;
  for (std::size_t at = text.text.find_first_not_of(kBetween); at != std::string::npos;) {
    const std::size_t end = std::min(text.text.find_first_of(kBetween, at), text.text.size());
    YamlNode item;
    item.kind = YamlNode::Kind::scalar;
    item.place = text.place;
    item.text = text.text.substr(at, end - at);
    list.items.push_back(std::make_shared<const YamlNode>(std::move(item)));
    at = text.text.find_first_not_of(kBetween, end);
  }
  return list;
}

}  // namespace

bool is_link(const YamlNode& value) {
  if (value.comfy) return value.slot >= 0;
  return value.kind == YamlNode::Kind::scalar && value.text.starts_with('$') &&
         !value.text.starts_with("$$");
}

std::string plain_text(const YamlNode& value) {
  return value.text.starts_with("$$") && !value.comfy ? value.text.substr(1) : value.text;
}

std::optional<std::string> typed_text(const YamlNode& value) {
  if (value.typed.empty() || value.quoted || is_link(value)) return std::nullopt;
  return value.typed.substr(value.typed.starts_with("$$") ? 1 : 0);
}

void LiteralReader::complain(const YamlNode& value, const InputDecl& input, const InputSubject& subject,
                             const std::string& hint, Diagnostic::Kind kind) {
  diagnostics_.push_back(
      about(subject, kind, value.place,
            sentence("{} is {}{}; it takes {}{}", subject.text, is_link(value) ? "the link " : "",
                     found(value), accepts(input), hint)));
}

std::optional<Literal> LiteralReader::read(const YamlNode& value, const InputDecl& input,
                                           const InputSubject& subject) {
  switch (input.kind) {
    case InputKind::integer:
      return read_integer(value, input, subject);
    case InputKind::seed:
      return read_seed(value, input, subject);
    case InputKind::number:
      return read_number(value, input, subject);
    case InputKind::boolean:
      return read_boolean(value, input, subject);
    case InputKind::text:
      return read_text(value, input, subject);
    case InputKind::choice:
      return read_choice(value, input, subject);
    case InputKind::file:
      return read_file(value, input, subject);
    case InputKind::integers:
      return read_list<std::int64_t>(value, input, subject);
    case InputKind::numbers:
      return read_list<double>(value, input, subject);
    case InputKind::sampler:
    case InputKind::scheduler:
    case InputKind::guider:
    case InputKind::noise:
      return read_plugin(value, input, subject);
    case InputKind::value_name:
      return read_name(value, input, subject);
    case InputKind::link:
    case InputKind::named_value:
      break;
  }
  return std::nullopt;
}

std::optional<Literal> LiteralReader::read_integer(const YamlNode& value, const InputDecl& input,
                                                   const InputSubject& subject) {
  std::int64_t integer = 0;
  const Parsed parsed = parse_integer(value.text, integer);
  if (parsed != Parsed::fine || value.quoted) {
    double number = 0;
    const bool whole = !value.quoted && parse_number(value.text, number) == Parsed::fine &&
                       std::trunc(number) == number && std::abs(number) < 1e15;
    const std::string hint = whole ? sentence("; did you mean {}?", static_cast<std::int64_t>(number))
                                   : unquote_hint(value, parsed);
    complain(value, input, subject, parsed == Parsed::too_large ? "" : hint,
             side_of_all(value, -0x1p63, 0x1p63));
    return std::nullopt;
  }
  const bool fits = in_range(static_cast<double>(integer), input);
  const auto multiple = static_cast<std::int64_t>(input.multiple_of);
  if (fits && multiple > 1 && integer % multiple != 0) {
    const std::int64_t below = integer / multiple * multiple;
    const bool both = in_range(static_cast<double>(below), input) &&
                      in_range(static_cast<double>(below + multiple), input);
    complain(value, input, subject,
             both ? sentence("; nearest are {} and {}", below, below + multiple) : "");
    return std::nullopt;
  }
  if (!fits) {
    complain(value, input, subject, "", side_of(static_cast<double>(integer), input));
    return std::nullopt;
  }
  return integer;
}

std::optional<Literal> LiteralReader::read_seed(const YamlNode& value, const InputDecl& input,
                                                const InputSubject& subject) {
  std::uint64_t seed = 0;
  const Parsed parsed = parse_seed(value.text, seed);
  if (parsed == Parsed::fine && !value.quoted) return seed;
  complain(value, input, subject, unquote_hint(value, parsed), side_of_all(value, 0, 0x1p64));
  return std::nullopt;
}

std::optional<Literal> LiteralReader::read_number(const YamlNode& value, const InputDecl& input,
                                                  const InputSubject& subject) {
  double number = 0;
  const Parsed parsed = parse_number(value.text, number);
  if (parsed == Parsed::fine && !value.quoted && in_range(number, input)) return number;
  std::string hint = unquote_hint(value, parsed);
  if (parsed == Parsed::not_finite) hint = ", and a finite one";
  if (parsed == Parsed::too_large) hint = ", and one that a float64 holds";
  const bool is_number = parsed == Parsed::fine && !value.quoted;
  complain(value, input, subject, hint,
           is_number ? side_of(number, input) : Diagnostic::Kind::wrong_type);
  return std::nullopt;
}

std::optional<Literal> LiteralReader::read_boolean(const YamlNode& value, const InputDecl& input,
                                                   const InputSubject& subject) {
  std::string lower = value.text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool is_true = lower == "true";
  const bool is_false = lower == "false";
  if ((is_true || is_false) && !value.quoted) return is_true;

  std::string hint = unquote_hint(value, is_true || is_false ? Parsed::fine : Parsed::not_a_number);
  if (lower == "yes" || lower == "on" || lower == "1") hint = "; did you mean true?";
  if (lower == "no" || lower == "off" || lower == "0") hint = "; did you mean false?";
  complain(value, input, subject, hint);
  return std::nullopt;
}

std::optional<Literal> LiteralReader::read_text(const YamlNode& value, const InputDecl& input,
                                                const InputSubject& subject) {
  if (is_link(value)) {
    complain(value, input, subject, "; a text that begins with '$' is written with '$$'");
    return std::nullopt;
  }
  if (const std::optional<std::string> typed = typed_text(value)) return *typed;
  if (value.kind != YamlNode::Kind::scalar) {
    complain(value, input, subject, value.kind == YamlNode::Kind::null ? ", such as \"\"" : "");
    return std::nullopt;
  }
  return plain_text(value);
}

std::optional<Literal> LiteralReader::read_name(const YamlNode& value, const InputDecl& input,
                                                const InputSubject& subject) {
  if (value.kind == YamlNode::Kind::scalar && !is_link(value) && !value.text.empty())
    return plain_text(value);
  complain(value, input, subject);
  return std::nullopt;
}

std::optional<Literal> LiteralReader::read_choice(const YamlNode& value, const InputDecl& input,
                                                  const InputSubject& subject) {
  const bool known =
      std::find(input.choices.begin(), input.choices.end(), value.text) != input.choices.end();
  if (known && value.kind == YamlNode::Kind::scalar) return value.text;
  for (const auto& [refused, reason] : input.refused) {
    if (value.kind != YamlNode::Kind::scalar || value.text != refused) continue;
    complain(value, input, subject, "; " + reason, Diagnostic::Kind::unknown_choice);
    return std::nullopt;
  }
  const std::string_view near = nearest(value.text, input.choices);
  complain(value, input, subject, near.empty() ? "" : sentence("; did you mean '{}'?", near),
           Diagnostic::Kind::unknown_choice);
  return std::nullopt;
}

template <typename T>
std::optional<Literal> LiteralReader::read_list(const YamlNode& value, const InputDecl& input,
                                                const InputSubject& subject) {
  if (input.as_text && value.kind == YamlNode::Kind::scalar && !is_link(value)) {
    return read_list<T>(list_of_text(value), input, subject);
  }
  if (value.kind != YamlNode::Kind::list) {
    const bool scalar = value.kind == YamlNode::Kind::scalar && !value.quoted && !is_link(value);
    complain(value, input, subject, scalar ? sentence("; did you mean [{}]?", value.text) : "");
    return std::nullopt;
  }
  if (input.length > 0 && value.items.size() != static_cast<std::size_t>(input.length)) {
    diagnostics_.push_back(about(
        subject, Diagnostic::Kind::wrong_type, value.place,
        sentence("{} has {} items; it takes {}", subject.text, value.items.size(), accepts(input))));
    return std::nullopt;
  }
  InputDecl each = input;
  each.kind = std::is_same_v<T, double> ? InputKind::number : InputKind::integer;
  std::vector<T> values;
  for (const YamlPtr& item : value.items) {
    const InputSubject which =
        reworded(subject, sentence("item {} of {}", values.size() + 1, subject.text));
    const std::optional<Literal> literal = read(*item, each, which);
    if (!literal) return std::nullopt;
    values.push_back(std::get<T>(*literal));
  }
  return values;
}

}  // namespace ksampler
