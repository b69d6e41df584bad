// The plugins of tests/fixtures/plugins/bad, which a host refuses or cannot run.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ksampler::conformance {
namespace {

// Those that load, and then cannot do the first run; and those whose file tells already.
const std::map<std::string, Names> kOthers = {
    {"create_fails", {"plain-run"}},
    {"create_hollow", {"plain-run"}},
    {"create_null", {"plain-run"}},
    {"create_throws", {"plain-run", "unknown-index"}},
    // Throws out of deinit, too.
    {"destroy_throws", {"scan-time", "plain-run", "unknown-factory", "unknown-index"}},
    {"entry_is_function", {"entry-symbol", "loads"}},
    {"exports_nothing", {"entry-symbol", "loads"}},
    {"no_entry", {"entry-symbol", "one-exported-symbol", "loads"}},
    {"short_entry", {"entry-symbol", "loads"}},
};

TEST(BadPlugins, FailToLoadOrTheirFirstRun) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(fixture("bad", "").parent_path())) {
    if (file.path().extension() != ".so") continue;
    const std::string name = file.path().stem().string();
    const auto other = kOthers.find(name);
    const Names expected = other == kOthers.end() ? Names{"loads"} : other->second;
    EXPECT_EQ(names_with(validate(file.path()), Outcome::fail), expected) << name;
    ++count;
  }
  EXPECT_GT(count, 40u);
}

TEST(BadPlugins, AreToldWhyTheyDoNotLoad) {
  const Report report = validate(fixture("bad", "init_fails"), {"load"});
  EXPECT_EQ(names_with(report, Outcome::fail), Names{"loads"});
  EXPECT_TRUE(detail_of(report, "loads").starts_with("init failed: ")) << detail_of(report, "loads");
  EXPECT_EQ(detail_of(report, "two-copies"), "see loads");
}

}  // namespace
}  // namespace ksampler::conformance
