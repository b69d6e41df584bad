#include "host/serve/http/outbox.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ksampler {
namespace {

class OutboxOfAThousand : public ::testing::Test {
 protected:
  std::vector<std::string> taken() {
    std::vector<std::string> all;
    while (auto message = outbox.take()) all.push_back(message->data);
    return all;
  }

  int woken = 0;
  Outbox outbox{1000, [this] { ++woken; }};
};

using Texts = std::vector<std::string>;

TEST_F(OutboxOfAThousand, GivesMessagesInTheirOrder) {
  outbox.send_text("a", {});
  outbox.send_binary("b", {});
  const auto first = outbox.take();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_text);
  EXPECT_FALSE(outbox.take()->is_text);
  EXPECT_FALSE(outbox.take());
}

TEST_F(OutboxOfAThousand, KeepsTheLatestOfASlotWhereItCame) {
  outbox.send_text("preview 1", "preview");
  outbox.send_text("other", "other");
  outbox.send_text("node ends", {});
  outbox.send_text("preview 2", "preview");
  EXPECT_EQ(taken(), (Texts{"other", "node ends", "preview 2"}));
  outbox.send_text("preview 3", "preview");
  EXPECT_EQ(taken(), (Texts{"preview 3"}));
}

TEST_F(OutboxOfAThousand, WakesOnceUntilItIsEmptyAgain) {
  outbox.send_text("a", {});
  outbox.send_text("b", {});
  EXPECT_EQ(woken, 1);
  EXPECT_TRUE(outbox.take());
  outbox.send_text("c", {});
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(taken(), (Texts{"b", "c"}));
  outbox.send_text("d", {});
  EXPECT_EQ(woken, 2);
}

TEST_F(OutboxOfAThousand, HoldsNoMoreThanItMayAndOneMessage) {
  outbox.send_text(std::string(5000, 'a'), {});  // one of any size, as nothing else waits
  EXPECT_FALSE(outbox.is_full());
  EXPECT_EQ(woken, 1);
  outbox.send_text("b", {});
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(outbox.is_full());
  EXPECT_TRUE(outbox.is_closed());
  EXPECT_EQ(taken(), Texts{});
}

TEST_F(OutboxOfAThousand, CountsSmallMessagesToo) {
  for (int i = 0; i < 1000 && !outbox.is_full(); ++i) outbox.send_text("", {});
  EXPECT_TRUE(outbox.is_full());
}

TEST_F(OutboxOfAThousand, NeverFillsByOneSlot) {
  for (int i = 0; i < 10000; ++i) outbox.send_text(std::string(500, 'x'), "preview");
  EXPECT_FALSE(outbox.is_full());
  EXPECT_EQ(taken().size(), 1u);
}

TEST_F(OutboxOfAThousand, GivesWhatCameBeforeItWasClosedAndNoMore) {
  outbox.send_text("a", {});
  outbox.close();
  outbox.send_text("b", {});
  EXPECT_EQ(taken(), (Texts{"a"}));
  EXPECT_TRUE(outbox.is_closed());
  EXPECT_FALSE(outbox.is_full());
}

TEST_F(OutboxOfAThousand, WakesNobodyOnceItsConnectionIsGone) {
  outbox.end();
  outbox.send_text("a", {});
  outbox.close();
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(taken(), Texts{});
}

}  // namespace
}  // namespace ksampler
