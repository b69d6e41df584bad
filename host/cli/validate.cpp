// ksampler validate PLUGIN.so: asks a plugin everything that a host will expect of it, each question in
// a process of its own.
#include "host/base/error.hpp"
#include "host/cli/report.hpp"
#include "host/cli/terminal.hpp"
#include "host/cli/verb.hpp"
#include "host/conformance/reports.hpp"
#include "host/files/output.hpp"

#include <algorithm>
#include <iostream>
#include <memory>
#include <span>
#include <string>

namespace ksampler {
namespace {

using conformance::all_checks;
using conformance::Check;

struct Options {
  std::string library;
  std::vector<std::string> only;
  std::string explain;
  std::string html;
  bool json = false;
  bool list = false;
  double seconds = 20;
};

// A line a check: its name and its group.
int list_checks() {
  for (const Check& check : all_checks()) {
    std::string name = check.name;
    name.resize(std::max<std::size_t>(name.size(), 28), ' ');
    std::cout << name << " " << check.group << "\n";
  }
  return kFine;
}

int explain(const std::string& name) {
  for (const Check& check : all_checks()) {
    if (check.name == name)
      std::cout << check.name << " (" << check.group << "): " << check.sentence << "\n";
  }
  return kFine;
}

int validate(const Options& options) {
  if (options.list) return list_checks();
  if (!options.explain.empty()) return explain(options.explain);
  if (options.library.empty()) {
    stderr_report().print(Error("no plugin is given; `ksampler validate PLUGIN.so` takes its library"));
    return kUsage;
  }
  conformance::ChildLimits limits;
  limits.seconds = options.seconds;
  const conformance::Report report = conformance::validate(options.library, options.only, limits);
  if (options.json) {
    std::cout << conformance::json_text(report);
  } else {
    conformance::print_score_card(report, stdout_has_colours(), std::cout);
  }
  if (!options.html.empty()) {
    const std::string page = conformance::page_text(report);
    write_whole(options.html, std::as_bytes(std::span(page)));
  }
  return report.failed() ? kFailed : kFine;
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names, checks;
  for (const Check& check : all_checks()) {
    checks.emplace_back(check.name);
    if (names.empty() || std::find(names.begin(), names.end(), check.group) == names.end()) {
      names.emplace_back(check.group);
    }
  }
  names.insert(names.end(), checks.begin(), checks.end());
  CLI::App* verb =
      app.add_subcommand("validate", "Check a plugin: its file, its contract, its numbers");
  verb->add_option("plugin", options->library, "The shared library")->type_name("FILE");
  verb->add_option("--only", options->only, "Only this check or group; may be given more than once")
      ->type_name("GROUP|NAME")
      ->allow_extra_args(false)
      ->check(one_of(names, "check or group"));
  verb->add_flag("--json", options->json, "The result as JSON");
  verb->add_option("--html", options->html, "Write it as a page with pictures, too")->type_name("FILE");
  verb->add_option("--seconds", options->seconds, "Time limit of one check (default 20)")
      ->check(CLI::Range(0.1, 3600.0))
      ->type_name("N");
  verb->add_flag("--list", options->list, "List the checks");
  verb->add_option("--explain", options->explain, "Say what a check asks")
      ->type_name("NAME")
      ->check(one_of(checks, "check"));
  verb->callback([&action, options] { action = [options] { return validate(*options); }; });
}

}  // namespace ksampler
