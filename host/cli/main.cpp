#include "host/base/error.hpp"
#include "host/cli/verb.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  using namespace ksampler;
  CLI::App app("Runs diffusion sampling pipelines, with samplers and schedulers from plugins.",
               "ksampler");
  app.set_version_flag("--version", "ksampler " KSAMPLER_VERSION);
  app.require_subcommand(1);
  Action action;
  add_describe(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kFine : kUsage;
  }
  try {
    return action();
  } catch (const Error& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) std::cerr << diagnostic.text() << "\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
  }
  return kFailed;
}
