// A run in C++: what it adds to the ABI's.
#include <ks/sampler.hpp>

#include <gtest/gtest.h>

#include "host/conformance/toy_host.hpp"

namespace ksampler::toy {
namespace {

class RunTest : public testing::Test {
 protected:
  RunTest() {
    host_.sigmas = {1.0, 0.5, 0.0};
    host_.x = {1.0, 2.0};
    host_.denoiser = gaussian(0, 1, false);
  }
  Host host_;
};

TEST_F(RunTest, HandsOutTheStepsOfTheSchedule) {
  const ks::Run run(host_.abi());
  Vector seen;
  for (auto [i, sigma, sigma_next] : run.steps()) {
    EXPECT_EQ(i * 2, seen.size());
    seen.insert(seen.end(), {sigma, sigma_next});
  }
  EXPECT_EQ(seen, (Vector{1.0, 0.5, 0.5, 0.0}));
}

TEST_F(RunTest, IsToldWhatThePipelineAsksFor) {
  host_.cfg = 7.5;
  host_.items = 2;
  const ks::Task task = ks::Run(host_.abi()).task();
  EXPECT_EQ(task.items, 2u);
  EXPECT_EQ(task.channels * task.height * task.width, 1u);
  EXPECT_EQ(task.cfg, 7.5);
  EXPECT_EQ(task.family, "");
}

TEST_F(RunTest, LeavesStepsOfNoLengthOut) {
  host_.sigmas = {1.0, 1.0, 0.5, 0.5, 0.5, 0.0, 0.0};
  const ks::Run run(host_.abi());
  EXPECT_EQ(Vector(run.sigmas().begin(), run.sigmas().end()), (Vector{1.0, 0.5, 0.0}));
  host_.sigmas = {0.5, 0.5};
  const ks::Run still(host_.abi());
  for ([[maybe_unused]] const ks::Step step : still.steps()) FAIL() << "a step from 0.5 to 0.5";
}

TEST_F(RunTest, DenoisesIntoATensorThatIsReleased) {
  const ks::Run run(host_.abi());
  {
    ks::Tensor x = run.tensor();
    x = 0.0 * x;
    const ks::Tensor denoised = run.denoise(x, 1.0);
    EXPECT_EQ(host_.counters.live, 2u);
    EXPECT_EQ(run.norm(denoised), 0);
  }
  EXPECT_EQ(host_.counters.live, 0u);
}

TEST_F(RunTest, ReservesRoomSoThatLaterTensorsAllocateNothing) {
  const ks::Run run(host_.abi());
  run.reserve(3);
  EXPECT_EQ(host_.counters.allocated, 3u);
  EXPECT_EQ(host_.counters.live, 0u);
  const ks::Tensor a = run.tensor(), b = run.tensor(), c = run.tensor();
  EXPECT_EQ(host_.counters.allocated, 3u);
}

TEST_F(RunTest, ThrowsTheStatusOfAModelThatFails) {
  host_.faults.model_call = 1;
  const ks::Run run(host_.abi());
  const ks::Tensor x = run.tensor();
  try {
    const ks::Tensor denoised = run.denoise(x, 1.0);
    FAIL() << "nothing was thrown";
  } catch (const ks::Failure& failure) {
    EXPECT_EQ(failure.status(), KS_ERROR);
  }
  EXPECT_EQ(host_.message, "the model failed");
}

TEST_F(RunTest, TakesTheFirstSigmaBelowOneForAFlowOnly) {
  host_.flow = true;
  ks::Run flow(host_.abi());
  flow.offset_first_sigma();
  EXPECT_EQ(flow.sigmas()[0], static_cast<float>(1 - 1e-4));
  EXPECT_EQ(flow.sigmas()[1], 0.5);

  host_.flow = false;
  ks::Run additive(host_.abi());
  additive.offset_first_sigma();
  EXPECT_EQ(additive.sigmas()[0], 1.0);
}

TEST_F(RunTest, SplitsAStepAsTheModelMixesNoise) {
  EXPECT_EQ(ks::Run(host_.abi()).ancestral_step(0.8, 0.5, 1).scale, 1);
  host_.flow = true;
  EXPECT_LT(ks::Run(host_.abi()).ancestral_step(0.8, 0.5, 1).scale, 1);
}

TEST_F(RunTest, MeasuresTheErrorOfAnAdaptiveStep) {
  const ks_run* abi = host_.abi();
  const auto tensor = [abi](const Vector& values) {
    ks_tensor* made = nullptr;
    EXPECT_EQ(abi->tensors->create(abi, &made), KS_OK);
    made->values = values;
    return made;
  };
  const ks_tensor *low = tensor({1.0, 4.0}), *high = tensor({1.5, 3.0}),
                  *previous = tensor({2.0, -8.0});
  double error = 0;
  ASSERT_EQ(abi->tensors->error_norm(abi, low, high, previous, 0.5, 0.125, &error), KS_OK);
  // delta is max(0.5, 0.125 * 2) and max(0.5, 0.125 * 8).
  EXPECT_DOUBLE_EQ(error, std::sqrt((1.0 + 1.0) / 2));
}

}  // namespace
}  // namespace ksampler::toy
