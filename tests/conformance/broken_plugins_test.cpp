// Each plugin of tests/fixtures/plugins/broken has one fault, and fails just the checks that are about
// it.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ksampler::conformance {
namespace {

struct Broken {
  const char* name;
  Names fails;
  Names warns;
};

const Broken kBroken[] = {
    {"aborts",
     {"model-fails-first", "model-fails-later", "model-fails-last", "unknown-status",
      "exceptions-contained", "fine-after-failure", "nan-sigmas"},
     {}},
    {"accepts_any_count", {"wrong-value-count"}, {}},
    {"asks_elsewhere", {"asks-at-the-step"}, {}},
    {"biased_noise", {"noise-level", "variance-by-step"}, {"variance-away-from-defaults"}},
    {"climbs", {"asks-at-the-step", "keeps-the-mean", "sigmas-reported"}, {}},
    {"counts_from_one", {"steps-reported"}, {}},
    {"crashes", {"repeated-sigmas"}, {}},
    {"deinit_is_final", {"init-twice"}, {}},
    {"dims_the_end", {"draws-a-picture", "last-steps", "one-point-data"}, {}},
    {"ends_too_soon", {"split-run"}, {}},
    {"every_factory", {"unknown-factory"}, {}},
    {"exits", {"repeated-sigmas"}, {}},
    {"exports_two", {"one-exported-symbol"}, {}},
    {"fine", {}, {}},
    {"goes_on_after_failure",
     {"model-fails-first", "model-fails-later", "model-fails-last", "unknown-status"},
     {}},
    {"goes_on_after_stop", {"stops-at-once"}, {}},
    {"idle_parameter", {"parameters-have-effect"}, {}},
    {"keeps_differences", {"float16", "bfloat16"}, {}},
    {"keeps_tensors", {}, {"tensors-released"}},
    {"leaves_descriptor", {"no-descriptors-left"}, {}},
    {"leaves_thread", {"no-threads-left"}, {}},
    {"loops_forever", {"repeated-sigmas"}, {}},
    {"loses_the_mean",
     {"order", "order-on-uneven-steps", "follows-the-flow", "keeps-the-mean", "one-point-data"},
     {"order-away-from-defaults"}},
    {"needs_libtorch", {"no-libtorch"}, {}},
    {"one_status_for_all",
     {"model-fails-first", "model-fails-later", "model-fails-last", "memory-refused",
      "arithmetic-refused", "unknown-status"},
     {}},
    {"overflows_at_extreme", {"extremes"}, {}},
    {"overflows_in_half", {"float16"}, {}},
    {"prints", {"prints-nothing"}, {}},
    {"reads_past_the_end", {"older-host"}, {}},
    {"reads_unwritten", {"plain-run"}, {}},
    {"reads_values_late", {"values-copied"}, {}},
    {"remembers", {"objects-independent", "fine-after-failure", "same-after-another-run"}, {}},
    {"remembers_in_global", {"two-threads", "nested-runs"}, {}},
    {"reports_no_steps", {"steps-reported"}, {}},
    {"reports_too_soon", {"asks-at-the-step", "previews"}, {}},
    {"restarts", {}, {}},
    {"schedule_above_range", {}, {"schedule-within-range"}},
    {"schedule_drifts", {"schedule-same-twice"}, {}},
    {"schedule_emits_nothing", {"plain-schedule"}, {}},
    {"schedule_emits_twice", {"schedule-emits-once"}, {}},
    {"schedule_fails_at_one", {"schedule-one-step"}, {}},
    {"schedule_fine", {}, {}},
    {"schedule_from_zero", {"schedule-starts-positive"}, {}},
    {"schedule_hides_refusal", {"schedule-refusal-passed-on"}, {}},
    {"schedule_nan", {"schedule-finite", "schedule-many-steps"}, {}},
    {"schedule_rises", {"schedule-not-rising", "schedule-many-steps"}, {}},
    {"schedule_too_long", {"schedule-length"}, {}},
    {"schedule_writes_model", {"schedule-model-unchanged"}, {}},
    {"slow_to_load", {"scan-time"}, {}},
    {"static_tls", {"no-static-tls"}, {}},
    {"takes_signals", {"process-unchanged"}, {}},
    {"throws", {"exceptions-contained"}, {}},
    {"throws_always", {"plain-run"}, {}},
    {"undeclared_noise", {"noise-as-declared"}, {}},
    {"undeclared_split", {"split-as-declared"}, {"no-steady-allocation"}},
    {"unique_symbol", {"no-unique-symbols"}, {"unloads"}},
    {"wants_one_size", {"newer-host"}, {}},
    {"writes_over_handle", {"guards-intact"}, {}},
    {"writes_sigmas", {"inputs-unchanged"}, {}},
    {"wrong_model_calls", {"model-calls"}, {}},
    {"wrong_order", {"order", "order-on-uneven-steps"}, {"order-away-from-defaults"}},
};

class BrokenPlugin : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPlugin, FailsWhatIsAboutItsFaultAndNothingElse) {
  // One sleeps in each process: more of them at once than there are processors. One of them hangs.
  ChildLimits limits{.seconds = 60, .at_once = 8};
  if (std::string(GetParam().name) == "loops_forever") limits.seconds = 3;
  const Report report = validate(fixture("broken", GetParam().name), {}, limits);
  Names fails = names_with(report, Outcome::fail);
  if (kSanitized && std::string(GetParam().name) == "unique_symbol") fails.erase("one-exported-symbol");
  EXPECT_EQ(fails, GetParam().fails);
  EXPECT_EQ(names_with(report, Outcome::warn), GetParam().warns);
}

std::string name_of(const testing::TestParamInfo<Broken>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Plugins, BrokenPlugin, testing::ValuesIn(kBroken), name_of);

TEST(BrokenPlugins, AreAllInTheTable) {
  for (const auto& entry : std::filesystem::directory_iterator(fixture("broken", "").parent_path())) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".so" || name.starts_with("lib")) continue;
    EXPECT_TRUE(std::any_of(std::begin(kBroken), std::end(kBroken), [&](const Broken& broken) {
      return broken.name == name;
    })) << name;
  }
}

TEST(BrokenPlugins, AreToldWhatIsWrongWithThem) {
  const auto detail = [](const char* plugin, const char* check) {
    return detail_of(validate(fixture("broken", plugin), {check}, {.seconds = 1}), check);
  };
  EXPECT_EQ(detail("wrong_order", "order"), "spoilt: with a flow model, measured 0.999, declared 2");
  EXPECT_EQ(detail("climbs", "sigmas-reported"),
            "spoilt: sigma rises to 10.4 in step 2; it may where the index repeats");
  EXPECT_EQ(
      detail("biased_noise", "variance-by-step"),
      "spoilt: off by 8.17 % in 100 steps and by 8.77 % in 200; a method that has no limit with noise "
      "declares so (no_limit)");
  EXPECT_EQ(detail("crashes", "repeated-sigmas"), kSanitized
                                                      ? "spoilt: ended the process, with exit code 1"
                                                      : "spoilt: died of SIGSEGV (Segmentation fault)");
  EXPECT_EQ(detail("exits", "repeated-sigmas"), "spoilt: ended the process, with exit code 0");
  EXPECT_EQ(detail("loops_forever", "repeated-sigmas"), "spoilt: did not end within 1.0 seconds");
  EXPECT_EQ(detail("goes_on_after_stop", "stops-at-once"),
            "spoilt: stopped at step 1: called the model 1 times more");
  EXPECT_EQ(detail("wrong_model_calls", "model-calls"), "spoilt: 2 model calls in 2 steps, 3 declared");
  EXPECT_EQ(detail("one_status_for_all", "memory-refused"),
            "spoilt: tensor 1 of 1 fails: KS_OUT_OF_MEMORY becomes KS_ERROR");
  EXPECT_EQ(detail("schedule_rises", "schedule-not-rising"),
            "line: eps, 2 steps: sigma 2 is 14.6, after 7.31");
}

}  // namespace
}  // namespace ksampler::conformance
