#include "host/plain/brownian.hpp"

#include "host/plain/brownian_ahead.hpp"
#include "host/plain/brownian_path.hpp"

namespace ksampler {

BrownianTree::BrownianTree(std::size_t size, double sigma_min, double sigma_max, std::uint64_t seed,
                           const Workers& workers)
    : path_(std::make_unique<Path>(size, sigma_min, sigma_max, seed, workers)),
      ahead_(std::make_unique<Ahead>(*path_)) {}

BrownianTree::~BrownianTree() = default;

void BrownianTree::increment_into(float* out, double sigma, double sigma_next) {
  ahead_->increment_into(out, static_cast<float>(sigma), static_cast<float>(sigma_next));
}

void BrownianTree::prefetch(double sigma, double sigma_next) {
  ahead_->request(static_cast<float>(sigma), static_cast<float>(sigma_next));
}

}  // namespace ksampler
