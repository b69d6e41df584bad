#include "host/plugin/live_plugins.hpp"

#include "tests/support/error_text.hpp"
#include "tests/swap/swap_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::error_text;
using test::run_through;
using Kind = PluginChange::Kind;

// Patient enough for a machine that is busy, and no more than that where a test waits for a refusal.
const LiveSettings kSettings = {.quiet = 5ms, .patience = 150ms, .self_test_limit = 20s};

PluginChange only_change(const std::vector<PluginChange>& changes) {
  EXPECT_EQ(changes.size(), 1u);
  return changes.empty() ? PluginChange{} : changes.front();
}

std::string text_of(const PluginChange& change) {
  return change.problems.empty() ? "" : Error(change.problems).what();
}

double mark(const LivePlugins& plugins) {
  const test::RunMarks marks = run_through(*plugins.current(), 2, 0us);
  EXPECT_TRUE(marks.is_of_one()) << marks.message;
  return marks.first;
}

// How many parts of files with this in their name the process has mapped.
int mappings_of(const std::string& name) {
  std::ifstream maps("/proc/self/maps");
  int count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find(name) != std::string::npos;
  return count;
}

class LivePluginsTest : public ::testing::Test {
 protected:
  test::SwapFolder folder_{1};
  LivePlugins plugins_{{folder_.path()}, {}, {}, kSettings};
};

TEST_F(LivePluginsTest, UsesWhatIsThereAtTheStart) {
  EXPECT_EQ(mark(plugins_), 1);
  const auto generations = plugins_.generations();
  ASSERT_EQ(generations.size(), 1u);
  EXPECT_EQ(generations[0].plugin, "swap");
  EXPECT_EQ(generations[0].number, 1u);
  EXPECT_EQ(generations[0].leases, 0);
  EXPECT_TRUE(generations[0].current);
}

TEST_F(LivePluginsTest, SaysThatNothingChanged) {
  const auto before = plugins_.current();
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::unchanged);
  EXPECT_EQ(plugins_.current(), before);
}

TEST_F(LivePluginsTest, SwapsALibraryThatWasOverwritten) {
  folder_.put(2);
  const PluginChange change = only_change(plugins_.refresh());
  EXPECT_EQ(change.kind, Kind::swapped) << text_of(change);
  EXPECT_EQ(change.generation, 2u);
  EXPECT_EQ(mark(plugins_), 2);
}

TEST_F(LivePluginsTest, SwapsALibraryThatWasRenamedOverTheOldOne) {
  folder_.rename_over(2);
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::swapped);
  EXPECT_EQ(mark(plugins_), 2);
}

TEST_F(LivePluginsTest, DoesNotSwapAFileThatWasOnlyTouched) {
  fs::last_write_time(folder_.library(), fs::file_time_type::clock::now());
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::unchanged);
  EXPECT_EQ(plugins_.generations()[0].number, 1u);
}

TEST_F(LivePluginsTest, KeepsARunOnItsGenerationToTheEnd) {
  const auto old = plugins_.current();
  const auto sampler = old->make_sampler("once", {});
  folder_.put(2);
  ASSERT_EQ(plugins_.swap("swap").kind, Kind::swapped);
  EXPECT_EQ(run_through(*old, 2, 0us).first, 1);
  std::string message;
  EXPECT_EQ(test::run_sampler(*sampler.get(), {1, 0}, 0us, message), 1) << message;
  EXPECT_EQ(mark(plugins_), 2);
  const auto generations = plugins_.generations();
  ASSERT_EQ(generations.size(), 2u);
  EXPECT_EQ(generations[0].number, 1u);
  EXPECT_FALSE(generations[0].current);
  EXPECT_GE(generations[0].leases, 2);  // the sampler and the snapshot
}

TEST_F(LivePluginsTest, UnmapsAGenerationWithItsLastLease) {
  auto sampler = std::make_unique<SamplerInstance>(plugins_.current()->make_sampler("swap/once", {}));
  const int before = mappings_of(".ksampler-plugin-");
  ASSERT_GT(before, 0);
  folder_.put(2);
  ASSERT_EQ(plugins_.swap("swap").kind, Kind::swapped);
  EXPECT_GT(mappings_of(".ksampler-plugin-"), before);
  sampler.reset();
  EXPECT_EQ(mappings_of(".ksampler-plugin-"), before);
  const auto retired = plugins_.retired();
  ASSERT_EQ(retired.size(), 1u);
  EXPECT_EQ(retired[0].unmapped, 1u);
  EXPECT_EQ(retired[0].mapped, 0u);
}

TEST_F(LivePluginsTest, KeepsCodeMappedThatAThreadLocalPins) {
  folder_.put(8);
  ASSERT_EQ(plugins_.swap("swap").kind, Kind::swapped);
  EXPECT_EQ(mark(plugins_), 8);
  folder_.put(2);
  ASSERT_EQ(plugins_.swap("swap").kind, Kind::swapped);
  const auto retired = plugins_.retired();
  ASSERT_EQ(retired.size(), 1u);
  EXPECT_EQ(retired[0].unmapped, 1u);
  EXPECT_EQ(retired[0].mapped, 1u);
  EXPECT_EQ(retired[0].why_mapped, "has thread_local variables");
}

TEST_F(LivePluginsTest, TakesANewVersionWithItsManifest) {
  folder_.put_manifest(3);
  folder_.put(3);
  EXPECT_EQ(plugins_.swap("swap").kind, Kind::swapped);
  EXPECT_EQ(mark(plugins_), 3);
  EXPECT_NE(plugins_.current()->make_sampler("more", {}).get(), nullptr);
  EXPECT_EQ(plugins_.generations()[0].version, "1.1.0");
}

TEST_F(LivePluginsTest, RefusesALibraryThatItsManifestDoesNotDescribe) {
  folder_.put(3);
  const PluginChange change = plugins_.swap("swap");
  EXPECT_EQ(change.kind, Kind::refused);
  EXPECT_EQ(change.generation, 1u);
  EXPECT_NE(text_of(change).find("does not describe"), std::string::npos) << text_of(change);
  EXPECT_EQ(mark(plugins_), 1);
}

TEST_F(LivePluginsTest, WaitsForTheManifestThatABuildWritesAfterTheLibrary) {
  LivePlugins patient({folder_.path()}, {}, {}, {.quiet = 5ms, .patience = 20s});
  folder_.put(3);
  std::thread build([&] {
    std::this_thread::sleep_for(100ms);
    folder_.put_manifest(3);
  });
  EXPECT_EQ(patient.swap("swap").kind, Kind::swapped);
  build.join();
  EXPECT_EQ(mark(patient), 3);
}

TEST_F(LivePluginsTest, WaitsForALibraryThatIsHalfWritten) {
  LivePlugins patient({folder_.path()}, {}, {}, {.quiet = 5ms, .patience = 20s});
  const std::string whole = test::read_text(test::swap_variant(2) / "swap.so");
  test::write_text(folder_.library(), std::string_view(whole).substr(0, whole.size() / 2));
  std::thread build([&] {
    std::this_thread::sleep_for(100ms);
    folder_.put(2);
  });
  EXPECT_EQ(patient.swap("swap").kind, Kind::swapped);
  build.join();
  EXPECT_EQ(mark(patient), 2);
}

TEST_F(LivePluginsTest, WaitsForALibraryThatABuildRemovesFirst) {
  LivePlugins patient({folder_.path()}, {}, {}, {.quiet = 5ms, .patience = 20s});
  fs::remove(folder_.library());
  std::thread build([&] {
    std::this_thread::sleep_for(100ms);
    folder_.rename_over(2);
  });
  EXPECT_EQ(patient.swap("swap").kind, Kind::swapped);
  build.join();
  EXPECT_EQ(mark(patient), 2);
}

TEST_F(LivePluginsTest, TriesARefusedOneAgainOnlyWhereItChangedOrIsAskedFor) {
  folder_.put(7);
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::refused);
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::unchanged);
  EXPECT_EQ(plugins_.swap("swap").kind, Kind::refused);
  folder_.put(2);
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::swapped);
}

TEST_F(LivePluginsTest, RemovesAPluginWhoseManifestIsGone) {
  const auto old = plugins_.current();
  fs::remove_all(folder_.library().parent_path());
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::removed);
  EXPECT_TRUE(plugins_.current()->plugins().empty());
  EXPECT_EQ(run_through(*old, 2, 0us).first, 1);
  folder_.put_manifest(2);
  folder_.put(2);
  const PluginChange change = only_change(plugins_.refresh());
  EXPECT_EQ(change.kind, Kind::added);
  EXPECT_EQ(change.generation, 2u);
  EXPECT_EQ(mark(plugins_), 2);
}

TEST_F(LivePluginsTest, KeepsAPluginWhoseManifestCannotBeRead) {
  test::write_text(folder_.manifest(), "name = ");
  const PluginChange change = only_change(plugins_.refresh());
  EXPECT_EQ(change.kind, Kind::refused);
  EXPECT_EQ(change.plugin, "swap");
  EXPECT_NE(text_of(change).find("plugin.toml:1:"), std::string::npos) << text_of(change);
  EXPECT_EQ(only_change(plugins_.refresh()).kind, Kind::unchanged);
  EXPECT_EQ(mark(plugins_), 1);
}

TEST_F(LivePluginsTest, AddsAPluginThatIsNew) {
  test::TemporaryFolder empty;
  LivePlugins plugins({empty.path()}, {}, {}, kSettings);
  EXPECT_TRUE(plugins.refresh().empty());
  fs::copy(folder_.path(), empty.path(), fs::copy_options::recursive);
  const PluginChange change = only_change(plugins.refresh());
  EXPECT_EQ(change.kind, Kind::added) << text_of(change);
  EXPECT_EQ(mark(plugins), 1);
}

TEST_F(LivePluginsTest, LooksAtOnePluginAlone) {
  test::write_text(folder_.path() / "other/plugin.toml", "name = ");
  folder_.put(2);
  EXPECT_EQ(plugins_.swap("swap").kind, Kind::swapped);
  EXPECT_EQ(error_text([&] { plugins_.swap("swop"); }),
            "there is no plugin 'swop'; did you mean 'swap'?");
}

struct BadVariant {
  int variant;
  std::chrono::milliseconds limit;  // of the self-test
  const char* says;
};

class BadLibrary : public LivePluginsTest, public ::testing::WithParamInterface<BadVariant> {};

TEST_P(BadLibrary, LeavesTheOldOneWorkingAndSaysWhy) {
  LivePlugins plugins({folder_.path()}, {}, {},
                      {.quiet = 5ms, .patience = 50ms, .self_test_limit = GetParam().limit});
  folder_.put(GetParam().variant);
  const PluginChange change = only_change(plugins.refresh());
  EXPECT_EQ(change.kind, Kind::refused);
  EXPECT_EQ(change.generation, 1u);
  EXPECT_NE(text_of(change).find(folder_.library().string()), std::string::npos) << text_of(change);
  EXPECT_NE(text_of(change).find(GetParam().says), std::string::npos) << text_of(change);
  EXPECT_EQ(mark(plugins), 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadLibrary,
    ::testing::Values(BadVariant{4, 20s,
                                 "was killed by signal 6 (Aborted), while testing sampler 'once'"},
                      BadVariant{5, 500ms, "did not end within 0.5 s, while testing sampler 'once'"},
                      BadVariant{6, 20s, "a coefficient is not finite"},
                      BadVariant{7, 20s, "variant 7 never starts"}),
    [](const auto& made) { return "Variant" + std::to_string(made.param.variant); });

TEST_F(LivePluginsTest, TestsAnIsolatedPluginInItsSandbox) {
  LivePlugins plugins({folder_.path()}, {}, {.wanted = [](const Manifest&) { return true; }},
                      kSettings);
  EXPECT_EQ(mark(plugins), 1);
  folder_.put(4);
  EXPECT_EQ(plugins.swap("swap").kind, Kind::refused);
  EXPECT_EQ(mark(plugins), 1);
  folder_.put(2);
  const PluginChange change = plugins.swap("swap");
  EXPECT_EQ(change.kind, Kind::swapped) << text_of(change);
  EXPECT_EQ(mark(plugins), 2);
}

}  // namespace
}  // namespace ksampler
