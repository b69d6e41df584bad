#include "host/model/load/network_cache.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ksampler {
namespace {

constexpr std::uint64_t kEach = 100;  // bytes of a network of these tests

class CacheOfModels : public ::testing::Test {
 protected:
  CacheOfModels() {
    for (const char* name : {"a", "b", "c"}) test::write_text(folder_ / name, name);
    cache_.limit(2 * kEach);
  }
  std::shared_ptr<const int> hold(const std::string& name, const std::string& kind = "unet",
                                  const std::string& variant = {}) {
    return cache_.hold<int>({folder_ / name, kind, variant}, kEach,
                            [this] { return std::make_shared<const int>(++loads_); });
  }

  test::TemporaryFolder folder_;
  NetworkCache cache_;
  std::atomic<int> loads_ = 0;
};

TEST_F(CacheOfModels, LoadsAFileOnce) {
  EXPECT_EQ(*hold("a"), 1);
  EXPECT_EQ(*hold("a"), 1);
  EXPECT_EQ(*hold("a", "vae"), 2);
  EXPECT_EQ(*hold("a", "vae", "with a LoRA"), 3);
}

TEST_F(CacheOfModels, LoadsAFileThatChangedAgainAndKeepsNoOldOne) {
  EXPECT_EQ(*hold("a"), 1);
  test::write_text(folder_ / "a", "longer");
  EXPECT_EQ(*hold("a"), 2);
  EXPECT_EQ(cache_.size(), 1u);
  std::filesystem::last_write_time(
      folder_ / "a", std::filesystem::last_write_time(folder_ / "a") - std::chrono::hours(1));
  EXPECT_EQ(*hold("a"), 3);
}

TEST_F(CacheOfModels, MakesRoomByWhatWasUsedLongestAgo) {
  hold("a");
  hold("b");
  hold("a");
  hold("c");
  EXPECT_EQ(cache_.bytes(at::kCPU), 2 * kEach);
  EXPECT_EQ(*hold("a"), 1);
  EXPECT_EQ(*hold("b"), 4);
}

TEST_F(CacheOfModels, LetsNothingGoThatIsHeld) {
  const auto a = hold("a");
  const auto b = hold("b");
  const auto c = hold("c");  // more than the limit, as all are in use
  EXPECT_EQ(cache_.bytes(at::kCPU), 3 * kEach);
  EXPECT_FALSE(cache_.let_go());
  EXPECT_EQ(*hold("a"), 1);
}

TEST_F(CacheOfModels, LetsGoOfAllThatNobodyHoldsWhereItIsAskedTo) {
  const auto a = hold("a");
  hold("b");
  EXPECT_TRUE(cache_.let_go());
  EXPECT_EQ(cache_.bytes(at::kCPU), kEach);
  EXPECT_FALSE(cache_.let_go());
}

// Before the load, not after it: there may be no room for both.
TEST_F(CacheOfModels, MakesRoomBeforeItLoads) {
  std::weak_ptr<const int> first = hold("a");
  hold("b");
  cache_.hold<int>({folder_ / "c", "unet"}, kEach, [&] {
    EXPECT_TRUE(first.expired());
    return std::make_shared<const int>(0);
  });
}

TEST_F(CacheOfModels, GivesOneNetworkToAllThreadsThatAskForIt) {
  std::vector<std::shared_ptr<const int>> held(8);
  std::vector<std::thread> threads;
  for (auto& mine : held) threads.emplace_back([&] { mine = hold("a"); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loads_, 1);
  for (const auto& each : held) EXPECT_EQ(each, held.front());
}

TEST_F(CacheOfModels, KeepsNothingOfALoadThatFailed) {
  const auto fail = [this] {
    cache_.hold<int>({folder_ / "a", "unet"}, kEach,
                     []() -> std::shared_ptr<const int> { throw std::runtime_error("bad"); });
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(*hold("a"), 1);
}

}  // namespace
}  // namespace ksampler
