#include "host/serve/pictures/a1111_names.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

namespace ksampler::test {
namespace {

const std::vector<std::string> kSamplers = {"dpmpp_2m", "dpmpp_2m_sde", "euler", "euler_ancestral",
                                            "mine"};
const std::vector<std::string> kSchedulers = {"karras", "normal", "sgm_uniform"};

TEST(NamesOfTheWebUi, MeanOurSamplersWhateverTheirCase) {
  EXPECT_EQ(a1111_sampler("Euler a", kSamplers).sampler, "euler_ancestral");
  EXPECT_EQ(a1111_sampler("dpm++ 2m sde", kSamplers).sampler, "dpmpp_2m_sde");
  EXPECT_EQ(a1111_sampler("mine", kSamplers).sampler, "mine");
}

TEST(NamesOfTheWebUi, MayHaveTheSchedulerInThem) {
  const SamplerAndScheduler both = a1111_sampler("DPM++ 2M Karras", kSamplers);
  EXPECT_EQ(both.sampler, "dpmpp_2m");
  EXPECT_EQ(both.scheduler, "karras");
  EXPECT_EQ(a1111_sampler("DPM++ 2M", kSamplers).scheduler, std::nullopt);
}

TEST(NamesOfTheWebUi, AreRefusedWhereNoPluginHasThem) {
  EXPECT_EQ(error_text([] { a1111_sampler("DPM++ 2N", kSamplers); }),
            "there is no sampler 'DPM++ 2N'; did you mean 'DPM++ 2M'?");
  EXPECT_EQ(error_text([] { a1111_scheduler("Karas", kSchedulers); }),
            "there is no scheduler 'Karas'; did you mean 'karras'?");
  EXPECT_NE(error_text([] { a1111_sampler("Heun", kSamplers); }), "no error");
}

TEST(NamesOfTheWebUi, LeaveTheSchedulerWhereItIsAutomatic) {
  EXPECT_EQ(a1111_scheduler("Automatic", kSchedulers), std::nullopt);
  EXPECT_EQ(a1111_scheduler("SGM Uniform", kSchedulers), "sgm_uniform");
}

TEST(NamesOfTheWebUi, AreThoseThatListsShow) {
  EXPECT_EQ(a1111_sampler_label("euler_ancestral"), "Euler a");
  EXPECT_EQ(a1111_sampler_label("mine"), "mine");
  EXPECT_EQ(a1111_scheduler_label("sgm_uniform"), "SGM Uniform");
}

}  // namespace
}  // namespace ksampler::test
