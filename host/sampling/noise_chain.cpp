#include "host/sampling/noise_chain.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/sampling/run_companion.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {

std::vector<MadeNoise> make_noises(const Registry& registry, const std::vector<ModelNoise>& noises) {
  std::vector<MadeNoise> made;
  for (const ModelNoise& noise : noises) {
    std::vector<NamedParam> params;
    for (const auto& [id, value] : noise.params) params.push_back({id, value});
    made.push_back({*registry.noise(noise.name).noise,
                    std::make_shared<NoiseInstance>(registry.make_noise(noise.name, params)),
                    noise.at_start, noise.at_steps});
  }
  return made;
}

// One source in the run.
struct NoiseChain::Link {
  MadeNoise made;
  std::unique_ptr<NoiseSource> further;  // before the run that draws from it
  RunCompanion<ks_noise> companion;
  std::uint32_t draws = 0;

  Link(MadeNoise made_, std::unique_ptr<NoiseSource> further_, AbiRunSettings settings,
       const at::Tensor& prototype)
      : made(std::move(made_)),
        further(std::move(further_)),
        companion(sentence("noise {}", quote(made.description.id)), made.instance,
                  drawing_from(*further, std::move(settings)), prototype) {}

 private:
  static AbiRunSettings drawing_from(NoiseSource& further, AbiRunSettings settings) {
    settings.asker = Asker::noise;
    settings.noise = &further;
    return settings;
  }
};

NoiseChain::NoiseChain(std::vector<MadeNoise> noises, const NoiseSettings& settings,
                       const AbiRunSettings& run, const at::Tensor& prototype) {
  for (MadeNoise& noise : noises) {
    auto further = further_noise(prototype, settings, links_.size());
    links_.push_back(std::make_unique<Link>(std::move(noise), std::move(further), run, prototype));
  }
  for (const auto& link : links_) link->companion.begin();
}

NoiseChain::~NoiseChain() = default;

void NoiseChain::shape_with(Link& link, at::Tensor& noise, double sigma, double sigma_next) {
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

void NoiseChain::shape_start(at::Tensor& noise, double sigma) {
  for (const auto& link : links_) {
    if (link->made.at_start) shape_with(*link, noise, 0.0, sigma);
  }
}

void NoiseChain::shape_step(at::Tensor& noise, double sigma, double sigma_next) {
  for (const auto& link : links_) {
    if (link->made.at_steps) shape_with(*link, noise, sigma, sigma_next);
  }
}

std::uint64_t NoiseChain::waits() const {
  std::uint64_t waits = 0;
  for (const auto& link : links_) waits += link->companion.host().waits;
  return waits;
}

namespace {

class ShapedByChain : public NoiseSource {
 public:
  ShapedByChain(std::function<NoiseChain&(at::IntArrayRef)> chain, std::unique_ptr<NoiseSource> source)
      : chain_(std::move(chain)), source_(std::move(source)) {}

  void draw(at::Tensor& out, double sigma, double sigma_next) override {
    source_->draw(out, sigma, sigma_next);
    chain_(out.sizes()).shape_step(out, sigma, sigma_next);
  }
  void expect(double sigma, double sigma_next) override { source_->expect(sigma, sigma_next); }

 private:
  std::function<NoiseChain&(at::IntArrayRef)> chain_;
  std::unique_ptr<NoiseSource> source_;
};

}  // namespace

bool shape_steps(const std::vector<MadeNoise>& noises) {
  return std::any_of(noises.begin(), noises.end(),
                     [](const MadeNoise& noise) { return noise.at_steps; });
}

std::unique_ptr<NoiseSource> shaped_by(std::function<NoiseChain&(at::IntArrayRef)> chain,
                                       std::unique_ptr<NoiseSource> source) {
  if (source == nullptr) return source;
  return std::make_unique<ShapedByChain>(std::move(chain), std::move(source));
}

}  // namespace ksampler
