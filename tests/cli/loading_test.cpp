// Plugins whose library does harm before or after anything of it is called: in its constructors and
// destructors, static objects' among them.
#include "host/base/sanitized.hpp"
#include "tests/cli/program.hpp"

#include <csignal>

namespace ksampler::test {

class Loading : public Program {
 protected:
  Outcome run_that(const std::string& does, const std::vector<std::string>& more = {}) {
    environment_["KSAMPLER_FIXTURE"] = does;
    const std::string pipeline = SOURCE_DIR "/configs/quickstart.yaml";
    const std::string plugins = BINARY_DIR "/tests/fixtures/plugins/loading";
    std::vector<std::string> arguments = {
        "run",   pipeline, "--device",     "cpu",   "--plugins",
        plugins, "--set",  "base.steps=2", "--set", "base.sampler_name=loading_euler"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_built(arguments);
  }
  Outcome describe_that(const std::string& does) {
    environment_["KSAMPLER_FIXTURE"] = does;
    return run_built({"describe", BINARY_DIR "/tests/fixtures/plugins/loading/loading.so"});
  }
  static void expect_said(const Outcome& outcome, int code, const std::string& what) {
    EXPECT_EQ(outcome.code, code) << what;
    EXPECT_NE(outcome.err.find("ksampler: error: the plugin 'loading' " + what), std::string::npos)
        << what << ": " << outcome.err;
  }
};

TEST_F(Loading, ThatCallsExitIsNamedAndIsNoSuccess) {
  for (const std::string call : {"exit", "quick_exit"}) {
    for (const std::string place : {"constructor", "static constructor"}) {
      const std::string what = "called exit() while it was loaded";
      expect_said(run_that(call + " in " + place), 1, what);
      expect_said(describe_that(call + " in " + place), 1, what);
    }
    for (const std::string place : {"destructor", "static destructor"}) {
      const std::string what = "called exit() while it was unloaded";
      expect_said(run_that(call + " in " + place), 1, what);
      expect_said(describe_that(call + " in " + place), 1, what);
    }
  }
  EXPECT_NE(run_that("exit in constructor").err.find("`--isolate loading`"), std::string::npos);
}

#if !KSAMPLER_SANITIZES_ADDRESSES  // which ends the program in a way of its own
TEST_F(Loading, ThatCrashesIsNamedAndStillEndsWithItsSignal) {
  const std::string aborted = "crashed (signal 6, aborted) while it was ";
  const std::string segfault = "crashed (signal 11, segmentation fault) while it was ";
  for (const std::string place : {"constructor", "static constructor"}) {
    expect_said(run_that("abort in " + place), 128 + SIGABRT, aborted + "loaded");
    expect_said(run_that("segfault in " + place), 128 + SIGSEGV, segfault + "loaded");
    expect_said(describe_that("abort in " + place), 128 + SIGABRT, aborted + "loaded");
  }
  for (const std::string place : {"destructor", "static destructor"}) {
    expect_said(run_that("abort in " + place), 128 + SIGABRT, aborted + "unloaded");
    expect_said(run_that("segfault in " + place), 128 + SIGSEGV, segfault + "unloaded");
    expect_said(describe_that("abort in " + place), 128 + SIGABRT, aborted + "unloaded");
  }
  expect_said(run_that("throw in static constructor"), 128 + SIGABRT, aborted + "loaded");
}
#endif

TEST_F(Loading, IsAFailureOfAValidation) {
  for (const std::string deed : {"abort in constructor", "exit in static constructor"}) {
    environment_["KSAMPLER_FIXTURE"] = deed;
    const Outcome outcome = run_built(
        {"validate", BINARY_DIR "/tests/fixtures/plugins/loading/loading.so", "--only", "file"});
    EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  }
}

}  // namespace ksampler::test
