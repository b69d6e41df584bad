#include "host/conformance/child.hpp"

#include "host/base/error.hpp"
#include "host/base/sanitized.hpp"
#include "host/base/sentence.hpp"
#include "host/conformance/result_text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <thread>

namespace ksampler::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestResult = 4u << 20;

struct Child {
  std::size_t work;
  pid_t id;
  int pipe;
  Clock::time_point deadline;
  std::string text;
};

// The result of a work that ends as it should; what it throws is one, too.
Result outcome_of(const Work& work) noexcept {
  try {
    return work();
  } catch (const Finding& finding) {
    return finding.result;
  } catch (const std::bad_alloc&) {
    return fail("ran out of memory");
  } catch (const std::exception& error) {
    return fail(error.what());
  } catch (...) {
    return fail("threw an exception across the ABI");
  }
}

void write_all(int descriptor, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(descriptor, text.data() + at, text.size() - at);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) at += static_cast<std::size_t>(written);
  }
}

[[noreturn]] void be_child(const Work& work, const ChildLimits& limits, int pipe) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) ::dup2(nothing, standard);
  if (!KSAMPLER_SANITIZED) ::dup2(nothing, STDERR_FILENO);  // what a sanitizer finds should be seen
  if (nothing > STDERR_FILENO) ::close(nothing);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  const rlim_t bytes = static_cast<rlim_t>(limits.memory_mib) << 20;
  const rlimit memory{bytes, bytes};
  if (!KSAMPLER_SANITIZED) ::setrlimit(RLIMIT_AS, &memory);
  write_all(pipe, result_text(outcome_of(work)));
  ::_exit(0);  // no destructor of a plugin has a say any more
}

Child start(std::size_t index, const Work& work, const ChildLimits& limits) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Error(std::string("no pipe: ") + std::strerror(errno));
  std::fflush(nullptr);  // what is in a buffer now would be printed by both
  const pid_t id = ::fork();
  if (id < 0) throw Error(std::string("no process: ") + std::strerror(errno));
  if (id == 0) {
    ::close(ends[0]);
    be_child(work, limits, ends[1]);
  }
  ::setpgid(id, id);  // on both sides, as either may come first
  ::close(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const auto time =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(limits.seconds));
  return {index, id, ends[0], Clock::now() + time, {}};
}

// Takes what is there of the child's result.
void read_some(Child& child) {
  std::array<char, 4096> bytes;
  while (child.text.size() < kLongestResult) {
    const ssize_t got = ::read(child.pipe, bytes.data(), bytes.size());
    if (got <= 0) return;
    child.text.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

Result ended(const Child& child, int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* name = ::sigabbrev_np(signal);
    return fail(sentence("died of SIG{} ({})", name == nullptr ? std::to_string(signal) : name,
                         ::strsignal(signal)));
  }
  if (auto result = parse_result(child.text); result && WEXITSTATUS(status) == 0) return *result;
  return fail("ended the process, with exit code " + std::to_string(WEXITSTATUS(status)));
}

// Waits a little for any of them to say something or to end.
void wait_a_little(const std::vector<Child>& children) {
  std::vector<pollfd> polled;
  for (const Child& child : children) polled.push_back({child.pipe, POLLIN, 0});
  ::poll(polled.data(), polled.size(), 20);
}

// The child's result where it has ended or must.
bool finished(Child& child, const ChildLimits& limits, Result& result) {
  read_some(child);
  int status = 0;
  const pid_t ended_id = ::waitpid(child.id, &status, WNOHANG);
  if (ended_id == child.id) {
    read_some(child);
    result = ended(child, status);
  } else if (Clock::now() > child.deadline) {
    ::kill(-child.id, SIGKILL);
    ::waitpid(child.id, &status, 0);
    std::string seconds = std::to_string(limits.seconds);
    seconds.erase(seconds.find('.') + 2);
    result = fail(sentence("did not end within {} seconds", seconds));
  } else {
    return false;
  }
  ::kill(-child.id, SIGKILL);  // what it started and left
  ::close(child.pipe);
  return true;
}

}  // namespace

std::vector<Result> run_in_children(const std::vector<Work>& works, const ChildLimits& limits) {
  const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t at_once = limits.at_once > 0 ? limits.at_once : processors;
  std::vector<Result> results(works.size());
  std::vector<Child> children;
  std::size_t next = 0;
  while (next < works.size() || !children.empty()) {
    while (next < works.size() && children.size() < at_once) {
      children.push_back(start(next, works[next], limits));
      ++next;
    }
    wait_a_little(children);
    std::erase_if(children, [&](Child& child) { return finished(child, limits, results[child.work]); });
  }
  return results;
}

}  // namespace ksampler::conformance
