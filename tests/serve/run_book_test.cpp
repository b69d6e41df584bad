#include "host/serve/run_book.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace ksampler {
namespace {

Submission submission(const std::string& name) {
  return {name, PipelineSource{name, ".", "nodes: {}"}, {}};
}

TEST(RunBook, HandsOutRunsInTheOrderTheyCame) {
  Changes changes;
  RunBook book(changes, {}, 7);
  EXPECT_EQ(book.add(submission("a"))->id, 7u);
  EXPECT_EQ(book.add(submission("b"))->id, 8u);
  const auto task = book.take();
  EXPECT_EQ(task->id, 7u);
  EXPECT_EQ(task->submission.name, "a");
  EXPECT_EQ(book.find(7)->state, RunState::running);
  EXPECT_EQ(book.find(8)->state, RunState::queued);
  EXPECT_FALSE(book.find(9));
}

TEST(RunBook, TakesNoMoreThanItsLimit) {
  Changes changes;
  RunBook book(changes, {.queued = 2});
  book.add(submission("a"));
  book.add(submission("b"));
  EXPECT_FALSE(book.add(submission("c")));
  book.take();
  EXPECT_TRUE(book.add(submission("c")));
}

TEST(RunBook, ForgetsTheOldestOfThoseThatEnded) {
  Changes changes;
  RunBook book(changes, {.finished = 2});
  for (const char* name : {"a", "b", "c"}) {
    book.add(submission(name));
    book.end(book.take()->id, RunState::done);
  }
  EXPECT_FALSE(book.find(1));
  EXPECT_TRUE(book.find(2));
  EXPECT_EQ(book.cancel(1), RunBook::Cancelled::unknown);
  EXPECT_EQ(book.cancel(2), RunBook::Cancelled::ended_before);
}

TEST(RunBook, SaysWhatChangedSince) {
  Changes changes;
  RunBook book(changes, {});
  book.add(submission("a"));
  book.add(submission("b"));
  const std::uint64_t seen = changes.wait_past(0, std::chrono::milliseconds(0));
  EXPECT_TRUE(book.changed_since(seen).empty());
  book.cancel(2);
  const auto changed = book.changed_since(seen);
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed.front().id, 2u);
  EXPECT_EQ(changed.front().state, RunState::cancelled);
}

TEST(RunBook, KeepsThePreviewOfARunThatWroteNothing) {
  Changes changes;
  RunBook book(changes, {});
  for (const RunState end : {RunState::cancelled, RunState::done}) {
    const RunId id = book.add(submission("a"))->id;
    book.take();
    EXPECT_FALSE(book.preview(id));
    book.picture(id, {1, 1, {1, 2, 3}});
    book.picture(id, {1, 1, {4, 5, 6}});
    EXPECT_EQ(book.find(id)->previews, 2u);
    EXPECT_EQ(book.preview(id)->rgb, (std::vector<std::uint8_t>{4, 5, 6}));
    book.end(id, end);
    EXPECT_EQ(book.preview(id).has_value(), end == RunState::cancelled);
  }
}

TEST(RunBook, ClosesOnWhoWaitsForARun) {
  Changes changes;
  RunBook book(changes, {});
  std::thread worker([&] { EXPECT_FALSE(book.take()); });
  book.close();
  worker.join();
  EXPECT_FALSE(book.add(submission("a")));
}

TEST(RunBook, ThatIsClosedCancelsWhatWaitsAndWhatRuns) {
  Changes changes;
  RunBook book(changes, {});
  book.add(submission("a"));
  book.add(submission("b"));
  const auto task = book.take();
  EXPECT_FALSE(task->stop->load());
  book.close();
  EXPECT_TRUE(task->stop->load());
  EXPECT_TRUE(book.find(1)->stopping);
  EXPECT_EQ(book.find(2)->state, RunState::cancelled);
}

Submission numbered(const std::string& name, std::optional<double> number, bool front = false) {
  Submission made = submission(name);
  made.number = number;
  made.front = front;
  return made;
}

TEST(RunBook, HandsOutLowerNumbersFirst) {
  Changes changes;
  RunBook book(changes, {});
  book.add(submission("first"));
  book.add(submission("second"));
  book.add(numbered("front", {}, true));
  book.add(numbered("far in front", -100));
  book.add(numbered("between", 1.5));
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.push_back(book.take()->submission.name);
  EXPECT_EQ(names, (std::vector<std::string>{"far in front", "front", "first", "between", "second"}));
}

class Listening : public RunListener {
 public:
  void queued(const RunView& run) override { heard.push_back("queued " + std::to_string(run.id)); }
  void ends(RunState state, const std::vector<Diagnostic>&) override {
    heard.emplace_back(state_name(state));
  }
  std::vector<std::string> heard;
};

TEST(RunBook, TellsWhoListensOfTheEndOnce) {
  Changes changes;
  RunBook book(changes, {});
  for (const bool taken : {true, false}) {
    const auto listener = std::make_shared<Listening>();
    Submission sent = submission("a");
    sent.listener = listener;
    const RunId id = book.add(std::move(sent))->id;
    if (taken) {
      book.end(book.take()->id, RunState::done);
    } else {
      book.cancel(id);
    }
    book.cancel(id);
    EXPECT_EQ(listener->heard,
              (std::vector<std::string>{"queued " + std::to_string(id), taken ? "done" : "cancelled"}));
  }
}

TEST(RunBook, TellsWhoListensThatItIsClosed) {
  Changes changes;
  RunBook book(changes, {});
  const auto listener = std::make_shared<Listening>();
  Submission sent = submission("a");
  sent.listener = listener;
  book.add(std::move(sent));
  book.close();
  EXPECT_EQ(listener->heard.back(), "cancelled");
}

// One writes, another reads: the sanitizer for threads looks on.
TEST(RunBook, IsReadWhileARunGoesOn) {
  Changes changes;
  RunBook book(changes, {});
  book.add(submission("a"));
  std::thread worker([&] {
    const auto task = book.take();
    for (std::uint32_t step = 1; step <= 2000; ++step) book.step_done(task->id, step, 2000);
    book.end(task->id, RunState::done);
  });
  std::uint64_t seen = 0;
  std::uint32_t last = 0;
  while (true) {
    const std::uint64_t latest = changes.wait_past(seen, std::chrono::seconds(20));
    for (const RunView& run : book.changed_since(seen)) {
      EXPECT_GE(run.step, last);
      last = run.step;
    }
    seen = latest;
    if (book.find(1)->state == RunState::done) break;
  }
  worker.join();
  EXPECT_EQ(book.find(1)->step, 2000u);
}

}  // namespace
}  // namespace ksampler
