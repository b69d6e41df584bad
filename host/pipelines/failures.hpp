// How the interface for pipelines fails: exceptions end here, and become the thread's last failure.
#ifndef KSAMPLER_PIPELINES_FAILURES_HPP
#define KSAMPLER_PIPELINES_FAILURES_HPP

#include "host/base/error.hpp"
#include "host/embed/failures.hpp"

#include <ks/status.h>

#include <exception>
#include <vector>

namespace ksampler::pipelines {

using embed::BadArgument;

// Sets what ks_pipeline_error() says, and returns `status`.
ks_status failed(ks_status status, std::vector<Diagnostic> problems) noexcept;
// The same for an exception that was caught.
ks_status failed_with(const std::exception_ptr& thrown) noexcept;

// Runs body(), which may throw.
template <typename Body>
ks_status answered(const Body& body) noexcept {
  try {
    body();
    return KS_OK;
  } catch (...) {
    return failed_with(std::current_exception());
  }
}

}  // namespace ksampler::pipelines

#endif
