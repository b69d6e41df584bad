#include "host/plain/formula.hpp"

#include "host/plain/formula_steps.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace ksampler::plain {
namespace {

// A part of the latent in which every term either has an element of its own for each element, one after
// the other, or one value.
struct Stretch {
  std::int64_t item = 0, channel = 0;
  std::int64_t begin = 0;  // within it
  std::int64_t size = 0;
};

// One formula on the CPU, made ready once, for any stretch of what it is for.
class Kernel {
 public:
  Kernel(const LatentShape& latent, const Formula& formula)
      : latent_(latent),
        formula_(formula),
        steps_(formula_steps(formula.ops, formula.terms.size(), formula.numbers.size())) {}

  // Whether all terms are of one shape, so that there is no other stretch than the whole.
  bool is_whole(std::uint32_t shape) const {
    return std::all_of(formula_.terms.begin(), formula_.terms.end(),
                       [&](const Part& term) { return term.shape == shape; });
  }

  // dst = the formula over a stretch of a tensor of shape `whole`.
  void run(void* dst, cpu::Element element, std::uint32_t whole, const Stretch& stretch) const {
    std::array<cpu::FormulaSource, KS_MOST_TERMS + KS_MOST_NUMBERS> sources;
    const std::size_t terms = formula_.terms.size();
    for (std::size_t i = 0; i < terms; ++i) sources[i] = source(i, whole, stretch);
    for (std::size_t i = 0; i < formula_.numbers.size(); ++i) {
      sources[terms + i] = {nullptr, static_cast<float>(formula_.numbers[i]), cpu::kFloat32};
    }
    cpu::kernels().formula(dst, element, static_cast<std::size_t>(stretch.size), sources.data(),
                           terms + formula_.numbers.size(), steps_.steps.data(), steps_.count);
  }

 private:
  cpu::FormulaSource source(std::size_t i, std::uint32_t whole, const Stretch& stretch) const {
    const Part& term = formula_.terms[i];
    const std::uint32_t shape = term.shape;
    const auto at = [&](std::int64_t offset) {
      return static_cast<const std::byte*>(term.data) +
             static_cast<std::size_t>(offset) * cpu::kElementBytes[term.element];
    };
    if (shape == whole) return {at(first_of(shape, stretch)), 0.0f, term.element};
    // Pixels lie in a row beside those of a channel; all else is one value here.
    if (shape == KS_SHAPE_PIXELS) {
      return {at(stretch.item * latent_.pixels() + stretch.begin), 0.0f, term.element};
    }
    const std::int64_t index =
        shape == KS_SHAPE_CHANNELS ? stretch.item * latent_.channels + stretch.channel : stretch.item;
    float value = 0;
    std::memcpy(&value, at(index), sizeof value);
    return {nullptr, value, cpu::kFloat32};
  }

  std::int64_t first_of(std::uint32_t shape, const Stretch& stretch) const {
    const std::int64_t plane = stretch.item * latent_.channels + stretch.channel;
    switch (shape) {
      case KS_SHAPE_LATENT:
        return plane * latent_.pixels() + stretch.begin;
      case KS_SHAPE_PIXELS:
        return stretch.item * latent_.pixels() + stretch.begin;
      case KS_SHAPE_CHANNELS:
        return plane + stretch.begin;
      default:
        return stretch.item + stretch.begin;
    }
  }

  const LatentShape& latent_;
  Formula formula_;  // the lists are the caller's
  FormulaSteps steps_;
};

// How many stretches a tensor of a shape has where a term is smaller, and how long each is.
struct Stretches {
  std::int64_t count, channels, size;
};
Stretches stretches_of(const LatentShape& latent, std::uint32_t shape) {
  switch (shape) {
    case KS_SHAPE_LATENT:
      return {latent.items * latent.channels, latent.channels, latent.pixels()};
    case KS_SHAPE_PIXELS:
      return {latent.items, 1, latent.pixels()};
    case KS_SHAPE_CHANNELS:
      return {latent.items, 1, latent.channels};
    default:
      return {1, 1, latent.items};
  }
}

// body(first, last), shared among workers where `elements` are many.
template <typename Body>
void share(std::int64_t count, std::int64_t elements, const Workers& workers, const Body& body) {
  const Workers& those = elements < kParallelFrom ? no_helpers() : workers;
  const auto part = [&](std::int64_t first, std::int64_t last, int) { body(first, last); };
  those.share(count, std::max<std::int64_t>(count / those.count(), 1), part);
}

constexpr std::int64_t kChunk = 2048;  // values of a formula that are added up at once: 8 KiB

// A sum, minimum or maximum that is being taken.
class Taken {
 public:
  explicit Taken(std::uint32_t reduction) : reduction_(reduction) {
    if (reduction == KS_REDUCE_MINIMUM) value_ = std::numeric_limits<double>::infinity();
    if (reduction == KS_REDUCE_MAXIMUM) value_ = -std::numeric_limits<double>::infinity();
  }
  void take(double value) {
    if (reduction_ == KS_REDUCE_MINIMUM) {
      if (value < value_ || std::isnan(value)) value_ = value;
    } else if (reduction_ == KS_REDUCE_MAXIMUM) {
      if (value > value_ || std::isnan(value)) value_ = value;
    } else {
      value_ += value;
    }
  }
  void take(const float* values, std::int64_t count) {
    if (reduction_ == KS_REDUCE_MINIMUM || reduction_ == KS_REDUCE_MAXIMUM) {
      for (std::int64_t i = 0; i < count; ++i) take(static_cast<double>(values[i]));
      return;
    }
    // Eight sums, so that one addition need not wait for the other.
    std::array<double, 8> sums{};
    std::int64_t i = 0;
    for (; i + 8 <= count; i += 8) {
      for (std::size_t lane = 0; lane < 8; ++lane) {
        sums[lane] += static_cast<double>(values[i + static_cast<std::int64_t>(lane)]);
      }
    }
    for (; i < count; ++i) sums[0] += static_cast<double>(values[i]);
    for (const double sum : sums) value_ += sum;
  }
  float result(std::int64_t elements) const {
    if (reduction_ != KS_REDUCE_MEAN) return static_cast<float>(value_);
    return static_cast<float>(value_ / static_cast<double>(elements));
  }

 private:
  std::uint32_t reduction_;
  double value_ = 0;
};

// Over the pixels of `channels` channels of an item, from `channel` on.
float taken_of(const Kernel& kernel, const LatentShape& latent, std::uint32_t reduction,
               std::int64_t item, std::int64_t channel, std::int64_t channels) {
  Taken taken(reduction);
  std::array<float, kChunk> values;
  for (std::int64_t c = channel; c < channel + channels; ++c) {
    for (std::int64_t begin = 0; begin < latent.pixels(); begin += kChunk) {
      const std::int64_t size = std::min(kChunk, latent.pixels() - begin);
      kernel.run(values.data(), cpu::kFloat32, KS_SHAPE_LATENT, {item, c, begin, size});
      taken.take(values.data(), size);
    }
  }
  return taken.result(channels * latent.pixels());
}

// Over the channels of some pixels of an item.
void taken_of_pixels(const Kernel& kernel, const LatentShape& latent, std::uint32_t reduction,
                     std::int64_t item, float* dst) {
  std::array<float, kChunk> values;
  std::vector<Taken> taken;
  for (std::int64_t begin = 0; begin < latent.pixels(); begin += kChunk) {
    const std::int64_t size = std::min(kChunk, latent.pixels() - begin);
    taken.assign(static_cast<std::size_t>(size), Taken(reduction));
    for (std::int64_t c = 0; c < latent.channels; ++c) {
      kernel.run(values.data(), cpu::kFloat32, KS_SHAPE_LATENT, {item, c, begin, size});
      for (std::size_t i = 0; i < taken.size(); ++i) taken[i].take(static_cast<double>(values[i]));
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
      dst[begin + static_cast<std::int64_t>(i)] = taken[i].result(latent.channels);
    }
  }
}

// The q-quantile of values, which are put into another order: linear between neighbours.
float quantile_of(std::vector<float>& values, double q) {
  const bool has_nan = std::any_of(values.begin(), values.end(), [](float v) { return std::isnan(v); });
  if (has_nan || values.empty()) return std::numeric_limits<float>::quiet_NaN();
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  if (below + 1 == values.size()) return *at;
  const float above = *std::min_element(at + 1, values.end());
  return *at + static_cast<float>(place - static_cast<double>(below)) * (above - *at);
}

}  // namespace

void map(const LatentShape& latent, const Part& dst, const Formula& formula, const Workers& workers) {
  const std::int64_t all = latent.elements(dst.shape);
  if (all == 0) return;
  const Kernel kernel(latent, formula);
  auto* const out = static_cast<std::byte*>(dst.data);
  const auto bytes = static_cast<std::int64_t>(cpu::kElementBytes[dst.element]);
  if (kernel.is_whole(dst.shape)) {
    // Over shape ITEMS a stretch may begin anywhere and be as long as is wanted: so here, for any
    // shape.
    share((all + kChunk - 1) / kChunk, all, workers, [&](std::int64_t first, std::int64_t last) {
      const std::int64_t begin = first * kChunk;
      kernel.run(out + begin * bytes, dst.element, dst.shape,
                 {0, 0, begin, std::min(all, last * kChunk) - begin});
    });
    return;
  }
  const Stretches stretches = stretches_of(latent, dst.shape);
  share(stretches.count, all, workers, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t k = first; k < last; ++k) {
      kernel.run(out + k * stretches.size * bytes, dst.element, dst.shape,
                 {k / stretches.channels, k % stretches.channels, 0, stretches.size});
    }
  });
}

void reduce(const LatentShape& latent, const Part& dst, std::uint32_t reduction, const Formula& formula,
            const Workers& workers) {
  if (latent.elements(dst.shape) == 0) return;
  const Kernel kernel(latent, formula);
  auto* const out = static_cast<float*>(dst.data);
  const std::int64_t all = latent.elements(KS_SHAPE_LATENT);
  if (dst.shape == KS_SHAPE_CHANNELS) {
    share(latent.items * latent.channels, all, workers, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t k = first; k < last; ++k) {
        out[k] = taken_of(kernel, latent, reduction, k / latent.channels, k % latent.channels, 1);
      }
    });
    return;
  }
  share(latent.items, all, workers, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t item = first; item < last; ++item) {
      if (dst.shape == KS_SHAPE_PIXELS) {
        taken_of_pixels(kernel, latent, reduction, item, out + item * latent.pixels());
      } else {
        out[item] = taken_of(kernel, latent, reduction, item, 0, latent.channels);
      }
    }
  });
}

void quantile(const LatentShape& latent, const Part& dst, const Part& tensor, double q) {
  const std::int64_t count = latent.elements(dst.shape);
  const bool whole_items = dst.shape == KS_SHAPE_ITEMS;
  const std::int64_t size = latent.pixels() * (whole_items ? latent.channels : 1);
  auto* const out = static_cast<float*>(dst.data);
  const std::array<Part, 1> term = {tensor};
  const std::array<ks_op, 1> copy = {ks_op{KS_OP_TERM, 0}};
  const Kernel kernel(latent, {copy, {}, term});
  thread_local std::vector<float> values;  // kept: a step allocates nothing
  values.resize(static_cast<std::size_t>(size));
  for (std::int64_t k = 0; k < count; ++k) {
    kernel.run(values.data(), cpu::kFloat32, KS_SHAPE_LATENT, {0, 0, k * size, size});
    out[k] = quantile_of(values, q);
  }
}

}  // namespace ksampler::plain
