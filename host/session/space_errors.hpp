// What the operations of a TensorSpace answer to a plugin that gave them something wrong.
#ifndef KSAMPLER_SESSION_SPACE_ERRORS_HPP
#define KSAMPLER_SESSION_SPACE_ERRORS_HPP

#include "host/session/memory.hpp"

#include <ks/expression.h>

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace ksampler {

// "lincomb: the result is not a tensor of this run", and why that may be.
inline ks_status not_a_tensor(std::string what, std::string& error) {
  error = std::move(what) +
          " is not a tensor of this run (null, released, or from elsewhere; is it of an `auto` whose "
          "tensor is gone?)";
  return KS_INVALID_ARGUMENT;
}

// The same of what should have the latent's shape. `found`: a tensor of another, or null.
inline ks_status not_a_latent(const RunTensor* found, std::string what, std::string& error) {
  if (found == nullptr) return not_a_tensor(std::move(what), error);
  error = std::move(what) + (found->shape <= KS_SHAPE_ITEMS
                                 ? " is smaller than the latent: formulas alone take it"
                                 : " has another height and width than the latent: lincomb, denoise, "
                                   "step and what ks_runs has take it");
  return KS_INVALID_ARGUMENT;
}

// Runs what may throw in LibTorch, the CUDA driver or a caller's memory.
template <typename Body>
ks_status guarded(const char* what, std::string& error, const Body& body) {
  try {
    body();
    return KS_OK;
  } catch (const std::bad_alloc&) {
    error = std::string(what) + ": out of memory";
    return KS_OUT_OF_MEMORY;
  } catch (const std::exception& exception) {
    error = std::string(what) + ": " + exception.what();
    return KS_ERROR;
  }
}

}  // namespace ksampler

#endif
