#include "host/plugin/toml_reader.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <limits>

namespace ksampler {
namespace {

const char* type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

bool is_count(const toml::node& node) {
  const auto* value = node.as_integer();
  return value != nullptr && value->get() >= 0 &&
         value->get() <= std::int64_t{std::numeric_limits<std::uint32_t>::max()};
}

std::uint32_t as_count(const toml::node& node) {
  return static_cast<std::uint32_t>(node.as_integer()->get());
}

}  // namespace

void TomlReport::add(const toml::source_region& where, const std::string& message) {
  const Place place{file_, static_cast<int>(where.begin.line), static_cast<int>(where.begin.column)};
  problems_.push_back({place, message});
}

void TomlReport::throw_if_any() const {
  if (!problems_.empty()) throw Error(problems_);
}

void TomlTable::report(const std::string& message) {
  report_.add(table_.source(), sentence("{}: {}", what_, message));
}

void TomlTable::report(const toml::node& node, const std::string& message) {
  report_.add(node.source(), sentence("{}: {}", what_, message));
}

void TomlTable::wrong_type(const char* key, const toml::node& node, const std::string& wanted) {
  report(node, sentence("{} is {}; {} is wanted", key, type_name(node), wanted));
}

const toml::node* TomlTable::node(const char* key) {
  asked_.emplace_back(key);
  return table_.get(key);
}

const toml::node* TomlTable::required(const char* key) {
  const toml::node* found = node(key);
  if (found == nullptr) missing_.emplace_back(key);
  return found;
}

std::string TomlTable::string(const char* key) {
  const toml::node* found = required(key);
  if (found == nullptr) return {};
  if (const auto* text = found->as_string()) return text->get();
  wrong_type(key, *found, "a string");
  return {};
}

std::uint32_t TomlTable::count(const char* key) {
  const toml::node* found = required(key);
  if (found == nullptr) return 0;
  if (is_count(*found)) return as_count(*found);
  wrong_type(key, *found, "a whole number from 0 to 4294967295");
  return 0;
}

std::vector<std::uint32_t> TomlTable::counts(const char* key, std::size_t wanted) {
  std::vector<std::uint32_t> result(wanted);
  const toml::node* found = required(key);
  if (found == nullptr) return result;
  const auto* list = found->as_array();
  if (list == nullptr || list->size() != wanted || !std::all_of(list->begin(), list->end(), is_count)) {
    const std::string text = sentence("a list of {} whole numbers of at least 0", wanted);
    if (list == nullptr) {
      wrong_type(key, *found, text);
    } else {
      report(*found, sentence("{}: {} is wanted", key, text));
    }
    return result;
  }
  std::transform(list->begin(), list->end(), result.begin(), as_count);
  return result;
}

std::vector<const toml::node*> TomlTable::elements(const char* key) {
  const toml::node* found = required(key);
  if (found == nullptr) return {};
  const auto* list = found->as_array();
  if (list == nullptr) {
    wrong_type(key, *found, "a list of strings");
    return {};
  }
  std::vector<const toml::node*> result;
  for (const toml::node& element : *list) result.push_back(&element);
  return result;
}

std::vector<std::string> TomlTable::strings(const char* key) {
  std::vector<std::string> result;
  for (const toml::node* element : elements(key)) {
    if (const auto* text = element->as_string()) {
      result.push_back(text->get());
    } else {
      report(*element, sentence("{} holds {}; strings are wanted", key, type_name(*element)));
    }
  }
  return result;
}

std::optional<double> TomlTable::number(const char* key) {
  const toml::node* found = node(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* value = found->as_floating_point()) return value->get();
  if (const auto* value = found->as_integer()) return static_cast<double>(value->get());
  wrong_type(key, *found, "a number");
  return std::nullopt;
}

std::vector<const toml::table*> TomlTable::tables(const char* key) {
  const toml::node* found = node(key);
  if (found == nullptr) return {};
  const auto* list = found->as_array();
  if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
    const std::string wanted = sentence("tables, each under [[{}]],", key);
    report(*found, sentence("{} is {}; {} are wanted", key, type_name(*found), wanted));
    return {};
  }
  std::vector<const toml::table*> result;
  for (const toml::node& element : *list) result.push_back(element.as_table());
  return result;
}

std::size_t TomlTable::index(const char* key, const toml::node& node,
                             const std::vector<std::string>& names) {
  const auto* text = node.as_string();
  if (text == nullptr) {
    wrong_type(key, node, sentence("a string, one of {},", listed(names)));
    return 0;
  }
  const auto at = std::find(names.begin(), names.end(), text->get());
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  report(node,
         sentence("{}: unknown value {}{}", key, quote(text->get()), suggestion(text->get(), names)));
  return 0;
}

std::size_t TomlTable::choice(const char* key, const std::vector<std::string>& names) {
  const toml::node* found = required(key);
  return found == nullptr ? 0 : index(key, *found, names);
}

std::vector<std::size_t> TomlTable::choices(const char* key, const std::vector<std::string>& names) {
  std::vector<std::size_t> result;
  for (const toml::node* element : elements(key)) result.push_back(index(key, *element, names));
  return result;
}

void TomlTable::finish() {
  for (const auto& [key, value] : table_) {
    if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) continue;
    // A key that is missing is the likelier meaning of one that is misspelt.
    const bool misspelt = !nearest(key.str(), missing_).empty();
    report_.add(key.source(), sentence("{}: unknown key {}{}", what_, quote(key.str()),
                                       suggestion(key.str(), misspelt ? missing_ : asked_)));
  }
  for (const std::string& key : missing_) report(key + " is missing");
}

}  // namespace ksampler
