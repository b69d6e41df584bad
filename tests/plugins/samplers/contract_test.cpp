// What every sampler owes to its host: the model calls that it declares, stops and errors passed on,
// nothing kept, nothing allocated once it is under way.
#include "tests/plugins/samplers/cases.hpp"

namespace ksampler::toy {
namespace {

class Contract : public testing::TestWithParam<SamplerCase> {
 protected:
  const SamplerCase& sampler_case() const { return GetParam(); }

  ks_status run(Host& host) {
    return host.sample(*sampler_case().sampler.create(), sampler_case().info());
  }
};

TEST_P(Contract, CallsTheModelAsOftenAsItDeclares) {
  const ks_sampler_info& info = sampler_case().info();
  if (info.model_calls_last == 0) GTEST_SKIP() << "declares that the number is not known";
  for (const std::uint32_t steps : {1u, 2u, 3u, 10u}) {
    Host host;
    set_up(host, sampler_case(), steps);
    ASSERT_EQ(run(host), KS_OK) << host.message;
    std::uint32_t expected = info.model_calls_last;
    if (steps > 1) expected += info.model_calls_second_last;
    if (steps > 2) expected += (steps - 2) * info.model_calls;
    EXPECT_EQ(host.counters.model_calls, expected) << steps << " steps";
    // dpm_fast takes up to three of its calls in one step.
    if (sampler_case().id() != "dpm_fast") {
      EXPECT_EQ(host.counters.steps, steps);
    }
  }
}

TEST_P(Contract, ReturnsAtOnceWhenTheUserStops) {
  for (const std::uint32_t at : {1u, 2u}) {
    Host host;
    set_up(host, sampler_case(), 6);
    host.stop_at_step = at;
    const std::uint32_t steps_seen = [&] {
      EXPECT_EQ(run(host), KS_STOPPED);
      return host.counters.steps;
    }();
    EXPECT_EQ(steps_seen, at);
    EXPECT_EQ(host.counters.model_calls, host.at_step.back().model_calls);
    EXPECT_EQ(host.counters.lincombs, host.at_step.back().lincombs);
    EXPECT_EQ(host.counters.live, 0u);
    EXPECT_EQ(host.message, "");
  }
}

TEST_P(Contract, PassesAFailureOfTheModelOn) {
  for (const std::uint32_t at : {1u, 2u, 5u}) {
    Host host;
    set_up(host, sampler_case(), 8);
    host.faults.model_call = at;
    EXPECT_EQ(run(host), KS_ERROR);
    EXPECT_EQ(host.message, "the model failed");
    EXPECT_EQ(host.counters.model_calls, at);
    EXPECT_EQ(host.counters.live, 0u);
  }
}

TEST_P(Contract, GivesAllTensorsBack) {
  Host host;
  set_up(host, sampler_case(), 7);
  ASSERT_EQ(run(host), KS_OK) << host.message;
  EXPECT_EQ(host.counters.live, 0u);
}

TEST_P(Contract, AllocatesNothingAfterItsFirstStep) {
  Host host;
  set_up(host, sampler_case(), 12);
  ASSERT_EQ(run(host), KS_OK) << host.message;
  ASSERT_GE(host.at_step.size(), 2u);
  EXPECT_EQ(host.counters.allocated, host.at_step[1].allocated);
}

TEST_P(Contract, ReportsRisingIndicesAndFallingSigmas) {
  Host host;
  set_up(host, sampler_case(), 9);
  Vector sigmas;
  std::vector<std::uint32_t> indices;
  host.on_step = [&](const ks_step& step) {
    sigmas.push_back(step.sigma);
    indices.push_back(step.index);
  };
  ASSERT_EQ(run(host), KS_OK) << host.message;
  EXPECT_EQ(indices.front(), 0u);
  // The levels of a Runge-Kutta sampler pass through logarithms, and those of uni_pc through float32.
  EXPECT_NEAR(sigmas.front(), host.sigmas.front(), 1e-6 * host.sigmas.front());
  for (std::size_t i = 0; i + 1 < sigmas.size(); ++i) {
    EXPECT_GT(indices[i + 1], indices[i]);
    EXPECT_LE(sigmas[i + 1], sigmas[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Samplers, Contract, testing::ValuesIn(all_samplers()), case_name);

TEST(Cost, OfAStepIsOnePassOverTheLatentWhereTheFormulaAllowsIt) {
  // Fused linear combinations in 10 steps to 0, by hand from the formulas: one for each state that the
  // model is called at, and one for each prediction or derivative kept in another form.
  const std::map<std::string, std::uint32_t> expected = {
      {"euler", 10},
      {"ddim", 10},
      {"euler_ancestral", 10},
      {"ddpm", 10},
      {"lcm", 10},
      {"euler_cfg_pp", 10},
      {"euler_ancestral_cfg_pp", 10},
      {"dpmpp_2m", 10},
      {"dpmpp_2m_cfg_pp", 10},
      {"dpmpp_2m_sde", 10},
      {"dpmpp_3m_sde", 10},
      {"res_multistep", 10},
      {"heun", 19},
      {"dpm_2", 19},
      {"dpmpp_sde", 19},
      {"exp_heun_2_x0", 19},
      {"lms", 19},
      {"ipndm", 19},
      {"ipndm_v", 19},
      {"deis", 19},
      {"gradient_estimation", 19},
      {"er_sde", 18},  // slopes from the second step on
      {"heunpp2", 27},
  };
  for (const auto& [id, lincombs] : expected) {
    const SamplerCase sampler_case = sampler_named(id);
    Host host;
    set_up(host, sampler_case, 10);
    ASSERT_EQ(host.sample(*sampler_case.sampler.create(), sampler_case.info()), KS_OK) << host.message;
    EXPECT_EQ(host.counters.lincombs, lincombs) << id;
  }
}

}  // namespace
}  // namespace ksampler::toy
