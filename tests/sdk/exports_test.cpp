// What every plugin that we build promises the loader.
#include "host/plugin/elf.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// Every library in the build tree's plugins.
std::vector<fs::path> built_plugins() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(BINARY_DIR "/plugins")) {
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  }
  return files;
}

TEST(BuiltPlugins, AreThere) { EXPECT_FALSE(built_plugins().empty()); }

TEST(BuiltPlugins, ExportTheEntryAndNothingElse) {
  for (const fs::path& file : built_plugins()) {
    const std::string bytes = test::read_text(file);
    const ElfFile elf(file.string(), test::bytes_of_text(bytes));
    std::string names;
    for (const ElfSymbol& symbol : elf.exports()) {
      names += symbol.name + " ";
      EXPECT_FALSE(symbol.is_unique) << file << ": " << symbol.name << " pins the library";
    }
    EXPECT_EQ(names, "ks_plugin_entry ") << file;
  }
}

TEST(BuiltPlugins, AreWhatTheirManifestsSay) {
  for (const fs::path& file : built_plugins()) {
    const Manifest manifest = read_manifest(file.parent_path() / "plugin.toml");
    EXPECT_EQ(manifest.library, file);
    EXPECT_EQ(differences(manifest.plugin, Library::open(file)->description()),
              std::vector<std::string>{});
    EXPECT_EQ(manifest.plugin.name, file.stem());  // as the folder and the file are called
  }
}

}  // namespace
}  // namespace ksampler
