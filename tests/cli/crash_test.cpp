// Plugins that end the program: it is not silent about which, and the end is the one it would have
// been.
#include "host/base/sanitized.hpp"
#include "tests/cli/program.hpp"

#include <csignal>

namespace ksampler::test {

class Crash : public Program {
 protected:
  // Runs two steps with a sampler of the hostile fixture.
  Outcome run_with(const std::string& sampler, const std::vector<std::string>& more = {}) const {
    const std::string pipeline = SOURCE_DIR "/configs/quickstart.yaml";
    const std::string plugins = BINARY_DIR "/tests/fixtures/plugins/hostile";
    std::vector<std::string> arguments = {
        "run",   pipeline, "--device",     "cpu",   "--plugins",
        plugins, "--set",  "base.steps=2", "--set", "base.sampler_name=" + sampler};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_built(arguments);
  }

  static void expect_named(const Outcome& outcome, const std::string& what) {
    EXPECT_NE(outcome.err.find("\nksampler: error: the plugin 'hostile' " + what), std::string::npos)
        << outcome.err;
    EXPECT_NE(outcome.err.find("`--isolate hostile`"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
};

TEST_F(Crash, OfASamplerThatCallsExitIsNamedAndIsNoSuccess) {
  for (const std::string place : {"create", "sample", "step"}) {
    const Outcome outcome = run_with("exit_in_" + place);
    EXPECT_EQ(outcome.code, 1) << place;
    expect_named(outcome, "called exit() in the middle of the run");
  }
}

#if !KSAMPLER_SANITIZES_ADDRESSES  // which ends the program in a way of its own
TEST_F(Crash, IsNamedAndStillEndsWithItsSignal) {
  for (const std::string place : {"create", "sample", "denoise"}) {
    const Outcome outcome = run_with("segfault_in_" + place);
    EXPECT_EQ(outcome.code, 128 + SIGSEGV) << place;
    expect_named(outcome, "crashed (signal 11, segmentation fault)");
  }
  const Outcome aborted = run_with("abort_in_step");
  EXPECT_EQ(aborted.code, 128 + SIGABRT);
  expect_named(aborted, "crashed (signal 6, aborted)");
}

TEST_F(Crash, OfAnOverflowingStackIsNamed) {
  const Outcome outcome = run_with("overflow_in_sample");
  EXPECT_EQ(outcome.code, 128 + SIGSEGV);
  expect_named(outcome, "crashed (signal 11, segmentation fault)");
}
#endif

TEST_F(Crash, IsAnErrorOfTheRunWhereThePluginIsIsolated) {
  const Outcome outcome = run_with("exit_in_sample", {"--isolate", "hostile"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("isolated plugin 'hostile'"), std::string::npos) << outcome.err;
}

TEST_F(Crash, OfAnIsolatedPluginMayBeAHangOfTheTimeThatIsSaid) {
  const Outcome outcome =
      run_with("loop_in_sample", {"--isolate", "hostile", "--isolate-limit", "0.3"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("did not come back within 0.3 s"), std::string::npos) << outcome.err;
}

}  // namespace ksampler::test
