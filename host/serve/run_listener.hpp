// Who follows one run from the queue to its end, besides the book.
#ifndef KSAMPLER_SERVE_RUN_LISTENER_HPP
#define KSAMPLER_SERVE_RUN_LISTENER_HPP

#include "host/runtime/runtime.hpp"
#include "host/serve/run_view.hpp"

#include <vector>

namespace ksampler {

// Thread rule: one call at a time, in the order of what happens.
class RunListener : public Reporter {
 public:
  // It waits from now on. The book is locked meanwhile: this must not call it.
  virtual void queued(const RunView& /*run*/) {}
  virtual void begins() {}
  // Once: of a run that was cancelled before it began, too.
  virtual void ends(RunState /*state*/, const std::vector<Diagnostic>& /*errors*/) {}
};

}  // namespace ksampler

#endif
