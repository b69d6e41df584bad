#include "host/embed/fiber.hpp"

#include "host/base/sanitized.hpp"

#include <boost/context/fiber.hpp>

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstddef>
#include <new>
#include <utility>

#if KSAMPLER_SANITIZES_ADDRESSES
#include <sanitizer/common_interface_defs.h>
#endif
#if KSAMPLER_SANITIZES_THREADS
#include <sanitizer/tsan_interface.h>
#endif

namespace ksampler::embed {
namespace {

namespace context = boost::context;

// What a plugin may use. Pages are taken as they are touched.
#if KSAMPLER_SANITIZED
constexpr std::size_t kStack = std::size_t{4} << 20;  // whose frames are larger
#else
constexpr std::size_t kStack = std::size_t{1} << 20;
#endif

// What the Itanium C++ ABI keeps for each thread of the exceptions that are being handled (2.2.2): a
// fiber that waits inside of a catch block has its own.
struct Exceptions {
  void* caught = nullptr;
  unsigned int uncaught = 0;

  void swap_with_threads() {
    auto* const threads = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
    std::swap(caught, threads->caught);
    std::swap(uncaught, threads->uncaught);
  }
};

// A page below it ends a program that overflows it. Boost's own stacks are not used: their code has
// std::call_once, whose thread-local variables of libstdc++ keep a library from being loaded late, as
// by Python after torch ("cannot allocate memory in static TLS block").
class Stack {
 public:
  Stack()
      : memory_(::mmap(nullptr, whole(), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    ::mprotect(memory_, page(), PROT_NONE);
  }
  ~Stack() { ::munmap(memory_, whole()); }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  static constexpr std::size_t size() { return kStack; }
  char* bottom() const { return static_cast<char*>(memory_) + page(); }
  char* top() const { return bottom() + kStack; }

 private:
  static std::size_t page() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }
  static std::size_t whole() { return kStack + page(); }
  void* memory_;
};

}  // namespace

struct Fiber::State {
  std::function<void()> body;
  Stack stack;
  context::fiber fiber;   // where the body waits
  context::fiber caller;  // where who resumed it waits
  Exceptions exceptions;  // of the one of the two that does not run
  bool begun = false;
  bool ended = false;

#if KSAMPLER_SANITIZES_ADDRESSES
  void* fake_stack = nullptr;  // of the body
  const void* callers_stack = nullptr;
  std::size_t callers_size = 0;
#endif
#if KSAMPLER_SANITIZES_THREADS
  void* thread_of_body = __tsan_create_fiber(0);
  void* thread_of_caller = nullptr;
#endif

#if KSAMPLER_SANITIZES_THREADS
  ~State() { __tsan_destroy_fiber(thread_of_body); }
#endif

  // Boost.Context frees the stack with the fiber; this one is ours, until the object goes.
  struct NotFreed {
    context::stack_context allocate() { return {}; }
    void deallocate(context::stack_context&) noexcept {}
  };

  void make() {
    context::stack_context here;
    here.sp = stack.top();
    here.size = Stack::size();
    fiber = context::fiber(std::allocator_arg, context::preallocated(here.sp, here.size, here),
                           NotFreed{}, [this](context::fiber&& from) {
                             caller = std::move(from);
                             entered();
                             body();
                             ended = true;
                             leave(true);
                             return std::move(caller);
                           });
  }

  // In the body: it runs from here on.
  void entered() {
#if KSAMPLER_SANITIZES_ADDRESSES
    __sanitizer_finish_switch_fiber(fake_stack, &callers_stack, &callers_size);
#endif
  }
  // In the body, before it is left.
  void leave([[maybe_unused]] bool for_good) {
#if KSAMPLER_SANITIZES_ADDRESSES
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack, callers_stack, callers_size);
#endif
#if KSAMPLER_SANITIZES_THREADS
    __tsan_switch_to_fiber(thread_of_caller, 0);
#endif
  }
};

Fiber::Fiber(std::function<void()> body) : state_(std::make_unique<State>()) {
  state_->body = std::move(body);
  state_->make();
}

Fiber::~Fiber() {
  // A fiber that has not begun would be unwound by an exception.
  if (!state_->begun) {
    state_->body = [] {};
    resume();
  }
}

bool Fiber::has_begun() const { return state_->begun; }
bool Fiber::has_ended() const { return state_->ended; }

void Fiber::resume() {
  State& state = *state_;
  state.begun = true;
  state.exceptions.swap_with_threads();
#if KSAMPLER_SANITIZES_ADDRESSES
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&fake_stack, state.stack.bottom(), Stack::size());
#endif
#if KSAMPLER_SANITIZES_THREADS
  state.thread_of_caller = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(state.thread_of_body, 0);
#endif
  state.fiber = std::move(state.fiber).resume();
#if KSAMPLER_SANITIZES_ADDRESSES
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
  state.exceptions.swap_with_threads();
}

void Fiber::wait() {
  State& state = *state_;
  state.leave(false);
  state.caller = std::move(state.caller).resume();
  state.entered();
}

}  // namespace ksampler::embed
