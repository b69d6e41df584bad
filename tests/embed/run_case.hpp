// A run through ks/host.h for tests: on a Gaussian model, or what a test answers.
#ifndef KSAMPLER_TESTS_EMBED_RUN_CASE_HPP
#define KSAMPLER_TESTS_EMBED_RUN_CASE_HPP

#include <ks/host.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ksampler::test {

inline const ks::Plugins& shipped() {
  static const ks::Plugins plugins({BINARY_DIR "/plugins"});
  return plugins;
}

inline const ks::Levels& eps() {
  static const ks::Levels levels("eps");
  return levels;
}

inline ks_chosen chosen(const char* name) {
  ks_chosen made{};
  made.size = sizeof made;
  made.name = name;
  return made;
}

// What a session is made of; a test changes what it is about.
struct RunCase {
  std::vector<double> sigmas = {14.6, 6.0, 2.0, 0.7, 0.2, 0.0};
  std::uint32_t items = 2, channels = 4, height = 6, width = 5;
  std::vector<float> x = start(14.6);
  ks_chosen sampler = chosen("euler");
  ks_session_settings settings = [] {
    ks_session_settings made{};
    made.size = sizeof made;
    made.seed = 5;
    made.cfg = 3.0;
    return made;
  }();

  std::size_t size() const { return std::size_t{items} * channels * height * width; }
  std::vector<float> start(double sigma) const {
    std::vector<float> noise = ks::initial_noise(5, size());
    for (float& value : noise) value *= static_cast<float>(sigma);
    return noise;
  }

  // Kept by the caller, as the settings point here.
  const ks_session_settings& ready() {
    settings.sampler = &sampler;
    settings.sigmas = sigmas.data();
    settings.sigma_count = static_cast<std::uint32_t>(sigmas.size());
    settings.model = eps().model();
    settings.items = items;
    settings.channels = channels;
    settings.height = height;
    settings.width = width;
    if (settings.x == nullptr && settings.space == nullptr) settings.x = x.data();
    return settings;
  }
};

// E[x0 | x] of data with a standard deviation of 0.5, in float32.
inline void gaussian(const void* x, double sigma, void* out, std::size_t size, double scale = 1.0) {
  const auto shrink = static_cast<float>(scale * 0.25 / (0.25 + sigma * sigma));
  for (std::size_t i = 0; i < size; ++i) {
    static_cast<float*>(out)[i] = static_cast<const float*>(x)[i] * shrink;
  }
}

inline std::size_t size_of(const RunCase& run, const ks_want& want) {
  return std::size_t{run.items} * run.channels * want.height * want.width;
}

inline void answer(const RunCase& run, const ks_want& want) {
  if (want.kind != KS_WANT_DENOISE) return;
  const std::size_t size = size_of(run, want);
  gaussian(want.x, want.sigma, want.out, size);
  if (want.unconditional != nullptr) gaussian(want.x, want.sigma, want.unconditional, size, 0.5);
  if (want.negative != nullptr) gaussian(want.x, want.sigma, want.negative, size, 0.5);
  if (want.perturbed != nullptr) gaussian(want.x, want.sigma, want.perturbed, size, 0.75);
  if (want.second != nullptr) gaussian(want.x, want.sigma, want.second, size, 0.75);
  if (want.empty != nullptr) gaussian(want.x, want.sigma, want.empty, size, 0.25);
}

// Runs to the end, or to a failure; each question goes to `seen`, too.
inline ks_status run_whole(RunCase& run, const ks::Plugins& plugins = shipped(),
                           const std::function<void(const ks_want&)>& seen = {}) {
  ks_session* session = nullptr;
  ks_status status = ks_session_new(plugins.get(), &run.ready(), &session);
  ks_want want{};
  want.size = sizeof want;
  while (status == KS_OK) {
    status = ks_session_next(session, &want);
    if (status != KS_OK || want.kind == KS_WANT_NOTHING) break;
    if (seen) seen(want);
    answer(run, want);
  }
  ks_session_free(session);
  return status;
}

}  // namespace ksampler::test

#endif
