#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/verb.hpp"
#include "host/graph/scalar.hpp"

#include <algorithm>

namespace ksampler {
namespace {

std::vector<std::string> verbs_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands({})) names.push_back(verb->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

constexpr std::size_t kFew = 10;
constexpr std::size_t kShort = 3;

// A required argument that is not there: "run needs FILE: the pipeline file".
std::string missing_argument(const CLI::App& verb) {
  for (const CLI::Option* option : verb.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    return sentence("{} needs {}: {}", verb.get_name(), option->get_type_name(),
                    option->get_description());
  }
  return "";
}

// The option that a message is about: "--set: 1 required NODE.INPUT=VALUE missing".
const CLI::Option* option_of(const CLI::App& verb, const std::string& message) {
  for (const CLI::Option* option : verb.get_options()) {
    if (message.starts_with(option->get_name() + ":")) return option;
  }
  return nullptr;
}

// CLI11's message as a sentence.
std::string reworded(const CLI::App& verb, const CLI::ParseError& error) {
  std::string message = error.what();
  if (error.get_name() == "RequiredError") {
    if (const std::string missing = missing_argument(verb); !missing.empty()) return missing;
  }
  const CLI::Option* option = option_of(verb, message);
  if (option != nullptr && error.get_name() == "ArgumentMismatch") {
    return sentence("{} needs a value: {}", option->get_name(), option->get_type_name());
  }
  // The name of an argument without dashes is nothing that a person has seen.
  if (option != nullptr && option->get_positional()) {
    return message.substr(option->get_name().size() + 2);
  }
  constexpr std::string_view kConversion = "Could not convert: ";
  if (message.starts_with(kConversion)) {
    message.erase(0, kConversion.size());
    const std::size_t equals = message.find(" = ");
    if (equals != std::string::npos) {
      return sentence("{}: it takes a number, and there is {}", message.substr(0, equals),
                      quote(message.substr(equals + 3)));
    }
  }
  return message;
}

}  // namespace

CLI::Validator number_within(double least, double most) {
  const auto check = [least, most](std::string& value) {
    double number = 0;
    const bool fine = parse_number(value, number) == Parsed::fine && number >= least && number <= most;
    return fine ? std::string()
                : sentence("{} does not fit; it takes a number from {} to {}", quote(value),
                           shortest_decimal(least), shortest_decimal(most));
  };
  return CLI::Validator(check, "");
}

CLI::Validator one_of(const std::vector<std::string>& names, const std::string& what) {
  const auto check = [names, what](std::string& value) {
    const bool known = std::find(names.begin(), names.end(), value) != names.end();
    if (known) return std::string();
    const std::string unknown = sentence("unknown {} {}", what, quote(value));
    if (names.size() > kFew) return unknown + suggestion(value, names);
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    // To a word of three letters, most are near: "gpu" means no "cpu".
    const std::string_view near = value.size() > kShort ? nearest(value, names) : "";
    return sentence("{}; it takes one of: {}{}", unknown, all,
                    near.empty() ? "" : "; did you mean '" + std::string(near) + "'?");
  };
  return CLI::Validator(check, "");
}

void check_that_values_are_given(CLI::App& app) {
  for (CLI::App* verb : app.get_subcommands({})) {
    for (CLI::Option* option : verb->get_options()) {
      if (option->get_items_expected_min() == 0) continue;  // a flag
      const std::string type = option->get_type_name();
      const bool is_name = type == "DIR" || type == "FILE";
      const auto check = [is_name](std::string& value) -> std::string {
        if (value.starts_with("--"))
          return sentence("it takes a value, and {} is an option", quote(value));
        return is_name && value.empty() ? "it takes a name, and there is an empty one" : "";
      };
      option->check(CLI::Validator(check, ""));
    }
  }
}

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const std::vector<std::string> unread = app.remaining(/*recurse=*/true);
  const auto option = std::find_if(unread.begin(), unread.end(), [](const std::string& each) {
    return each.size() > 1 && each[0] == '-';
  });
  if (option != unread.end()) {
    const CLI::App& owner = chosen.empty() ? app : *chosen.front();
    const std::string name = option->substr(0, option->find('='));
    return sentence("{} has no option {}{}", owner.get_name(), quote(name),
                    suggestion(name, options_of(owner)));
  }
  if (chosen.empty() && !unread.empty()) {
    return sentence("unknown verb {}{}", quote(unread.front()),
                    suggestion(unread.front(), verbs_of(app)));
  }
  if (!unread.empty()) {
    return sentence("{} takes no further argument, but there is {}", chosen.front()->get_name(),
                    quote(unread.front()));
  }
  return reworded(chosen.empty() ? app : *chosen.front(), error);
}

}  // namespace ksampler
