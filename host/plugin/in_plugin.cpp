#include "host/plugin/in_plugin_while.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

constexpr int kExitFailed = 1;

struct Fatal {
  int signal;
  std::string_view text;
};

constexpr Fatal kFatal[] = {{SIGSEGV, "signal 11, segmentation fault"},
                            {SIGBUS, "signal 7, bus error"},
                            {SIGILL, "signal 4, illegal instruction"},
                            {SIGFPE, "signal 8, arithmetic error"},
                            {SIGABRT, "signal 6, aborted"}};
constexpr std::size_t kFatalCount = std::size(kFatal);

// Null: in no plugin. Trivial, so that a signal handler may read it.
thread_local const char* current = nullptr;
thread_local const char* current_when = "";  // nothing: in a run

// What stood there before: the default action, or the handler of another part of the host.
struct sigaction replaced[kFatalCount];

void say(std::string_view text) {
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, text.data(), text.size());
}

void say_how_to_live_on(std::string_view name) {
  say(". `--isolate ");
  say(name);
  say("` runs it in a process of its own, where that is an error of the run and no more\n");
}

// Calls nothing but what is safe in a signal handler (signal-safety(7)).
extern "C" void on_fatal_signal(int signal) {
  for (std::size_t i = 0; i < kFatalCount; ++i) {
    if (kFatal[i].signal != signal) continue;
    if (const char* name = std::exchange(current, nullptr); name != nullptr) {
      say("\nksampler: error: the plugin '");
      say(name);
      say("' crashed (");
      say(kFatal[i].text);
      say(")");
      say(current_when);
      say_how_to_live_on(name);
    }
    // Comes as soon as this returns, at the instruction that failed.
    ::sigaction(signal, &replaced[i], nullptr);
    ::raise(signal);
  }
}

// Runs in the thread that called exit().
void on_exit() {
  const char* name = std::exchange(current, nullptr);
  if (name == nullptr) return;
  std::cout.flush();
  std::fflush(nullptr);
  say("\nksampler: error: the plugin '");
  say(name);
  say("' called exit()");
  say(*current_when == '\0' ? " in the middle of the run" : current_when);
  say_how_to_live_on(name);
  ::_exit(kExitFailed);
}

// A stack for the handler of a thread whose own has overflowed.
class HandlerStack {
 public:
  HandlerStack() : memory_(new std::byte[kBytes]) {
    stack_t stack{};
    stack_t before{};
    stack.ss_sp = memory_.get();
    stack.ss_size = kBytes;
    used_ = ::sigaltstack(nullptr, &before) == 0 && (before.ss_flags & SS_DISABLE) != 0 &&
            ::sigaltstack(&stack, nullptr) == 0;
  }
  ~HandlerStack() {
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    if (used_) ::sigaltstack(&none, nullptr);
  }
  HandlerStack(const HandlerStack&) = delete;
  HandlerStack& operator=(const HandlerStack&) = delete;

 private:
  static constexpr std::size_t kBytes = std::size_t{64} << 10;
  std::unique_ptr<std::byte[]> memory_;
  bool used_ = false;
};

}  // namespace

InPlugin::InPlugin(const std::string& name) noexcept
    : before_(std::exchange(current, name.empty() ? nullptr : name.c_str())) {}
InPlugin::~InPlugin() { current = before_; }

InPluginWhile::InPluginWhile(const std::string& name, const char* when) noexcept
    : mark_(name), before_(std::exchange(current_when, when)) {}
InPluginWhile::~InPluginWhile() { current_when = before_; }

InHost::InHost() noexcept : before_(std::exchange(current, nullptr)) {}
InHost::~InHost() { current = before_; }

void name_plugins_that_end_the_program() {
  static const HandlerStack stack;
  static const bool once = [] {
    std::atexit(&on_exit);
    std::at_quick_exit(&on_exit);
    struct sigaction action = {};
    action.sa_handler = &on_fatal_signal;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t i = 0; i < kFatalCount; ++i) ::sigaction(kFatal[i].signal, &action, &replaced[i]);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace ksampler
