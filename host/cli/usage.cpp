#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/cli/verb.hpp"

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

}  // namespace

CLI::Validator one_of(std::vector<std::string> names, const std::string& what) {
  const auto check = [names, what](std::string& value) {
    const bool known = std::find(names.begin(), names.end(), value) != names.end();
    if (known) return std::string();
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return "unknown " + what + " " + quote(value) + "; it takes one of: " + all;
  };
  return CLI::Validator(check, "");
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
    return owner.get_name() + " has no option " + quote(name) + suggestion(name, options_of(owner));
  }
  if (chosen.empty() && !unread.empty()) {
    return "unknown verb " + quote(unread.front()) + suggestion(unread.front(), verbs_of(app));
  }
  if (!unread.empty()) {
    return chosen.front()->get_name() + " takes no further argument, but there is " +
           quote(unread.front());
  }
  return error.what();
}

}  // namespace ksampler
