#include "host/base/error.hpp"
#include "host/base/file_size_limit.hpp"
#include "host/base/memory.hpp"
#include "host/base/sentence.hpp"
#include "host/base/waiting.hpp"
#include "host/cli/report.hpp"
#include "host/cli/standard_streams.hpp"
#include "host/cli/verb.hpp"

#include <ks/version.h>

#include <exception>
#include <iostream>
#include <optional>

namespace ksampler {
namespace {

// The exit code, where the command line leaves nothing to do.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help or --version
    stderr_report().print(Error(usage_error(app, error)));
    std::cerr << "Try `ksampler --help`.\n";
    return kUsage;
  }
  return std::nullopt;
}

int act(const CLI::App& app, const Action& action) {
  if (!action) {
    std::cerr << app.help();
    return kUsage;
  }
  try {
    return action();
  } catch (const Error& error) {
    stderr_report().print(error);
  } catch (const std::exception& error) {
    stderr_report().print(Error(std::string("internal error: ") + error.what()));
  }
  return kFailed;
}

// What was printed and did not arrive is a failure, whatever was printed.
int with_output_written(int code) {
  const std::string problem = unwritten_output();
  if (problem.empty()) return code;
  stderr_report().print(Error(problem));
  return code == kFine ? kFailed : code;
}

std::string version_text() {
  const std::string abi = sentence("{}.{}", KS_ABI_MAJOR, KS_ABI_MINOR);
  return "ksampler " KSAMPLER_VERSION " (the program)\nABI " + abi +
         " (what plugins are built against)";
}

}  // namespace
}  // namespace ksampler

int main(int argc, char** argv) {
  using namespace ksampler;
  hold_closed_streams();
  keep_freed_memory();
  report_file_size_limit();
  wait_asleep();
  CLI::App app(
      "Runs diffusion sampling pipelines, with samplers, schedulers, guiders and noises from plugins.",
      "ksampler");
  app.set_version_flag("--version", version_text(), "Print the versions of the program and its ABI");
  app.require_subcommand(0, 1);
  Action action;
  for (const auto add :
       {add_run, add_watch, add_verify, add_show, add_check, add_convert, add_list, add_describe,
        add_new, add_validate, add_serve, add_docs, add_schema, add_help}) {
    add(app, action);
  }
  check_that_values_are_given(app);
  app.footer("`ksampler VERB --help` says more of a verb.\n");
  const std::optional<int> code = parse(app, argc, argv);
  return with_output_written(code ? *code : act(app, action));
}
