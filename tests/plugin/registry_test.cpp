#include "host/plugin/registry.hpp"

#include "tests/plugin/fixtures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using test::error_text;

class RegistryTest : public testing::Test {
 protected:
  // Installs a fixture in `folder`, with `from` in its manifest replaced by `to`.
  void install(const std::string& fixture, const fs::path& folder, const std::string& from = "",
               const std::string& to = "") const {
    const fs::path source = test::good_plugin(fixture);
    fs::create_directories(folder);
    fs::copy_file(source, folder / source.filename());
    std::string manifest = test::read_text(source.parent_path() / "plugin.toml");
    const std::size_t at = manifest.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    test::write_text(folder / "plugin.toml", manifest.replace(at, from.size(), to));
  }

  test::TemporaryFolder folder_;
};

TEST_F(RegistryTest, FindsAManifestInAFolderAndOneLevelDown) {
  install("minimal", folder_.path());
  install("logging", folder_ / "logging");
  install("logging", folder_ / "too/deep", "name = \"logging\"", "name = \"deep\"");
  const Registry registry({folder_.path()});
  ASSERT_EQ(registry.plugins().size(), 2u);
  EXPECT_EQ(registry.plugins()[0].plugin.name, "minimal");
  EXPECT_EQ(registry.plugins()[1].plugin.name, "logging");
  EXPECT_TRUE(registry.broken().empty());
  EXPECT_TRUE(registry.shadowed().empty());
}

TEST_F(RegistryTest, MindsNoFolderThatDoesNotExist) {
  const Registry registry({folder_ / "none"});
  EXPECT_TRUE(registry.plugins().empty());
  EXPECT_TRUE(registry.broken().empty());
}

TEST_F(RegistryTest, LoadsNothingUntilItIsUsed) {
  install("minimal", folder_.path());
  test::write_text(folder_ / "minimal.so", "not a library at all");
  const Registry registry({folder_.path()});
  EXPECT_EQ(registry.sampler("minimal_euler").sampler->title, "Euler, in C");
  EXPECT_EQ(error_text([&] { registry.make_sampler("minimal_euler", {}); }),
            (folder_ / "minimal.so").string() + ": is not a shared library (ELF), but something else");
}

TEST_F(RegistryTest, MakesASamplerByShortAndByFullName) {
  install("minimal", folder_.path());
  const Registry registry({folder_.path()});
  EXPECT_NE(registry.make_sampler("minimal_euler", {})->sample, nullptr);
  EXPECT_NE(registry.make_sampler("minimal/minimal_euler", {})->sample, nullptr);
  EXPECT_NE(registry.make_scheduler("minimal_line", {{"end", 0.25}})->schedule, nullptr);
}

TEST_F(RegistryTest, ChecksParametersByTheManifestAlone) {
  install("minimal", folder_.path());
  test::write_text(folder_ / "minimal.so", "not a library at all");
  const Registry registry({folder_.path()});
  EXPECT_EQ(error_text([&] {
              registry.make_scheduler("minimal_line", {{"edn", 0.25}});
            }),
            "scheduler 'minimal_line' has no parameter 'edn'; did you mean 'end'?");
}

TEST_F(RegistryTest, SuggestsTheNearestName) {
  install("minimal", folder_.path());
  const Registry registry({folder_.path()});
  EXPECT_EQ(error_text([&] { registry.sampler("minimal_eular"); }),
            "unknown sampler 'minimal_eular'; did you mean 'minimal_euler'?");
  EXPECT_EQ(error_text([&] { registry.sampler("minimall/minimal_euler"); }),
            "unknown sampler 'minimall/minimal_euler'; did you mean 'minimal/minimal_euler'?");
}

TEST_F(RegistryTest, SaysWhatAPluginHasWhereItIsTakenForASampler) {
  install("minimal", folder_.path());
  const std::string text = error_text([&] { Registry({folder_.path()}).sampler("minimal"); });
  EXPECT_TRUE(
      text.starts_with("unknown sampler 'minimal': that is a plugin; its samplers are minimal_euler"))
      << text;
}

TEST_F(RegistryTest, SaysWhereItSearchedWhereNothingIsNear) {
  install("minimal", folder_ / "a");
  const Registry registry({folder_ / "a", folder_ / "b"});
  EXPECT_EQ(error_text([&] { registry.scheduler("karras"); }),
            "unknown scheduler 'karras'; known are: minimal_line; plugins are searched for in " +
                (folder_ / "a").string() + " and " + (folder_ / "b").string());
  EXPECT_EQ(error_text([] { Registry({}).sampler("euler"); }),
            "unknown sampler 'euler'; no folder of plugins is known");
}

TEST_F(RegistryTest, SaysWhereASamplerIsTakenForAScheduler) {
  install("minimal", folder_.path());
  const Registry registry({folder_.path()});
  const std::string text = error_text([&] { registry.scheduler("minimal_euler"); });
  EXPECT_TRUE(text.starts_with("unknown scheduler 'minimal_euler': that is a sampler")) << text;
}

TEST_F(RegistryTest, RefusesAShortNameThatTwoProvideAndNamesBothFiles) {
  install("minimal", folder_ / "a");
  install("minimal", folder_ / "b", "name = \"minimal\"", "name = \"other\"");
  const Registry registry({folder_.path()});
  EXPECT_EQ(error_text([&] { registry.sampler("minimal_euler"); }),
            "sampler 'minimal_euler' is provided by more than one plugin: 'minimal/minimal_euler' (" +
                (folder_ / "a/plugin.toml").string() + ") and 'other/minimal_euler' (" +
                (folder_ / "b/plugin.toml").string() + "); write which");
  EXPECT_EQ(registry.sampler("other/minimal_euler").plugin->file, folder_ / "b/plugin.toml");
}

TEST_F(RegistryTest, TakesTheFirstOfOnePluginFoundTwiceAndNotesTheOther) {
  install("minimal", folder_ / "a");
  install("minimal", folder_ / "b");
  const Registry registry({folder_ / "b", folder_ / "a"});
  ASSERT_EQ(registry.plugins().size(), 1u);
  EXPECT_EQ(registry.plugins()[0].file, folder_ / "b/plugin.toml");
  ASSERT_EQ(registry.shadowed().size(), 1u);
  EXPECT_EQ(registry.shadowed()[0].text(), (folder_ / "a/plugin.toml").string() +
                                               ": plugin 'minimal' is not used: found first in " +
                                               (folder_ / "b/plugin.toml").string());
}

TEST_F(RegistryTest, DoesNotNoteAFolderNamedTwice) {
  install("minimal", folder_ / "a");
  fs::create_directory_symlink("a", folder_ / "link");
  const Registry registry({folder_ / "a", folder_.path(), folder_ / "a/../a"});
  EXPECT_EQ(registry.plugins().size(), 1u);
  EXPECT_TRUE(registry.shadowed().empty());
}

TEST_F(RegistryTest, KeepsABrokenManifestApartAndMentionsItWhereANameIsUnknown) {
  install("minimal", folder_ / "a");
  install("logging", folder_ / "b", "order = 0", "order = \"none\"");
  const Registry registry({folder_.path()});
  EXPECT_EQ(registry.plugins().size(), 1u);
  ASSERT_EQ(registry.broken().size(), 1u);
  const std::string broken = registry.broken()[0].text();
  EXPECT_TRUE(
      broken.starts_with((folder_ / "b/plugin.toml").string() + ":16:9: sampler 'logged': order"))
      << broken;
  const std::string text = error_text([&] { registry.sampler("logged"); });
  EXPECT_TRUE(text.starts_with("unknown sampler 'logged'")) << text;
  EXPECT_TRUE(text.ends_with(broken)) << text;
}

TEST_F(RegistryTest, CallsAManifestBrokenWhoseLibraryIsNotThere) {
  install("minimal", folder_.path());
  fs::remove(folder_ / "minimal.so");
  const Registry registry({folder_.path()});
  EXPECT_TRUE(registry.plugins().empty());
  ASSERT_EQ(registry.broken().size(), 1u);
  EXPECT_EQ(registry.broken()[0].text(), (folder_ / "plugin.toml").string() + ": its library " +
                                             (folder_ / "minimal.so").string() + " is not there");
}

TEST_F(RegistryTest, RefusesALibraryThatItsManifestLiesAbout) {
  install("minimal", folder_.path(), "order = 1", "order = 2");
  const Registry registry({folder_.path()});
  const std::string manifest = (folder_ / "plugin.toml").string();
  const std::string library = (folder_ / "minimal.so").string();
  EXPECT_EQ(error_text([&] { registry.make_sampler("minimal_euler", {}); }),
            manifest +
                ": the order of sampler 'minimal_euler' is 2 in the manifest and 1 in the library\n" +
                manifest + ": does not describe " + library +
                "; write it anew with `ksampler describe " + library + " --out " + manifest + "`");
}

TEST_F(RegistryTest, LoadsALibraryOnceForManyThreads) {
  install("logging", folder_.path());
  std::mutex mutex;
  int inits = 0;
  const Registry registry({folder_.path()},
                          [&](std::uint32_t, std::string_view, std::string_view line) {
                            const std::lock_guard lock(mutex);
                            if (line.starts_with("init")) ++inits;
                          });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) registry.make_sampler("logged", {});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(inits, 1);
}

TEST_F(RegistryTest, OutlivedByWhatItMade) {
  install("minimal", folder_.path());
  auto registry = std::make_unique<Registry>(std::vector<fs::path>{folder_.path()});
  const auto sampler = registry->make_sampler("minimal_euler", {});
  registry.reset();
  EXPECT_NE(sampler->sample, nullptr);
}

TEST(PluginFolders, ComeFromTheVariableThenTheCallerThenTheProgram) {
  ::setenv("KSAMPLER_PLUGIN_PATH", "/one::/two:", 1);
  const auto folders = plugin_folders({"/three"});
  ::unsetenv("KSAMPLER_PLUGIN_PATH");
  ASSERT_GE(folders.size(), 4u);
  EXPECT_EQ(folders[0], "/one");
  EXPECT_EQ(folders[1], "/two");
  EXPECT_EQ(folders[2], "/three");
  EXPECT_EQ(folders[3].filename(), "plugins");
  EXPECT_TRUE(folders[3].is_absolute());
}

TEST(PluginFolders, HoldTheProgramsOwnAlone) {
  ::unsetenv("KSAMPLER_PLUGIN_PATH");
  for (const fs::path& folder : plugin_folders({})) EXPECT_EQ(folder.filename(), "plugins");
}

}  // namespace
}  // namespace ksampler
