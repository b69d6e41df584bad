// A verb of the program: one file each, with its options and what it does.
#ifndef KSAMPLER_CLI_VERB_HPP
#define KSAMPLER_CLI_VERB_HPP

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

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
void add_run(CLI::App& app, Action& action);
void add_watch(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_convert(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_describe(CLI::App& app, Action& action);
void add_new(CLI::App& app, Action& action);
void add_docs(CLI::App& app, Action& action);
void add_schema(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_serve(CLI::App& app, Action& action);
void add_help(CLI::App& app, Action& action);

// For an option or argument that takes one of `names`; `what` is the word for one of them. Refuses with
// all of them, or with the nearest and a few where they are many.
CLI::Validator one_of(const std::vector<std::string>& names, const std::string& what);

// For an option that takes a number from `least` to `most`.
CLI::Validator number_within(double least, double most);

// Has no option of a verb take the next one for its value ("--out --quiet"), or no name for a name
// ("--out ''").
void check_that_values_are_given(CLI::App& app);

// What is wrong with a command line, with the verb or option nearest to one that there is not.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace ksampler

#endif
