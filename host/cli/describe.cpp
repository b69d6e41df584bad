// ksampler describe PLUGIN.so [--out plugin.toml]: asks a library what it provides, and writes the
// manifest that stands beside it from then on. The build of every plugin ends with it.
#include "host/base/error.hpp"
#include "host/cli/picture_record.hpp"
#include "host/cli/verb.hpp"
#include "host/files/output.hpp"
#include "host/plugin/in_plugin.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/rules.hpp"

#include <iostream>
#include <memory>
#include <span>
#include <string>

namespace ksampler {
namespace {

struct DescribeArguments {
  std::string library;
  std::string out;
};

int describe(const DescribeArguments& options) {
  if (is_picture(options.library)) {
    throw Error(Place{options.library}, "is a picture; `ksampler show` says how it was made");
  }
  name_plugins_that_end_the_program();
  const std::filesystem::path file = options.library;
  const auto library = Library::open(file);
  if (auto wrong = library_problem(file.filename()); !wrong.empty())
    throw Error(Place{options.library}, wrong);
  const std::string text = manifest_text(library->description(), file.filename().string());
  if (options.out.empty()) {
    std::cout << text;
  } else {
    write_whole(options.out, std::as_bytes(std::span(text)));
  }
  return kFine;
}

}  // namespace

void add_describe(CLI::App& app, Action& action) {
  auto options = std::make_shared<DescribeArguments>();
  CLI::App* verb =
      app.add_subcommand("describe", "Ask a plugin's library what it provides: its manifest");
  verb->add_option("plugin", options->library, "The shared library")->required()->type_name("FILE");
  verb->add_option("--out", options->out, "Write the manifest here instead of printing it")
      ->type_name("FILE");
  verb->callback([&action, options] { action = [options] { return describe(*options); }; });
}

}  // namespace ksampler
