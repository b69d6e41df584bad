#include "host/conformance/noise_statistics.hpp"

#include "host/base/sentence.hpp"

#include <array>
#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr std::size_t kRuns = 48;
constexpr std::size_t kItems = 2;

// What is measured of each draw: a number that is 0 on average of white noise of variance 1.
struct Moment {
  std::string where;
  std::function<double(const Vector&)> of;
};

double mean_of(const Vector& noise) {
  double sum = 0;
  for (const double value : noise) sum += value;
  return sum / static_cast<double>(noise.size());
}

double square_of(const Vector& noise) {
  double sum = 0;
  for (const double value : noise) sum += value * value;
  return sum / static_cast<double>(noise.size());
}

// The mean product of elements that lie so far apart.
double product_at(const Vector& noise, std::size_t down, std::size_t right) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t plane = 0; plane < noise.size(); plane += kShapedSide * kShapedSide) {
    for (std::size_t y = 0; y + down < kShapedSide; ++y) {
      for (std::size_t x = 0; x + right < kShapedSide; ++x, ++count) {
        sum += noise[plane + y * kShapedSide + x] * noise[plane + (y + down) * kShapedSide + x + right];
      }
    }
  }
  return sum / static_cast<double>(count);
}

// Of elements that have the same place in parts of `size` elements, one part after the other; within a
// whole of `within` parts.
double product_of_parts(const Vector& noise, std::size_t size, std::size_t within) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t part = 0; (part + 1) * size < noise.size(); ++part) {
    if ((part + 1) % within == 0) continue;
    for (std::size_t i = 0; i < size; ++i, ++count) {
      sum += noise[part * size + i] * noise[(part + 1) * size + i];
    }
  }
  return sum / static_cast<double>(count);
}

// Of any two elements of a channel of an item: what is left of their sum, squared.
double product_within_channels(const Vector& noise) {
  constexpr std::size_t size = kShapedSide * kShapedSide;
  const std::size_t planes = noise.size() / size;
  double sum = 0;
  for (std::size_t plane = 0; plane < planes * size; plane += size) {
    double all = 0;
    double squares = 0;
    for (std::size_t i = plane; i < plane + size; ++i) {
      all += noise[i];
      squares += noise[i] * noise[i];
    }
    sum += (all * all - squares) / static_cast<double>(size * (size - 1));
  }
  return sum / static_cast<double>(planes);
}

std::vector<Moment> moments_of_pairs() {
  std::vector<Moment> moments;
  constexpr std::array<std::pair<std::size_t, std::size_t>, 8> apart = {
      {{0, 1}, {1, 0}, {1, 1}, {0, 2}, {2, 0}, {2, 2}, {0, 5}, {5, 0}}};
  for (const auto& [down, right] : apart) {
    moments.push_back({sentence("{} rows and {} columns apart", down, right),
                       [down, right](const Vector& n) { return product_at(n, down, right); }});
  }
  moments.push_back({"of neighbouring channels", [](const Vector& n) {
                       return product_of_parts(n, kShapedSide * kShapedSide, kShapedChannels);
                     }});
  moments.push_back({"of neighbouring items", [](const Vector& n) {
                       return product_of_parts(n, kShapedItem, n.size() / kShapedItem);
                     }});
  moments.push_back({"of one channel", product_within_channels});
  return moments;
}

// The mean over the runs. The white noise that a draw is made of tells how lucky it is, and so how much
// of what is found is luck: as much is taken away (a control variate), which makes the rest surer.
Estimate estimate(const Vector& found, const Vector& luck) {
  const auto runs = static_cast<double>(found.size());
  const double mean = mean_of(found);
  const double luck_mean = mean_of(luck);
  double together = 0;
  double alone = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    together += (found[i] - mean) * (luck[i] - luck_mean);
    alone += (luck[i] - luck_mean) * (luck[i] - luck_mean);
  }
  const double slope = alone > 0 ? together / alone : 0.0;
  double left = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double rest = found[i] - mean - slope * (luck[i] - luck_mean);
    left += rest * rest;
  }
  // The slope takes one degree of freedom, the mean another.
  return {mean - slope * luck_mean, std::sqrt(left / (runs - 2) / runs)};
}

}  // namespace

bool Estimate::is_far_from(double expected) const {
  constexpr double kDeviations = 5;   // one in a million, were the estimate's error normal
  constexpr double kRounding = 1e-4;  // of coefficients in a formula, such as that of a distribution
  return !(std::abs(value - expected) <= kDeviations * deviation + kRounding);
}

void measure(NoiseStatistics& statistics,
             const std::function<std::vector<Vector>(const ShapingCase&)>& draws) {
  std::vector<Moment> moments = moments_of_pairs();
  moments.push_back({"mean", mean_of});
  moments.push_back({"variance", [](const Vector& n) { return square_of(n) - 1; }});
  // By draw of the run, moment and run. What a source keeps makes draws of one run depend on each
  // other.
  std::vector<std::vector<Vector>> found;
  std::vector<std::vector<Vector>> luck;
  for (std::size_t run = 0; run < kRuns; ++run) {
    const ShapingCase shaping_case{.seed = 100 + run, .items = kItems};
    const toy::Noise white = shaping_case.white();
    const std::vector<Vector> all = draws(shaping_case);
    found.resize(all.size(), std::vector<Vector>(moments.size()));
    luck.resize(all.size(), std::vector<Vector>(moments.size()));
    for (std::size_t draw = 0; draw < all.size(); ++draw) {
      const Vector given = white(0, 0, shaping_case.size());
      for (std::size_t k = 0; k < moments.size(); ++k) {
        found[draw][k].push_back(moments[k].of(all[draw]));
        luck[draw][k].push_back(moments[k].of(given));
      }
    }
  }
  // Of the draws, the one that is farthest from what white noise of variance 1 has.
  const auto worst = [&](std::size_t k) {
    Estimate farthest;
    double far = -1;
    for (std::size_t draw = 0; draw < found.size(); ++draw) {
      const Estimate one = estimate(found[draw][k], luck[draw][k]);
      const double distance = std::abs(one.value) / (one.deviation + 1e-5);
      if (distance > far) farthest = one;
      if (distance > far) far = distance;
    }
    return farthest;
  };
  const std::size_t pairs = moments.size() - 2;
  statistics.mean = worst(pairs);
  statistics.variance = worst(pairs + 1);
  statistics.variance.value += 1;
  for (std::size_t k = 0; k < pairs; ++k) {
    statistics.correlations.emplace_back(moments[k].where, worst(k));
  }
}

}  // namespace ksampler::conformance
