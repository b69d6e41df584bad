#include "host/nodes/latent/fitted.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/pictures/resize.hpp"

namespace ksampler {

at::Tensor fitted_samples(const at::Tensor& first, const at::Tensor& second,
                          const std::string& method) {
  if (first.size(1) != second.size(1)) {
    throw Error(
        sentence("'samples1' and 'samples2' have {} and {} channels; latents of one kind are wanted",
                 first.size(1), second.size(1)));
  }
  if (first.size(2) == second.size(2) && first.size(3) == second.size(3)) return second;
  return resized(second, {first.size(3), first.size(2)}, method, "center");
}

}  // namespace ksampler
