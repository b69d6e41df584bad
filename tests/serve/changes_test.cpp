#include "host/serve/changes.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace ksampler {
namespace {

using namespace std::chrono_literals;

TEST(Changes, ThatWereMadeBeforeAreNotWaitedFor) {
  Changes changes;
  EXPECT_EQ(changes.next(), 1u);
  EXPECT_EQ(changes.next(), 2u);
  EXPECT_EQ(changes.wait_past(1, 1h), 2u);
}

TEST(Changes, WakeWhoWaits) {
  Changes changes;
  std::uint64_t seen = 0;
  std::thread reader([&] { seen = changes.wait_past(0, 1h); });
  changes.next();
  reader.join();
  EXPECT_EQ(seen, 1u);
}

TEST(Changes, AreWaitedForNoLongerThanTheLimit) {
  Changes changes;
  EXPECT_EQ(changes.wait_past(0, 1ms), 0u);
}

TEST(Changes, ThatAreClosedKeepNobodyWaiting) {
  Changes changes;
  std::thread reader([&] { changes.wait_past(0, 1h); });
  changes.close();
  reader.join();
  EXPECT_TRUE(changes.closed());
  EXPECT_EQ(changes.wait_past(0, 1h), 0u);
}

}  // namespace
}  // namespace ksampler
