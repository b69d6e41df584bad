// Every public case of ComfyUI's own KSampler: same settings, same latent, within the case's tolerance.
#include "tests/sampling/parity_case.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <ostream>

namespace ksampler::parity {

void PrintTo(const Case& c, std::ostream* out) { *out << c.record.dump(); }

namespace {

class Parity : public testing::TestWithParam<Case> {};

TEST_P(Parity, EqualsTheReferenceLatent) {
  const Case& c = GetParam();
  const Sampled sampled = ksample(settings_of(c), registry());
  const at::Tensor reference = reference_of(c);
  ASSERT_EQ(sampled.samples.sizes(), reference.sizes());
  const double difference = (sampled.samples - reference).abs().max().item<double>();
  // The tolerance is the case's own: what rounding alone may change (tests/data/parity/README.md).
  const double tolerance = c.record.at("tolerance");
  RecordProperty("difference", std::to_string(difference));
  EXPECT_LE(difference, tolerance);
  EXPECT_EQ(sampled.model_calls, c.record.at("model_calls").get<std::uint64_t>());
}

INSTANTIATE_TEST_SUITE_P(Public, Parity, testing::ValuesIn(cases("cases.jsonl")),
                         [](const auto& instance) { return instance.param.name(); });

}  // namespace
}  // namespace ksampler::parity
