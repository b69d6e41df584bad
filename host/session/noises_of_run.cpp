#include "host/session/noises_of_run.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {

// One source in the run.
struct NoisesOfRun::Link {
  MadeNoise made;
  std::unique_ptr<NoiseSource> further;  // before the run that draws from it
  RunCompanion<ks_noise> companion;
  std::uint32_t draws = 0;

  Link(const MadeNoise& made_, std::unique_ptr<NoiseSource> further_, AbiRunSettings settings,
       std::unique_ptr<Space> space)
      : made(made_),
        further(std::move(further_)),
        companion(sentence("noise {}", quote(made.description.id)), made.instance,
                  drawing_from(*further, std::move(settings)), std::move(space)) {}

 private:
  static AbiRunSettings drawing_from(NoiseSource& further, AbiRunSettings settings) {
    settings.asker = Asker::noise;
    settings.noise = &further;
    return settings;
  }
};

NoisesOfRun::NoisesOfRun(const std::vector<MadeNoise>& noises, const NoiseSettings& settings,
                         const AbiRunSettings& run, const NoiseSize& size,
                         const MakeSpace& make_space) {
  for (const MadeNoise& noise : noises) {
    auto further = further_noise(size, settings, links_.size());
    links_.push_back(std::make_unique<Link>(noise, std::move(further), run, make_space()));
  }
  for (const auto& link : links_) link->companion.begin();
}

NoisesOfRun::~NoisesOfRun() = default;

void NoisesOfRun::shape_with(Link& link, const RunTensor& noise, double sigma, double sigma_next) {
  HostRun& host = link.companion.host();
  ks_noise_draw draw{};
  draw.size = sizeof draw;
  draw.index = link.draws++;
  draw.sigma = sigma;
  draw.sigma_next = sigma_next;
  draw.noise = host.space.adopt(noise);
  ks_tensor* const given = draw.noise;
  ks_noise* const source = link.companion.object();
  link.companion.call(sentence(" at sigma {:f}", sigma == 0 ? sigma_next : sigma),
                      [&] { return source->shape(source, &host.abi, &draw); });
  host.space.release(given);
}

void NoisesOfRun::shape_start(const RunTensor& noise, double sigma) {
  for (const auto& link : links_) {
    if (link->made.at_start) shape_with(*link, noise, 0.0, sigma);
  }
}

void NoisesOfRun::shape_step(const RunTensor& noise, double sigma, double sigma_next) {
  for (const auto& link : links_) {
    if (link->made.at_steps) shape_with(*link, noise, sigma, sigma_next);
  }
}

std::uint64_t NoisesOfRun::waits() const {
  std::uint64_t waits = 0;
  for (const auto& link : links_) waits += link->companion.host().waits;
  return waits;
}

namespace {

class ShapedByPlugins : public NoiseSource {
 public:
  ShapedByPlugins(std::function<NoisesOfRun&(const RunTensor&)> noises,
                  std::unique_ptr<NoiseSource> source)
      : noises_(std::move(noises)), source_(std::move(source)) {}

  void draw(Memory& memory, const RunTensor& out, double sigma, double sigma_next) override {
    source_->draw(memory, out, sigma, sigma_next);
    noises_(out).shape_step(out, sigma, sigma_next);
  }
  void expect(double sigma, double sigma_next) override { source_->expect(sigma, sigma_next); }

 private:
  std::function<NoisesOfRun&(const RunTensor&)> noises_;
  std::unique_ptr<NoiseSource> source_;
};

}  // namespace

bool shape_steps(const std::vector<MadeNoise>& noises) {
  return std::any_of(noises.begin(), noises.end(),
                     [](const MadeNoise& noise) { return noise.at_steps; });
}

std::unique_ptr<NoiseSource> shaped_by(std::function<NoisesOfRun&(const RunTensor&)> noises,
                                       std::unique_ptr<NoiseSource> source) {
  if (source == nullptr) return source;
  return std::make_unique<ShapedByPlugins>(std::move(noises), std::move(source));
}

}  // namespace ksampler
