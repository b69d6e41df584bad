// How the C interface fails: exceptions end here, and become the thread's last failure.
#ifndef KSAMPLER_EMBED_FAILURES_HPP
#define KSAMPLER_EMBED_FAILURES_HPP

#include "host/base/error.hpp"

#include <ks/status.h>

#include <exception>
#include <new>
#include <vector>

namespace ksampler::embed {

// Sets what ks_last_error() says, and returns `status`.
ks_status fail(ks_status status, std::vector<Diagnostic> problems) noexcept;
ks_status fail(ks_status status, Diagnostic::Kind kind, const char* message) noexcept;
// The same for an exception that was caught.
ks_status fail_with(const std::exception_ptr& thrown) noexcept;

// The things of the thread's last failure.
const std::vector<Diagnostic>& last_problems() noexcept;

// Runs body(), which may throw.
template <typename Body>
ks_status answered(const Body& body) noexcept {
  try {
    body();
    return KS_OK;
  } catch (...) {
    return fail_with(std::current_exception());
  }
}

// A mistake of the caller's.
class BadArgument : public Error {
 public:
  using Error::Error;
};

}  // namespace ksampler::embed

#endif
