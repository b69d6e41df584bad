// ksampler validate PLUGIN.so: asks a plugin everything that a host will expect of it, each question in
// a process of its own.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/report.hpp"
#include "host/cli/table.hpp"
#include "host/cli/terminal.hpp"
#include "host/cli/verb.hpp"
#include "host/conformance/reports.hpp"
#include "host/files/output.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ksampler {
namespace {

using conformance::all_checks;
using conformance::Check;

struct ValidateArguments {
  std::string library;
  std::vector<std::string> only;
  std::vector<std::string> set;
  std::vector<std::string> exact_for;
  std::string same_as;
  std::string explain;
  std::string html;
  bool json = false;
  bool list = false;
  bool strict = false;
  double seconds = 20;
};

constexpr std::size_t kListColumns = 100;

// A line a check: its name, its group, and what it asks as far as the line is long.
int list_checks() {
  const std::size_t known = stdout_columns();
  Table table(known == 0 ? kListColumns : known);
  for (const Check& check : all_checks()) table.row({check.name, check.group, check.sentence});
  table.print(std::cout);
  std::cout << "`ksampler validate --explain NAME` says the whole of one.\n";
  return kFine;
}

// What failed, again: among seventy checks it is far up the screen.
void print_failures(const conformance::Report& report, std::ostream& out) {
  if (!report.failed()) return;
  out << "\nFailed:\n";
  for (const conformance::Entry& entry : report.entries) {
    if (entry.outcome() != conformance::Outcome::fail) continue;
    out << "  " << entry.check->name << ": " << printable(entry.detail(), 600) << "\n";
  }
  out << "`ksampler validate --explain NAME` says what one asks.\n";
}

// Whether any check had an answer: a pass that asked nothing is none.
bool asked_anything(const conformance::Report& report) {
  return std::any_of(report.entries.begin(), report.entries.end(),
                     [](const auto& entry) { return entry.outcome() != conformance::Outcome::skip; });
}

// A file that was given by mistake.
void require_library(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return;  // which is reported as it is
  std::ifstream stream(file, std::ios::binary);
  char head[4] = {};
  stream.read(head, sizeof head);
  if (stream.gcount() == sizeof head && std::string_view(head, sizeof head) ==
                                            "\x7F"
                                            "ELF")
    return;
  const std::string ending = file.extension().string();
  std::string instead = "`ksampler validate` takes the library (*.so) that the build of a plugin makes";
  if (file.filename() == "plugin.toml") {
    instead = "this is a manifest; the library that it names stands beside it";
  } else if (ending == ".yaml" || ending == ".yml") {
    instead = "a pipeline is checked by `ksampler check`";
  } else if (ending == ".cpp" || ending == ".c" || ending == ".rs") {
    instead = "this is source: build it first, and give the library (*.so) that comes of it";
  }
  throw Error(Place{file.string()}, "is no plugin, as it is no shared library (ELF); " + instead);
}

// "eta=0" taken apart.
std::map<std::string, std::string> settings_of(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> settings;
  for (const std::string& text : texts) {
    const std::size_t at = text.find('=');
    if (at == 0 || at == std::string::npos) {
      throw Error(sentence("--set {} is no setting; `--set eta=0` is one", quote(text)));
    }
    const std::string name = text.substr(0, at);
    if (!settings.emplace(name, text.substr(at + 1)).second)
      throw Error(sentence("--set names {} twice", quote(name)));
  }
  return settings;
}

int explain(const std::string& name) {
  for (const Check& check : all_checks()) {
    if (check.name == name)
      std::cout << check.name << " (" << check.group << "): " << check.sentence << "\n";
  }
  return kFine;
}

int validate(const ValidateArguments& options) {
  if (options.list) return list_checks();
  if (!options.explain.empty()) return explain(options.explain);
  if (options.library.empty()) {
    stderr_report().print(Error("no plugin is given; `ksampler validate PLUGIN.so` takes its library"));
    return kUsage;
  }
  require_library(options.library);
  conformance::ChildLimits limits;
  limits.seconds = options.seconds;
  const conformance::Report report = conformance::validate(
      {options.library, options.only, settings_of(options.set), options.exact_for, options.same_as},
      limits);
  if (options.json) {
    std::cout << conformance::json_text(report);
  } else {
    conformance::print_score_card(report, stdout_has_colours(), std::cout);
    print_failures(report, std::cout);
  }
  if (!options.html.empty()) {
    const std::string page = conformance::page_text(report);
    write_whole(options.html, std::as_bytes(std::span(page)));
  }
  if (!asked_anything(report)) {
    stderr_report().print(Error(Place{options.library},
                                "nothing was checked: none of what `--only` names applies to this "
                                "plugin"));
    return kFailed;
  }
  const bool warned = options.strict && report.count(conformance::Outcome::warn) > 0;
  return report.failed() || warned ? kFailed : kFine;
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  auto options = std::make_shared<ValidateArguments>();
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
  verb->add_option(
          "--set", options->set,
          "Validate at another value of a parameter than its default; may be given more than once")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  verb->add_option("--same-as", options->same_as,
                   "It must give the numbers of this library, or of one of its samplers")
      ->type_name("FILE[:ID]");
  verb->add_option("--exact-for", options->exact_for,
                   "A step must integrate this exactly; may be given more than once")
      ->type_name("1|lambda|sigma|lambda^2")
      ->allow_extra_args(false)
      ->check(one_of({"1", "lambda", "sigma", "lambda^2"}, "function"));
  verb->add_flag("--strict", options->strict, "A warning is a failure, too");
  verb->add_flag("--json", options->json, "The result as JSON");
  verb->add_option("--html", options->html, "Write it as a page with pictures, too")->type_name("FILE");
  verb->add_option("--seconds", options->seconds, "Time limit of one check (default 20)")
      ->check(number_within(0.1, 3600))
      ->type_name("N");
  verb->add_flag("--list", options->list, "List the checks");
  verb->add_option("--explain", options->explain, "Say what a check asks")
      ->type_name("NAME")
      ->check(one_of(checks, "check"));
  verb->callback([&action, options] { action = [options] { return validate(*options); }; });
}

}  // namespace ksampler
