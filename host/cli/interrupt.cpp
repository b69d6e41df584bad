#include "host/cli/interrupt.hpp"

#include "host/cli/verb.hpp"

#include <signal.h>
#include <unistd.h>

#include <string_view>

namespace ksampler {
namespace {

std::atomic<bool> stop{false};
std::atomic<const char*> first_words{""};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing else");

void say(std::string_view text) {
  [[maybe_unused]] const auto ignored = write(STDERR_FILENO, text.data(), text.size());
}

extern "C" void on_interrupt(int) {
  if (stop.exchange(true)) {
    say("\n");
    _exit(kInterrupted);
  }
  say(first_words.load());
}

}  // namespace

const std::atomic<bool>& interrupted() { return stop; }

void stop_on_interrupt(const char* first) {
  first_words = first;
  struct sigaction action = {};
  action.sa_handler = &on_interrupt;
  action.sa_flags = SA_RESTART;  // what is being read or written goes on
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace ksampler
