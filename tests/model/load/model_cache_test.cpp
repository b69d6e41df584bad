#include "host/model/load/model_cache.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace ksampler {
namespace {

class CacheOfModels : public ::testing::Test {
 protected:
  int get(const std::string& name, const std::string& kind) {
    return cache_.get<int>(folder_ / name, kind, [this] { return ++loads_; });
  }

  test::TemporaryFolder folder_;
  ModelCache cache_{2};
  int loads_ = 0;
};

TEST_F(CacheOfModels, LoadsAFileOnce) {
  test::write_text(folder_ / "a", "x");
  EXPECT_EQ(get("a", "unet"), 1);
  EXPECT_EQ(get("a", "unet"), 1);
  EXPECT_EQ(get("a", "vae"), 2);
}

TEST_F(CacheOfModels, LoadsAFileThatChangedAgainAndKeepsNoOldOne) {
  test::write_text(folder_ / "a", "x");
  EXPECT_EQ(get("a", "unet"), 1);
  test::write_text(folder_ / "a", "longer");
  EXPECT_EQ(get("a", "unet"), 2);
  EXPECT_EQ(cache_.size(), 1u);
  std::filesystem::last_write_time(
      folder_ / "a", std::filesystem::last_write_time(folder_ / "a") - std::chrono::hours(1));
  EXPECT_EQ(get("a", "unet"), 3);
}

TEST_F(CacheOfModels, LetsGoWhatWasUsedLongestAgo) {
  for (const char* name : {"a", "b", "c"}) test::write_text(folder_ / name, name);
  get("a", "unet");
  get("b", "unet");
  get("a", "unet");
  get("c", "unet");
  EXPECT_EQ(cache_.size(), 2u);
  EXPECT_EQ(get("a", "unet"), 1);
  EXPECT_EQ(get("b", "unet"), 4);
}

TEST_F(CacheOfModels, KeepsNothingOfALoadThatFailed) {
  const auto fail = [this] {
    cache_.get<int>(folder_ / "a", "unet", []() -> int { throw std::runtime_error("bad"); });
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(cache_.size(), 0u);
}

}  // namespace
}  // namespace ksampler
