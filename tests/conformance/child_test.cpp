#include "host/conformance/child.hpp"
#include "host/conformance/result_text.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <thread>

namespace ksampler::conformance {
namespace {

Result in_child(const Work& work, ChildLimits limits = {}) {
  return run_in_children({work}, limits).front();
}

TEST(Child, GivesTheResultOfItsWork) {
  const Result result = in_child([] {
    Result made = warn("σ is odd");
    made.curves.push_back({"flow", "convergence", {33, 255}, {0.1, 1.0 / 3}, 0.99});
    made.samplers = {"euler"};
    return made;
  });
  EXPECT_EQ(result.outcome, Outcome::warn);
  EXPECT_EQ(result.detail, "σ is odd");
  ASSERT_EQ(result.curves.size(), 1u);
  EXPECT_EQ(result.curves[0].y[1], 1.0 / 3) << "numbers come back to the last bit";
  EXPECT_EQ(result.samplers, std::vector<std::string>{"euler"});
}

TEST(Child, TurnsASignalIntoAFailure) {
  const Result result = in_child([]() -> Result {
    ::raise(SIGKILL);
    return pass();
  });
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.detail, "died of SIGKILL (Killed)");
}

TEST(Child, TurnsAnExitIntoAFailure) {
  const Result result = in_child([]() -> Result { ::_exit(3); });
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.detail, "ended the process, with exit code 3");
}

TEST(Child, TurnsAHangIntoAFailure) {
  const auto start = std::chrono::steady_clock::now();
  const Result result = in_child(
      []() -> Result {
        for (;;) ::pause();
      },
      {.seconds = 0.3});
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.detail, "did not end within 0.3 seconds");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Child, EndsOneThatClosedItsPipeAndHangs) {
  const Result result = in_child(
      []() -> Result {
        for (int descriptor = 3; descriptor < 256; ++descriptor) ::close(descriptor);
        for (;;) ::pause();
      },
      {.seconds = 0.3});
  EXPECT_EQ(result.detail, "did not end within 0.3 seconds");
}

TEST(Child, TakesNothingElseForAResult) {
  // Whatever is written to the pipe before an exit that looks fine.
  const Result result = in_child([]() -> Result {
    for (int descriptor = 3; descriptor < 64; ++descriptor) {
      if (::write(descriptor, "{}", 2) < 0) continue;
    }
    ::_exit(0);
  });
  EXPECT_EQ(result.outcome, Outcome::fail);
}

TEST(Child, TurnsWhatIsThrownIntoAFailure) {
  EXPECT_EQ(in_child([]() -> Result { throw std::runtime_error("why"); }).detail, "why");
  EXPECT_EQ(in_child([]() -> Result { throw std::bad_alloc(); }).detail, "ran out of memory");
  EXPECT_EQ(in_child([]() -> Result { throw Finding{skip("not now")}; }).outcome, Outcome::skip);
  EXPECT_EQ(in_child([]() -> Result { throw 1; }).outcome, Outcome::fail);
}

TEST(Child, EndsWithAllThatItStarted) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  in_child([&]() -> Result {
    if (::fork() == 0) {
      for (;;) ::pause();  // holds the pipe's other end
    }
    return pass();
  });
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "somebody still holds the pipe";
  ::close(ends[0]);
}

TEST(Children, KeepTheirOrderAndRunAtOnce) {
  std::vector<Work> works;
  for (int i = 0; i < 20; ++i) {
    works.emplace_back([i] {
      std::this_thread::sleep_for(std::chrono::milliseconds(i % 3));
      return pass(std::to_string(i));
    });
  }
  const std::vector<Result> results = run_in_children(works, {.at_once = 7});
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)].detail, std::to_string(i));
}

TEST(ResultText, OfSomethingElseIsNoResult) {
  for (const char* text : {"", "{", "[]", "7", R"({"outcome": 9})", R"({"outcome": "pass"})"}) {
    EXPECT_FALSE(parse_result(text)) << text;
  }
}

}  // namespace
}  // namespace ksampler::conformance
