// Who does the work of a loop: the calling thread, or several, where the host has such.
#ifndef KSAMPLER_PLAIN_WORKERS_HPP
#define KSAMPLER_PLAIN_WORKERS_HPP

#include <cstdint>
#include <type_traits>

namespace ksampler {

// From how many elements on work is shared among threads. A quarter of a million elements take 40 us
// alone, and where another program holds one of the processors, threads wait for each other for
// milliseconds at the end of every loop.
inline constexpr std::int64_t kParallelFrom = 1'000'000;
inline constexpr std::int64_t kGrain = 32 * 1024;  // of what is shared, what a thread takes at least

// A function of (begin, end, worker) that is borrowed for a call: nothing is allocated for it.
class LoopBody {
 public:
  template <typename Body>
  requires(!std::is_same_v<std::remove_cvref_t<Body>, LoopBody>)
      LoopBody(const Body& body)  // NOLINT(google-explicit-constructor): that is what it is for
      : body_(&body), call_([](const void* of, std::int64_t begin, std::int64_t end, int worker) {
          (*static_cast<const Body*>(of))(begin, end, worker);
        }) {}
  void operator()(std::int64_t begin, std::int64_t end, int worker) const {
    call_(body_, begin, end, worker);
  }

 private:
  const void* body_;
  void (*call_)(const void*, std::int64_t, std::int64_t, int);
};

class Workers {
 public:
  virtual ~Workers() = default;
  virtual int count() const = 0;
  // body(begin, end, worker) until [0, size) is done, in parts of `grain` or more; worker < count().
  virtual void share(std::int64_t size, std::int64_t grain, LoopBody body) const = 0;
};

// The calling thread.
const Workers& no_helpers();

}  // namespace ksampler

#endif
