// ksampler help [VERB]: what --help says.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/report.hpp"
#include "host/cli/verb.hpp"

#include <iostream>
#include <memory>

namespace ksampler {
namespace {

int help(const CLI::App& app, const std::string& name) {
  if (name.empty()) {
    // app.help() would be that of the verb which was chosen: this one.
    std::cout << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    return kFine;
  }
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (verb->get_name() == name) {
      std::cout << verb->help(app.get_name());
      return kFine;
    }
    names.push_back(verb->get_name());
  }
  stderr_report().print(Error(sentence("there is no verb {}{}", quote(name), suggestion(name, names))));
  return kUsage;
}

}  // namespace

void add_help(CLI::App& app, Action& action) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("help", "Say how a verb is used, or what verbs there are");
  verb->add_option("verb", *name, "One of them")->type_name("VERB");
  verb->callback([&app, &action, name] { action = [&app, name] { return help(app, *name); }; });
}

}  // namespace ksampler
