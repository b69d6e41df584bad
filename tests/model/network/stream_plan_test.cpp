#include "host/model/network/stream_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ksampler {
namespace {

using Sizes = std::vector<std::uint64_t>;

std::vector<int> staying(const Sizes& sizes, std::uint64_t room, std::uint64_t buffers = 2) {
  const StreamPlan plan = plan_stream(sizes, room, buffers);
  return {plan.stays.begin(), plan.stays.end()};
}

TEST(PlanOfAStream, KeepsAllThatFits) {
  const StreamPlan plan = plan_stream(Sizes{10, 20, 30}, 60, 2);
  EXPECT_EQ(std::ranges::count(plan.stays, true), 3);
  EXPECT_EQ(plan.resident, 60U);
  EXPECT_EQ(plan.buffer, 0U);
}

TEST(PlanOfAStream, HasRoomForTheBuffersOfTheOthers) {
  for (std::uint64_t room = 0; room < 80; ++room) {
    const StreamPlan plan = plan_stream(Sizes(8, 10), room, 2);
    const std::uint64_t most = room < 20 ? 0 : (room - 20) / 10;
    EXPECT_EQ(plan.resident, 10 * most) << room;
    EXPECT_EQ(plan.buffer, 10U) << room;
  }
}

TEST(PlanOfAStream, SpreadsThoseThatComeAndGoAmongTheOthers) {
  EXPECT_EQ(staying(Sizes(8, 10), 60), (std::vector<int>{0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(staying(Sizes(8, 10), 40), (std::vector<int>{0, 0, 0, 1, 0, 0, 0, 1}));
}

TEST(PlanOfAStream, KeepsSmallOnesFirst) {
  EXPECT_EQ(staying(Sizes{80, 1, 80, 2, 80, 3}, 170), (std::vector<int>{0, 1, 0, 1, 0, 1}));
}

TEST(PlanOfAStream, FillsWhatIsLeftWithWhatFits) {
  // Two buffers of 50 leave 45, which an even share would leave empty.
  EXPECT_EQ(staying(Sizes{50, 40, 50, 50}, 145), (std::vector<int>{0, 1, 0, 0}));
}

TEST(PlanOfAStream, KeepsNothingWhereThereIsNoRoom) {
  EXPECT_EQ(staying(Sizes{50, 1, 50}, 0), (std::vector<int>{0, 0, 0}));
  EXPECT_TRUE(plan_stream({}, 100, 2).stays.empty());
}

}  // namespace
}  // namespace ksampler
