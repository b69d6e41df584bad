#include "host/embed/arguments.hpp"
#include "host/model/noising/model_sampling.hpp"
#include "host/session/noise_source.hpp"

#include <ks/host.h>

#include <cmath>
#include <utility>

using namespace ksampler;
using namespace ksampler::embed;

struct ks_levels {
  ModelSampling sampling;
};

namespace {

template <typename Make>
ks_status made(ks_levels** levels, const Make& make) {
  return answered([&] {
    if (levels == nullptr) throw BadArgument("there is no place for the levels");
    *levels = nullptr;
    *levels = new ks_levels{make()};
  });
}

}  // namespace

ks_status ks_levels_named(const char* name, ks_levels** levels) {
  return made(levels, [&] {
    if (name == nullptr) throw BadArgument("the name of the levels is null");
    return ModelSampling::named(name);
  });
}

ks_status ks_levels_flow(double shift, double multiplier, ks_levels** levels) {
  return made(levels, [&] {
    if (!(std::isfinite(shift) && shift > 0 && std::isfinite(multiplier) && multiplier > 0)) {
      throw BadArgument("the shift and the multiplier of a flow: expected finite numbers above 0");
    }
    return ModelSampling::flow(shift, multiplier);
  });
}

ks_status ks_levels_table(const double* sigmas, uint32_t count, uint32_t prediction,
                          ks_levels** levels) {
  return made(levels, [&] {
    if (sigmas == nullptr || count == 0) throw BadArgument("the table of noise levels is empty");
    if (prediction > KS_PREDICTION_FLOW) throw BadArgument("that is no KS_PREDICTION_...");
    std::vector<float> table;
    for (std::uint32_t i = 0; i < count; ++i) table.push_back(static_cast<float>(sigmas[i]));
    return ModelSampling::table(prediction, std::move(table));
  });
}

const ks_model_sampling* ks_levels_model(const ks_levels* levels) {
  return levels == nullptr ? nullptr : levels->sampling.abi();
}

void ks_levels_free(ks_levels* levels) { delete levels; }

ks_status ks_initial_noise(uint64_t seed, uint32_t profile, uint32_t items, uint64_t elements,
                           const int64_t* batch_index, float* noise) {
  return answered([&] {
    if (noise == nullptr) throw BadArgument("there is no place for the noise");
    if (profile > KS_PROFILE_BATCH_INVARIANT) throw BadArgument("that is no profile of drawn noise");
    NoiseSettings settings{.seed = seed, .profile = static_cast<NoiseProfile>(profile)};
    if (batch_index != nullptr) settings.batch_index.emplace(batch_index, batch_index + items);
    const InitialNoise drawn = initial_noise({items, elements}, settings);
    std::copy(drawn.noise.begin(), drawn.noise.end(), noise);
  });
}
