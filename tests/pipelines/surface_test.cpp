// What libks_pipeline is, as a file.
#include "tests/support/exported_functions.hpp"

#include <gtest/gtest.h>

namespace ksampler::test {
namespace {

TEST(LibKsPipeline, ExportsWhatItsHeaderDeclares) {
  const std::set<std::string> declared = declared_functions(SOURCE_DIR "/sdk/include/ks/pipeline.h");
  EXPECT_GE(declared.size(), 8U);
  EXPECT_EQ(exported_functions(BINARY_DIR "/lib/libks_pipeline.so.1"), declared);
}

}  // namespace
}  // namespace ksampler::test
