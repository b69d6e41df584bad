// A verb of the program: one file each, with its options and what it does.
#ifndef KSAMPLER_CLI_VERB_HPP
#define KSAMPLER_CLI_VERB_HPP

#include <CLI/CLI.hpp>

#include <functional>

namespace ksampler {

// What the chosen verb does once the command line is parsed; returns the exit code.
using Action = std::function<int()>;

enum ExitCode {
  kFine = 0,
  kFailed = 1,        // errors in the input, or in the run
  kUsage = 2,         // errors in the command line
  kInterrupted = 130  // Ctrl-C, as a shell would say it
};

// Each adds its verb to `app`; choosing it sets `action`.
void add_describe(CLI::App& app, Action& action);

}  // namespace ksampler

#endif
