// The public cases of ComfyUI's KSampler through ks/host.h: the session has the sampler, the noise and
// main memory; the model is LibTorch's, asked question by question.
#include "host/sampling/predictor.hpp"
#include "tests/sampling/parity_case.hpp"

#include <ks/host.hpp>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

namespace ksampler::parity {

void PrintTo(const Case& c, std::ostream* out) { *out << c.record.dump(); }

namespace {

const ks::Plugins& plugins() {
  static const ks::Plugins shipped({BINARY_DIR "/plugins"});
  return shipped;
}

// A mask is the host's own, and not the session's: those cases are the host's.
std::vector<Case> without_mask() {
  std::vector<Case> some;
  for (Case& c : cases("cases.jsonl")) {
    if (!c.has("noise_mask")) some.push_back(std::move(c));
  }
  return some;
}

class ParityThroughTheHostLibrary : public testing::TestWithParam<Case> {};

TEST_P(ParityThroughTheHostLibrary, EqualsTheReferenceLatent) {
  const Case& c = GetParam();
  const KSamplerSettings settings = settings_of(c);
  const ks::Levels levels(c.text("parameterization"));
  const ModelSampling& sampling = settings.model->sampling();
  std::vector<double> sigmas = plugins().sigmas(settings.scheduler.name, settings.steps, levels,
                                                settings.denoise, settings.sampler.name.c_str());
  sigmas =
      sigmas_between(sigmas, settings.start_at_step, settings.end_at_step, settings.force_full_denoise);
  if (sigmas.size() < 2) {  // nothing is to be done
    EXPECT_TRUE(at::equal(settings.latent.samples, reference_of(c)));
    return;
  }

  at::Tensor latent = settings.latent.samples.contiguous();
  at::Tensor noise = at::zeros_like(latent);
  const auto items = static_cast<std::uint32_t>(latent.size(0));
  const std::int64_t* const index =
      settings.latent.batch_index ? settings.latent.batch_index->data() : nullptr;
  if (settings.add_noise) {
    ASSERT_EQ(ks_initial_noise(settings.seed, KS_PROFILE_COMFY, items,
                               static_cast<std::uint64_t>(latent.numel()) / items, index,
                               noise.mutable_data_ptr<float>()),
              KS_OK);
  }
  const double maximum = sampling.sigma_max();
  const bool at_maximum =
      std::abs(maximum - sigmas[0]) <= 1e-5 * std::max(maximum, sigmas[0]) || sigmas[0] > maximum;
  const auto [a, b] = sampling.noise_scaling(sigmas[0], at_maximum);
  at::Tensor x = noise * a + latent * b;

  const SamplerDescription& description = *registry().sampler(settings.sampler.name).sampler;
  Predictor predictor(settings.model, cfg_guidance(settings.positive, settings.negative, settings.cfg),
                      x, description.unconditional);
  ks_chosen sampler{};
  sampler.size = sizeof sampler;
  sampler.name = settings.sampler.name.c_str();
  ks_session_settings made{};
  made.size = sizeof made;
  made.sampler = &sampler;
  made.sigmas = sigmas.data();
  made.sigma_count = static_cast<std::uint32_t>(sigmas.size());
  made.model = levels.model();
  made.items = items;
  made.channels = static_cast<std::uint32_t>(x.size(1));
  made.height = static_cast<std::uint32_t>(x.size(2));
  made.width = static_cast<std::uint32_t>(x.size(3));
  made.x = x.mutable_data_ptr<float>();
  made.seed = settings.seed;
  made.batch_index = index;
  made.cfg = settings.cfg;
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(plugins().get(), &made, &session), KS_OK) << ks_last_error();
  ks_want want{};
  want.size = sizeof want;
  ks_status status = KS_OK;
  const auto view = [&](const void* data) {
    return at::from_blob(const_cast<void*>(data), x.sizes(), at::kFloat);
  };
  while ((status = ks_session_next(session, &want)) == KS_OK && want.kind == KS_WANT_DENOISE) {
    at::Tensor denoised = view(want.out);
    at::Tensor unconditional = want.unconditional == nullptr ? at::Tensor() : view(want.unconditional);
    predictor.predict(view(want.x), want.sigma, denoised,
                      want.unconditional == nullptr ? nullptr : &unconditional);
  }
  ks_session_free(session);
  ASSERT_EQ(status, KS_OK) << ks_last_error();
  x.mul_(sampling.inverse_noise_scaling(sigmas.back()));
  const double difference = (x - reference_of(c)).abs().max().item<double>();
  // The tolerance is the case's own: what rounding alone may change (tests/data/parity/README.md).
  EXPECT_LE(difference, c.record.at("tolerance").get<double>());
  EXPECT_EQ(predictor.model_calls(), c.record.at("model_calls").get<std::uint64_t>());
}

INSTANTIATE_TEST_SUITE_P(Public, ParityThroughTheHostLibrary, testing::ValuesIn(without_mask()),
                         [](const auto& instance) { return instance.param.name(); });

}  // namespace
}  // namespace ksampler::parity
