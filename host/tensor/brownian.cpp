#include "host/tensor/brownian.hpp"

#include "host/tensor/brownian_ahead.hpp"
#include "host/tensor/brownian_path.hpp"

#include <c10/util/Exception.h>

namespace ksampler {

BrownianTree::BrownianTree(at::IntArrayRef shape, double sigma_min, double sigma_max,
                           std::uint64_t seed)
    : path_(std::make_unique<Path>(shape, sigma_min, sigma_max, seed)),
      ahead_(std::make_unique<Ahead>(*path_)) {}

BrownianTree::~BrownianTree() = default;

void BrownianTree::increment_into(at::Tensor& out, double sigma, double sigma_next) {
  TORCH_CHECK(out.is_cpu() && out.scalar_type() == at::kFloat && out.is_contiguous() &&
                  out.sizes() == path_->shape(),
              "a Brownian increment into a ", out.toString(), " ", out.sizes(),
              "; expected a contiguous float32 tensor on the CPU of shape ", path_->shape());
  ahead_->increment_into(out, static_cast<float>(sigma), static_cast<float>(sigma_next));
}

void BrownianTree::prefetch(double sigma, double sigma_next) {
  ahead_->request(static_cast<float>(sigma), static_cast<float>(sigma_next));
}

}  // namespace ksampler
