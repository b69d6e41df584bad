#include "host/sampling/noise_source.hpp"

#include "host/base/conventions.hpp"
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/sampling/noise_ahead.hpp"
#include "host/tensor/brownian.hpp"
#include "host/tensor/noise.hpp"

#include <ATen/Functions.h>

#include <algorithm>

namespace ksampler {
namespace {

// A seed for one item of a batch: the seed itself for item 0, otherwise spread over all 64 bits, so
// that neighbouring seeds and items share nothing (SplitMix64, Steele et al. 2014).
std::uint64_t item_seed(std::uint64_t seed, std::int64_t item) {
  if (item == 0) return seed;
  std::uint64_t z = seed + static_cast<std::uint64_t>(item) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::int64_t item_number(const NoiseSettings& settings, std::int64_t item) {
  return settings.batch_index ? settings.batch_index->at(static_cast<std::size_t>(item)) : item;
}

std::vector<at::Generator> item_generators(std::int64_t items, const NoiseSettings& settings,
                                           std::uint64_t seed) {
  std::vector<at::Generator> generators;
  for (std::int64_t i = 0; i < items; ++i) {
    generators.push_back(seeded_generator(item_seed(seed, item_number(settings, i))));
  }
  return generators;
}

// Brings noise of the CPU, float32, into a latent of any type and device.
class OnCpu : public NoiseSource {
 public:
  explicit OnCpu(at::IntArrayRef shape) : buffer_(at::empty(shape, at::kFloat)) {}

  void draw(at::Tensor& out, double sigma, double sigma_next) final {
    if (out.is_cpu() && out.scalar_type() == at::kFloat) {
      fill(out, sigma, sigma_next);
      return;
    }
    fill(buffer_, sigma, sigma_next);
    out.copy_(buffer_);
  }

 protected:
  virtual void fill(at::Tensor& out, double sigma, double sigma_next) = 0;

 private:
  at::Tensor buffer_;
};

// One generator for the batch, or one for each item.
class Gaussian : public OnCpu {
 public:
  Gaussian(at::IntArrayRef shape, std::vector<at::Generator> generators)
      : OnCpu(shape), generators_(std::move(generators)) {}

 protected:
  void fill(at::Tensor& out, double, double) override {
    if (generators_.size() == 1) {
      normal_into(out, generators_[0]);
      return;
    }
    for (std::size_t i = 0; i < generators_.size(); ++i) {
      at::Tensor item = out.select(0, static_cast<std::int64_t>(i));
      normal_into(item, generators_[i]);
    }
  }

 private:
  std::vector<at::Generator> generators_;
};

// One path for the batch, or one for each item.
class Brownian : public OnCpu {
 public:
  Brownian(at::IntArrayRef shape, const NoiseSettings& settings, std::span<const double> sigmas)
      : OnCpu(shape) {
    double low = sigmas.front();
    for (const double sigma : sigmas) {
      if (sigma > 0) low = std::min(low, sigma);
    }
    const double high = *std::max_element(sigmas.begin(), sigmas.end());
    if (settings.profile == NoiseProfile::comfy) {
      trees_.push_back(std::make_unique<BrownianTree>(shape, low, high, settings.seed));
      return;
    }
    std::vector<std::int64_t> item_shape = shape.vec();
    item_shape[0] = 1;
    for (std::int64_t i = 0; i < shape[0]; ++i) {
      const std::uint64_t seed = item_seed(settings.seed, item_number(settings, i));
      trees_.push_back(std::make_unique<BrownianTree>(item_shape, low, high, seed));
    }
  }

  void expect(double sigma, double sigma_next) override {
    for (const auto& tree : trees_) tree->prefetch(sigma, sigma_next);
  }

 protected:
  void fill(at::Tensor& out, double sigma, double sigma_next) override {
    if (trees_.size() == 1) {
      trees_[0]->increment_into(out, sigma, sigma_next);
      return;
    }
    for (std::size_t i = 0; i < trees_.size(); ++i) {
      at::Tensor item = out.narrow(0, static_cast<std::int64_t>(i), 1);
      trees_[i]->increment_into(item, sigma, sigma_next);
    }
  }

 private:
  std::vector<std::unique_ptr<BrownianTree>> trees_;
};

}  // namespace

namespace {

class Shaped : public NoiseSource {
 public:
  Shaped(std::unique_ptr<NoiseSource> source, const NoiseShape& shape)
      : source_(std::move(source)), shape_(shape) {}

  void draw(at::Tensor& out, double sigma, double sigma_next) override {
    source_->draw(out, sigma, sigma_next);
    if (shape_.clip_std > 0.0 && shape_.by_item) {
      for (std::int64_t i = 0; i < out.size(0); ++i) clip(out.select(0, i));
    } else if (shape_.clip_std > 0.0) {
      clip(out);
    }
    if (shape_.scale != 1.0) out.mul_(shape_.scale);
  }
  void expect(double sigma, double sigma_next) override { source_->expect(sigma, sigma_next); }

 private:
  void clip(at::Tensor noise) const {
    const double limit = shape_.clip_std * noise.std().item<double>();
    noise.clamp_(-limit, limit);
  }

  std::unique_ptr<NoiseSource> source_;
  NoiseShape shape_;
};

}  // namespace

std::unique_ptr<NoiseSource> shaped(std::unique_ptr<NoiseSource> source, const NoiseShape& shape) {
  if (source == nullptr || (shape.clip_std <= 0.0 && shape.scale == 1.0)) return source;
  return std::make_unique<Shaped>(std::move(source), shape);
}

NoiseProfile noise_profile(const std::string& name) {
  const auto at = std::ranges::find(profiles(), name);  // which has the order of the enumerators
  if (at == profiles().end())
    throw Error(sentence("unknown profile '{}'{}", name, suggestion(name, profiles())));
  return static_cast<NoiseProfile>(at - profiles().begin());
}

InitialNoise initial_noise(at::IntArrayRef shape, const NoiseSettings& settings) {
  InitialNoise initial;
  if (settings.profile == NoiseProfile::comfy) {
    initial.generators.push_back(seeded_generator(settings.seed));
    initial.noise = prepare_noise(shape, initial.generators[0], settings.batch_index);
    return initial;
  }
  initial.generators = item_generators(shape[0], settings, settings.seed);
  initial.noise = at::empty(shape, at::kFloat);
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    at::Tensor item = initial.noise.select(0, i);
    normal_into(item, initial.generators[static_cast<std::size_t>(i)]);
  }
  return initial;
}

namespace {

std::unique_ptr<NoiseSource> make_plain(NoiseKind kind, at::IntArrayRef shape,
                                        const NoiseSettings& settings, std::span<const double> sigmas,
                                        std::vector<at::Generator> continued) {
  switch (kind) {
    case NoiseKind::none:
      return nullptr;
    case NoiseKind::gaussian: {
      const std::uint64_t seed = run_seed(settings.seed);
      if (settings.profile == NoiseProfile::comfy) {
        return std::make_unique<Gaussian>(shape, std::vector{seeded_generator(seed)});
      }
      return std::make_unique<Gaussian>(shape, item_generators(shape[0], settings, seed));
    }
    case NoiseKind::brownian:
      return std::make_unique<Brownian>(shape, settings, sigmas);
    case NoiseKind::continued:
      return std::make_unique<Gaussian>(shape, std::move(continued));
  }
  return nullptr;
}

// Draws nothing, and takes no memory, before it is asked.
class FurtherNoise : public NoiseSource {
 public:
  FurtherNoise(at::IntArrayRef shape, NoiseSettings settings)
      : shape_(shape.vec()), settings_(std::move(settings)) {}

  void draw(at::Tensor& out, double sigma, double sigma_next) override {
    if (source_ == nullptr) source_ = make_plain(NoiseKind::gaussian, shape_, settings_, {}, {});
    source_->draw(out, sigma, sigma_next);
  }

 private:
  std::vector<std::int64_t> shape_;
  NoiseSettings settings_;
  std::unique_ptr<NoiseSource> source_;
};

// Below this, handing a draw to a thread costs more than the draw.
constexpr std::int64_t kWorthAThread = 8192;

}  // namespace

std::unique_ptr<NoiseSource> further_noise(const at::Tensor& like, const NoiseSettings& settings,
                                           std::size_t which) {
  NoiseSettings further = settings;
  // Spread as the items' are, from the other end of their numbers: no generator of a run has this seed.
  further.seed = item_seed(settings.seed, -1 - static_cast<std::int64_t>(which));
  return std::make_unique<FurtherNoise>(like.sizes(), std::move(further));
}

NoiseSettings noise_inside(const NoiseSettings& settings, std::size_t which) {
  constexpr std::int64_t kBeyondNoiseSources = 1 << 20;  // whose seeds are from the same end
  NoiseSettings inside = settings;
  inside.seed = item_seed(settings.seed, -1 - kBeyondNoiseSources - static_cast<std::int64_t>(which));
  return inside;
}

std::unique_ptr<NoiseSource> make_noise_source(NoiseKind kind, const at::Tensor& like,
                                               const NoiseSettings& settings,
                                               std::span<const double> sigmas,
                                               std::vector<at::Generator> continued) {
  auto source = make_plain(kind, like.sizes(), settings, sigmas, std::move(continued));
  // The Brownian path works ahead by itself; churn is off by default, and then nothing is asked for.
  if (kind != NoiseKind::gaussian || like.numel() < kWorthAThread) return source;
  return std::make_unique<NoiseAhead>(std::move(source), like);
}

}  // namespace ksampler
