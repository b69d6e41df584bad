// The noise that samplers ask for during a run, by the kind that they declare and the profile of the
// pipeline.
#ifndef KSAMPLER_SESSION_NOISE_SOURCE_HPP
#define KSAMPLER_SESSION_NOISE_SOURCE_HPP

#include "host/plain/generator.hpp"
#include "host/plain/workers.hpp"
#include "host/plugin/description.hpp"
#include "host/session/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

enum class NoiseProfile {
  // ComfyUI's: one generator for a whole batch, so that an item depends on the batch that it is in.
  comfy,
  // A generator for each item, keyed by seed and item: item i of any batch is the image that it would
  // be alone. Item 0 is the same as in `comfy`.
  batch_invariant,
};
// "comfy" or "batch-invariant". Throws Error with the nearest.
NoiseProfile noise_profile(const std::string& name);

// How much noise is drawn at once: that of a batch.
struct NoiseSize {
  std::size_t items = 1;
  std::size_t item = 0;  // elements of one
  std::size_t all() const { return items * item; }
};

// Noise in main memory, as it is drawn.
class WhiteNoise {
 public:
  virtual ~WhiteNoise() = default;
  // Fills `out`, as many elements as a latent has, for the step from sigma to sigma_next.
  virtual void fill(float* out, double sigma, double sigma_next) = 0;
  // Says which draw will probably be asked for next; a source may begin with it.
  virtual void expect(double /*sigma*/, double /*sigma_next*/) {}
};

class NoiseSource {
 public:
  virtual ~NoiseSource() = default;
  // Fills `out`, a latent of `memory`, with noise of unit variance for the step from sigma to
  // sigma_next.
  virtual void draw(Memory& memory, const RunTensor& out, double sigma, double sigma_next) = 0;
  virtual void expect(double /*sigma*/, double /*sigma_next*/) {}
};

// What the noise of a run is made from.
struct NoiseSettings {
  std::uint64_t seed = 0;
  NoiseProfile profile = NoiseProfile::comfy;
  std::optional<std::vector<std::int64_t>> batch_index = {};
};

// The initial noise of a latent, and the generators in the state that it left them in, for samplers
// that go on with them (KS_NOISE_CONTINUED).
struct InitialNoise {
  std::vector<float> noise;
  std::vector<Generator> generators;
};
InitialNoise initial_noise(const NoiseSize& size, const NoiseSettings& settings);

// `sigmas` bound the Brownian path: its least positive and its largest. `continued`: the generators of
// the initial noise. Null for NoiseKind::none. The noise of large latents is drawn ahead, on another
// thread, but where `workers` are none.
std::unique_ptr<NoiseSource> make_noise_source(NoiseKind kind, const NoiseSize& size,
                                               const NoiseSettings& settings,
                                               std::span<const double> sigmas,
                                               std::vector<Generator> continued,
                                               const Workers& workers = no_helpers());

// What a run makes of the noise that it hands out, in this order.
struct NoiseShape {
  double clip_std = 0.0;  // cut off at so many standard deviations of the draw; 0: nowhere
  double scale = 1.0;
  bool by_item = false;  // each item of the batch has a standard deviation of its own
};

// `source`, or null where it is null, with each draw so shaped.
std::unique_ptr<NoiseSource> shaped(std::unique_ptr<NoiseSource> source, const NoiseShape& shape);

// More white noise, for source `which` of those that shape a run's, from a generator of its own (for
// each item, where the profile has such).
std::unique_ptr<NoiseSource> further_noise(const NoiseSize& size, const NoiseSettings& settings,
                                           std::size_t which);

// What the noise of run `which`, of those inside of a run, is made from: another seed each time, which
// no other generator of the run has.
NoiseSettings noise_inside(const NoiseSettings& settings, std::size_t which);

// The seed of everything that is drawn during a run rather than before it (ComfyUI: seed + 1; 2^64-1
// goes on at 0).
constexpr std::uint64_t run_seed(std::uint64_t seed) { return seed + 1; }

}  // namespace ksampler

#endif
