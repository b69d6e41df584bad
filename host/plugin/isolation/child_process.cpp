#include "host/plugin/isolation/child_process.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace ksampler::isolation {
namespace {

constexpr int kSocketOfChild = 3;

// Nothing of the host's environment, in which there may be secrets; what sanitizers are told is none.
std::vector<std::string> environment() {
  std::vector<std::string> kept;
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) kept.push_back(std::string(name) + "=" + value);
  }
  // LeakSanitizer needs calls that the child has no more.
  for (std::string& variable : kept) {
    if (variable.starts_with("ASAN_OPTIONS=")) variable += ":detect_leaks=0";
  }
  return kept;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::filesystem::path& copy,
                           const std::filesystem::path& file, const std::string& task) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error("no socket for an isolated plugin: " + std::string(std::strerror(errno)));
  }
  channel_ = std::make_unique<Channel>(ends[0]);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int standard : {0, 1, 2}) {
    posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
  }
  // A copy of the same number would keep its close-on-exec flag.
  const int socket = ends[1] == kSocketOfChild ? ::fcntl(ends[1], F_DUPFD_CLOEXEC, 4) : ends[1];
  posix_spawn_file_actions_adddup2(&actions, socket, kSocketOfChild);
  posix_spawn_file_actions_addclosefrom_np(&actions, kSocketOfChild + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  // A group of its own: Ctrl-C is for the host, which stops the run.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> arguments = {program.string(), std::to_string(kSocketOfChild), copy.string(),
                                        file.string()};
  if (!task.empty()) arguments.push_back(task);
  std::vector<std::string> variables = environment();
  const int problem = ::posix_spawn(&id_, program.c_str(), &actions, &attributes,
                                    pointers(arguments).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (socket != ends[1]) ::close(socket);
  if (problem != 0) {
    id_ = -1;
    throw Error(Place{program.string()}, std::string("cannot be started: ") + std::strerror(problem));
  }
}

ChildProcess::~ChildProcess() {
  // It ends by itself where it waits for the host.
  ::shutdown(channel_->descriptor(), SHUT_RDWR);
  ended();
  end();
}

bool ChildProcess::ended() {
  for (int turn = 0; id_ > 0 && turn < 60; ++turn) {
    siginfo_t facts{};
    const int result = ::waitid(P_PID, static_cast<id_t>(id_), &facts, WEXITED | WNOHANG | WNOWAIT);
    if (result != 0 || facts.si_pid != 0) return true;
    std::this_thread::sleep_for(std::chrono::microseconds(turn < 10 ? 100 : 1000));
  }
  return false;
}

int ChildProcess::status() {
  int status = 0;
  if (id_ < 0) return status;
  // A process that has ended already keeps its status: the signal comes too late to change it.
  ::kill(id_, SIGKILL);
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  return status;
}

std::string ChildProcess::how_it_ended() {
  const bool by_itself = ended();
  const int how = status();
  if (!by_itself) return "closed its connection";
  if (WIFEXITED(how)) return "ended with exit code " + std::to_string(WEXITSTATUS(how));
  return sentence("was killed by signal {} ({})", WTERMSIG(how), ::strsignal(WTERMSIG(how)));
}

}  // namespace ksampler::isolation
