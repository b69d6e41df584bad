#include "host/session/noise_source.hpp"

#include "host/base/conventions.hpp"
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plain/brownian.hpp"
#include "host/session/noise_ahead.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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

std::int64_t item_number(const NoiseSettings& settings, std::size_t item) {
  return settings.batch_index ? settings.batch_index->at(item) : static_cast<std::int64_t>(item);
}

std::vector<Generator> item_generators(std::size_t items, const NoiseSettings& settings,
                                       std::uint64_t seed) {
  std::vector<Generator> generators;
  for (std::size_t i = 0; i < items; ++i) {
    generators.emplace_back(item_seed(seed, item_number(settings, i)));
  }
  return generators;
}

// One generator for the batch, or one for each item.
class Gaussian : public WhiteNoise {
 public:
  Gaussian(const NoiseSize& size, std::vector<Generator> generators)
      : size_(size), generators_(std::move(generators)) {}

  void fill(float* out, double, double) override {
    if (generators_.size() == 1) return generators_[0].normals(out, size_.all());
    for (std::size_t i = 0; i < generators_.size(); ++i) {
      generators_[i].normals(out + i * size_.item, size_.item);
    }
  }

 private:
  NoiseSize size_;
  std::vector<Generator> generators_;
};

// One path for the batch, or one for each item.
class Brownian : public WhiteNoise {
 public:
  Brownian(const NoiseSize& size, const NoiseSettings& settings, std::span<const double> sigmas,
           const Workers& workers)
      : size_(size) {
    double low = sigmas.front();
    for (const double sigma : sigmas) {
      if (sigma > 0) low = std::min(low, sigma);
    }
    const double high = *std::max_element(sigmas.begin(), sigmas.end());
    if (settings.profile == NoiseProfile::comfy) {
      trees_.push_back(std::make_unique<BrownianTree>(size.all(), low, high, settings.seed, workers));
      return;
    }
    for (std::size_t i = 0; i < size.items; ++i) {
      const std::uint64_t seed = item_seed(settings.seed, item_number(settings, i));
      trees_.push_back(std::make_unique<BrownianTree>(size.item, low, high, seed, workers));
    }
  }

  void expect(double sigma, double sigma_next) override {
    for (const auto& tree : trees_) tree->prefetch(sigma, sigma_next);
  }

  void fill(float* out, double sigma, double sigma_next) override {
    if (trees_.size() == 1) return trees_[0]->increment_into(out, sigma, sigma_next);
    for (std::size_t i = 0; i < trees_.size(); ++i) {
      trees_[i]->increment_into(out + i * size_.item, sigma, sigma_next);
    }
  }

 private:
  NoiseSize size_;
  std::vector<std::unique_ptr<BrownianTree>> trees_;
};

// Draws nothing, and takes no memory, before it is asked.
class Later : public WhiteNoise {
 public:
  Later(const NoiseSize& size, NoiseSettings settings) : size_(size), settings_(std::move(settings)) {}
  void fill(float* out, double sigma, double sigma_next) override;

 private:
  NoiseSize size_;
  NoiseSettings settings_;
  std::unique_ptr<WhiteNoise> white_;
};

std::unique_ptr<WhiteNoise> make_white(NoiseKind kind, const NoiseSize& size,
                                       const NoiseSettings& settings, std::span<const double> sigmas,
                                       std::vector<Generator> continued, const Workers& workers) {
  switch (kind) {
    case NoiseKind::none:
      return nullptr;
    case NoiseKind::gaussian: {
      const std::uint64_t seed = run_seed(settings.seed);
      if (settings.profile == NoiseProfile::comfy) {
        return std::make_unique<Gaussian>(size, std::vector{Generator(seed)});
      }
      return std::make_unique<Gaussian>(size, item_generators(size.items, settings, seed));
    }
    case NoiseKind::brownian:
      return std::make_unique<Brownian>(size, settings, sigmas, workers);
    case NoiseKind::continued:
      return std::make_unique<Gaussian>(size, std::move(continued));
  }
  return nullptr;
}

void Later::fill(float* out, double sigma, double sigma_next) {
  if (white_ == nullptr) {
    white_ = make_white(NoiseKind::gaussian, size_, settings_, {}, {}, no_helpers());
  }
  white_->fill(out, sigma, sigma_next);
}

// Brings noise of main memory, float32, into a latent of any type and device.
class Drawn : public NoiseSource {
 public:
  Drawn(std::unique_ptr<WhiteNoise> white, const NoiseSize& size)
      : white_(std::move(white)), size_(size) {}

  void draw(Memory& memory, const RunTensor& out, double sigma, double sigma_next) override {
    if (float* const direct = memory.float32(out); direct != nullptr) {
      return white_->fill(direct, sigma, sigma_next);
    }
    buffer_.resize(size_.all());
    white_->fill(buffer_.data(), sigma, sigma_next);
    memory.put(out, buffer_.data());
  }
  void expect(double sigma, double sigma_next) override { white_->expect(sigma, sigma_next); }

 private:
  std::unique_ptr<WhiteNoise> white_;
  NoiseSize size_;
  std::vector<float> buffer_;
};

// The unbiased standard deviation, as torch.std has it.
float deviation(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (const float value : values) {
    const double off = static_cast<double>(value) - mean;
    squares += off * off;
  }
  return static_cast<float>(std::sqrt(squares / static_cast<double>(values.size() - 1)));
}

class Shaped : public NoiseSource {
 public:
  Shaped(std::unique_ptr<NoiseSource> source, const NoiseShape& shape)
      : source_(std::move(source)), shape_(shape) {}

  void draw(Memory& memory, const RunTensor& out, double sigma, double sigma_next) override {
    source_->draw(memory, out, sigma, sigma_next);
    if (shape_.clip_std > 0.0) clip(memory, out);
    if (shape_.scale != 1.0) {
      const auto factor = static_cast<float>(shape_.scale);
      const void* const term = out.data;
      memory.lincomb(out, {&factor, 1}, {&term, 1});
    }
  }
  void expect(double sigma, double sigma_next) override { source_->expect(sigma, sigma_next); }

 private:
  void clip(Memory& memory, const RunTensor& out) {
    float* values = memory.float32(out);
    const bool is_direct = values != nullptr;
    if (!is_direct) {
      buffer_.resize(out.size);
      values = buffer_.data();
      memory.get(out, values);
    }
    const auto items = static_cast<std::size_t>(std::max<std::int64_t>(memory.shape().items, 1));
    const std::size_t part = shape_.by_item ? out.size / items : out.size;
    for (std::size_t begin = 0; part > 1 && begin < out.size; begin += part) {
      const std::span<float> some(values + begin, part);
      const auto limit = static_cast<float>(shape_.clip_std * static_cast<double>(deviation(some)));
      for (float& value : some) value = std::clamp(value, -limit, limit);
    }
    if (!is_direct) memory.put(out, values);
  }

  std::unique_ptr<NoiseSource> source_;
  NoiseShape shape_;
  std::vector<float> buffer_;
};

// Below this, handing a draw to a thread costs more than the draw.
constexpr std::size_t kWorthAThread = 8192;

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

InitialNoise initial_noise(const NoiseSize& size, const NoiseSettings& settings) {
  InitialNoise initial{.noise = std::vector<float>(size.all()), .generators = {}};
  if (settings.profile == NoiseProfile::comfy) {
    initial.generators.emplace_back(settings.seed);
    prepare_noise(initial.noise.data(), size.items, size.item, initial.generators[0],
                  settings.batch_index);
    return initial;
  }
  initial.generators = item_generators(size.items, settings, settings.seed);
  for (std::size_t i = 0; i < size.items; ++i) {
    initial.generators[i].normals(initial.noise.data() + i * size.item, size.item);
  }
  return initial;
}

std::unique_ptr<NoiseSource> further_noise(const NoiseSize& size, const NoiseSettings& settings,
                                           std::size_t which) {
  NoiseSettings further = settings;
  // Spread as the items' are, from the other end of their numbers: no generator of a run has this seed.
  further.seed = item_seed(settings.seed, -1 - static_cast<std::int64_t>(which));
  return std::make_unique<Drawn>(std::make_unique<Later>(size, std::move(further)), size);
}

NoiseSettings noise_inside(const NoiseSettings& settings, std::size_t which) {
  constexpr std::int64_t kBeyondNoiseSources = 1 << 20;  // whose seeds are from the same end
  NoiseSettings inside = settings;
  inside.seed = item_seed(settings.seed, -1 - kBeyondNoiseSources - static_cast<std::int64_t>(which));
  return inside;
}

std::unique_ptr<NoiseSource> make_noise_source(NoiseKind kind, const NoiseSize& size,
                                               const NoiseSettings& settings,
                                               std::span<const double> sigmas,
                                               std::vector<Generator> continued,
                                               const Workers& workers) {
  auto white = make_white(kind, size, settings, sigmas, std::move(continued), workers);
  if (white == nullptr) return nullptr;
  // The Brownian path works ahead by itself; churn is off by default, and then nothing is asked for.
  if (kind == NoiseKind::gaussian && size.all() >= kWorthAThread && &workers != &no_helpers()) {
    white = std::make_unique<NoiseAhead>(std::move(white), size.all());
  }
  return std::make_unique<Drawn>(std::move(white), size);
}

}  // namespace ksampler
