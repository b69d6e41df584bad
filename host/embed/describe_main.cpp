// ksampler-describe describe PLUGIN.so --out plugin.toml: what `ksampler describe` does, for the build
// and the installation that have libks_host alone.
#include "host/base/error.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/rules.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

void describe(const std::filesystem::path& file, const std::filesystem::path& out) {
  using namespace ksampler;
  const auto library = Library::open(file);
  if (auto wrong = library_problem(file.filename()); !wrong.empty()) {
    throw Error(Place{file.string()}, wrong);
  }
  const std::filesystem::path partial = out.string() + ".new";
  std::ofstream stream(partial, std::ios::binary);
  stream << manifest_text(library->description(), file.filename().string());
  stream.close();
  if (!stream) throw Error(Place{partial.string()}, "cannot be written");
  std::filesystem::rename(partial, out);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5 || std::string_view(arguments[1]) != "describe" ||
      std::string_view(arguments[3]) != "--out") {
    std::fputs("usage: ksampler-describe describe PLUGIN.so --out plugin.toml\n", stderr);
    return 2;
  }
  try {
    describe(arguments[2], arguments[4]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ksampler-describe: %s\n", error.what());
    return 1;
  }
}
