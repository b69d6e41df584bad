#include "host/plain/brownian_path.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plain/cpu/kernels.hpp"
#include "host/plain/generator.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

namespace ksampler {
namespace {

// Elements that are summed at once: the values of a path from the root down stay in the caches. A piece
// is never shorter than 16, the least that can be drawn at once: the last may be longer by fewer.
constexpr std::size_t kPiece = 2048, kMostInPiece = kPiece + 16;

// How many nodes keep their value: those of two ends, about 24 each (log2(15 / 1e-6)).
constexpr std::size_t kMostKept = 48;

// From how many elements of all nodes together on the work is shared among threads: about 5 ms of it;
// see kParallelFrom.
constexpr std::int64_t kParallelFromDraws = 1 << 23;

// To 6 decimals, ties of the exact value to even: Python's round(time, 6), which is torchsde's grid for
// a tolerance of 1e-6.
double rounded(double time) {
  char digits[64];
  const auto written =
      std::to_chars(std::begin(digits), std::end(digits), time, std::chars_format::fixed, 6);
  double result = 0;
  std::from_chars(digits, written.ptr, result);
  return result;
}

}  // namespace

// A run of elements on its way through the tree.
struct BrownianTree::Path::Piece {
  const cpu::Kernels& loops;
  std::size_t begin, size;
  float* out;
  float* scratch;
  bool empty = true;
};

BrownianTree::Path::Path(std::size_t size, double sigma_min, double sigma_max, std::uint64_t seed,
                         const Workers& workers)
    : seeds_(seed), whole_(size), workers_(workers), sign_(sigma_min < sigma_max ? 1.0f : -1.0f) {
  const double start = static_cast<float>(std::min(sigma_min, sigma_max));
  const double end = static_cast<float>(std::max(sigma_min, sigma_max));
  // 1e12 / 1e-6 halvings still have a place that fits 64 bits.
  if (!(std::isfinite(start) && std::isfinite(end) && end - start <= 1e12)) {
    throw Error(
        sentence("a Brownian path from {:f} to {:f}; expected finite noise levels at most 1e12 apart",
                 sigma_min, sigma_max));
  }
  nodes_.push_back({.start = rounded(start), .end = rounded(end), .place = 0, .depth = 0});
  std::uint32_t noise_seed = 0;
  seeds_.generate({}, {&noise_seed, 1});
  Generator(noise_seed).normals(whole_);
  const auto deviation = static_cast<float>(std::sqrt(end - start));
  for (float& value : whole_) value *= deviation;
}

void BrownianTree::Path::halve(Node& node) {
  node.middle = rounded(0.5 * (node.end + node.start));
  seeds_.generate({node.place, node.depth}, {&node.noise_seed, 1});
  Node left{.start = node.start, .end = node.middle, .place = 2 * node.place, .depth = node.depth + 1};
  Node right{
      .start = node.middle, .end = node.end, .place = 2 * node.place + 1, .depth = node.depth + 1};
  node.below = &nodes_.emplace_back(std::move(left));
  node.above = &nodes_.emplace_back(std::move(right));
}

void BrownianTree::Path::collect(Node& node, double from, double to, std::vector<Node*>& needed) {
  if (node.is(from, to)) return;
  if (node.below == nullptr) halve(node);
  node.used = queries_;
  needed.push_back(&node);
  if (from < node.middle) collect(*node.below, from, std::min(to, node.middle), needed);
  if (to > node.middle) collect(*node.above, std::max(from, node.middle), to, needed);
}

std::unique_ptr<float[]> BrownianTree::Path::take_buffer() {
  if (kept_.size() >= kMostKept) {
    const auto oldest = std::min_element(
        kept_.begin(), kept_.end(), [](const Node* a, const Node* b) { return a->used < b->used; });
    if ((*oldest)->used < queries_) {
      Node& forgotten = **oldest;
      kept_.erase(oldest);
      forgotten.bridged = false;
      return std::move(forgotten.left);
    }
  }
  return std::make_unique_for_overwrite<float[]>(whole_.size());
}

void BrownianTree::Path::prepare(const std::vector<Node*>& needed, bool parallel) {
  std::vector<Node*> fresh;
  for (Node* node : needed) {
    if (node->bridged) continue;
    if (node->left == nullptr) {
      kept_.reserve(kept_.size() + 1);
      node->left = take_buffer();
      kept_.push_back(node);
    }
    node->generator = nullptr;
    fresh.push_back(node);
  }
  if (!parallel && cpu::kernels().normals != nullptr && whole_.size() >= 16) {
    // The normals of a piece are used while they are in the cache.
    generators_.resize(std::max(generators_.size(), fresh.size()));
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      generators_[i].seed(fresh[i]->noise_seed);
      fresh[i]->generator = &generators_[i];
    }
    return;
  }
  const auto draw = [&](std::int64_t begin, std::int64_t end, int) {
    for (std::int64_t i = begin; i < end; ++i) {
      Node& node = *fresh[static_cast<std::size_t>(i)];
      Generator(node.noise_seed).normals(node.left.get(), whole_.size());
    }
  };
  (parallel ? workers_ : no_helpers()).share(static_cast<std::int64_t>(fresh.size()), 1, draw);
}

void BrownianTree::Path::sum(Piece& piece, const Node& node, const float* value, double from, double to,
                             std::size_t level) const {
  if (node.is(from, to)) {
    if (piece.empty) {
      std::memcpy(piece.out, value, piece.size * sizeof(float));
    } else {
      piece.loops.add(piece.out, value, piece.size);
    }
    piece.empty = false;
    return;
  }
  float* left = node.left.get() + piece.begin;
  if (!node.bridged) {
    if (node.generator != nullptr) piece.loops.normals(*node.generator, left, piece.size);
    const double left_length = node.middle - node.start;
    const double right_length = node.end - node.middle;
    const double reciprocal = 1 / (node.end - node.start);
    piece.loops.bridge(left, value, piece.size, static_cast<float>(left_length),
                       static_cast<float>(reciprocal),
                       static_cast<float>(std::sqrt(left_length * right_length * reciprocal)));
  }
  if (from < node.middle) sum(piece, *node.below, left, from, std::min(to, node.middle), level + 1);
  if (to > node.middle) {
    float* right = piece.scratch + level * kMostInPiece;
    piece.loops.subtract(right, value, left, piece.size);
    sum(piece, *node.above, right, std::max(from, node.middle), to, level + 1);
  }
}

void BrownianTree::Path::increment_into(float* data, float sigma, float sigma_next, bool shared) {
  if (!(std::isfinite(sigma) && std::isfinite(sigma_next))) {
    throw Error(sentence("a Brownian increment from {:f} to {:f}; expected finite noise levels", sigma,
                         sigma_next));
  }
  const std::size_t size = whole_.size();
  Node& root = nodes_.front();
  const double from = std::clamp(rounded(std::min(sigma, sigma_next)), root.start, root.end);
  const double to = std::clamp(rounded(std::max(sigma, sigma_next)), root.start, root.end);
  if (!(from < to)) {
    std::memset(data, 0, size * sizeof(float));
    return;
  }
  ++queries_;
  std::vector<Node*> needed;
  collect(root, from, to, needed);
  const auto work = static_cast<std::int64_t>(needed.size() * size);
  const bool parallel = shared && workers_.count() > 1 && work >= kParallelFromDraws;
  prepare(needed, parallel);

  std::size_t levels = 1;
  for (const Node* node : needed) levels = std::max<std::size_t>(levels, node->depth + 1);
  scratch_.resize(parallel ? static_cast<std::size_t>(workers_.count()) : 1);
  const float sign = sign_ * (sigma < sigma_next ? 1.0f : -1.0f);
  const float divisor = std::sqrt(std::abs(sigma_next - sigma));
  const std::size_t pieces = std::max<std::size_t>(1, (size + kPiece - 16) / kPiece);
  const auto sum_pieces = [&](std::int64_t first, std::int64_t last, int worker) {
    std::vector<float>& scratch = scratch_[static_cast<std::size_t>(worker)];
    scratch.resize(std::max(scratch.size(), levels * kMostInPiece));
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      const std::size_t begin = i * kPiece, end = i + 1 < pieces ? begin + kPiece : size;
      Piece piece{cpu::kernels(), begin, end - begin, data + begin, scratch.data()};
      sum(piece, root, whole_.data() + begin, from, to, 0);
      piece.loops.divide(piece.out, sign, divisor, piece.size);
    }
  };
  (parallel ? workers_ : no_helpers()).share(static_cast<std::int64_t>(pieces), 1, sum_pieces);
  for (Node* node : needed) node->bridged = true;
}

}  // namespace ksampler
