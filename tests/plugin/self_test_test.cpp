// What a swap asks of a plugin before it takes it: those that ship give it.
#include "host/plugin/self_test.hpp"

#include "host/plugin/plugin_search.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(SelfTest, IsPassedByEveryPluginThatShips) {
  const FoundPlugins found = search_plugins({BINARY_DIR "/plugins"});
  ASSERT_GT(found.plugins.size(), 5u);
  for (const Manifest& plugin : found.plugins) {
    SelfTestRequest request;
    request.program = BINARY_DIR "/bin/ksampler-isolate";
    request.copy = plugin.library;
    request.file = plugin.library;
    request.limit = std::chrono::seconds(20);
    EXPECT_NO_THROW(run_self_test(request)) << plugin.plugin.name;
  }
}

}  // namespace
}  // namespace ksampler
