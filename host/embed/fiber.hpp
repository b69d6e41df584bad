// A function that runs on a stack of its own, and can be left in the middle and gone on with: by
// Boost.Context, with what that does not know of (the exceptions that are being handled; sanitizers).
#ifndef KSAMPLER_EMBED_FIBER_HPP
#define KSAMPLER_EMBED_FIBER_HPP

#include <functional>
#include <memory>

namespace ksampler::embed {

// Thread rule: one thread at a time; not always the same one.
class Fiber {
 public:
  // `body` throws nothing. It begins with the first resume().
  explicit Fiber(std::function<void()> body);
  // REQUIRES: it has not begun, or has ended.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs the body until it waits, or ends.
  void resume();
  // In the body: back to who resumed it, until that comes again.
  void wait();
  bool has_begun() const;
  bool has_ended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler::embed

#endif
