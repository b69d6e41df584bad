// That a plugin leaves the process as it was.
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/exercise.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cfenv>
#include <chrono>
#include <clocale>
#include <cstring>
#include <map>
#include <set>
#include <thread>

namespace ksampler::conformance {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_in(const char* folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

// Loads it, uses all of it, closes it.
void use(const Subject& subject) { exercise(std::make_shared<const toy::Plugin>(subject.copy)); }

Result no_threads_left(const Subject& subject) {
  const std::size_t before = names_in("/proc/self/task").size();
  use(subject);
  std::size_t after = 0;
  // A thread that was joined is still listed for a moment.
  for (int tries = 0; tries < 50; ++tries) {
    after = names_in("/proc/self/task").size();
    if (after <= before) return pass();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return fail(std::to_string(after - before) + " more running after deinit");
}

// By number and by what they are, as one may be closed and another opened in its place.
std::map<std::string, std::string> descriptors() {
  std::map<std::string, std::string> open;
  for (const std::string& name : names_in("/proc/self/fd")) {
    std::error_code error;
    const fs::path target = fs::read_symlink("/proc/self/fd/" + name, error);
    if (!error) open[name] = target.string();
  }
  // That of the listing itself is gone by now.
  return open;
}

Result no_descriptors_left(const Subject& subject) {
  const auto before = descriptors();
  use(subject);
  const auto after = descriptors();
  for (const auto& [name, target] : after) {
    const auto at = before.find(name);
    if (at == before.end())
      return fail(sentence("left descriptor {} open: {}", name, printable(target, 100)));
    if (at->second != target)
      return fail(sentence("put {} in place of descriptor {}", printable(target, 100), name));
  }
  for (const auto& [name, target] : before) {
    if (!after.contains(name))
      return fail(sentence("closed descriptor {}: {}", name, printable(target, 100)));
  }
  return pass();
}

// Standard output and error go to a file in memory meanwhile.
Result prints_nothing(const Subject& subject) {
  const int file = ::memfd_create("printed", MFD_CLOEXEC);
  if (file < 0) return skip("no memory file to catch output with");
  for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(file, standard);
  use(subject);
  std::fflush(nullptr);
  std::string text(200, '\0');
  const ssize_t got = ::pread(file, text.data(), text.size(), 0);
  if (got <= 0) return pass();
  text.resize(static_cast<std::size_t>(got));
  return fail(sentence("printed {}; ks_host.log is for that", quote(text)));
}

std::string signal_changed(const std::map<int, struct sigaction>& before) {
  for (const auto& [number, action] : before) {
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    if (now.sa_handler != action.sa_handler) return ::strsignal(number);
  }
  return {};
}

Result process_unchanged(const Subject& subject) {
  std::map<int, struct sigaction> actions;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0) actions[number] = action;
  }
  std::vector<std::string> environment;
  for (char** at = environ; *at != nullptr; ++at) environment.emplace_back(*at);
  const fs::path folder = fs::current_path();
  const std::string locale = std::setlocale(LC_ALL, nullptr);
  const int rounding = std::fegetround();

  use(subject);

  if (const std::string name = signal_changed(actions); !name.empty()) {
    return fail(sentence("changed what the process does on the signal '{}'", name));
  }
  if (locale != std::setlocale(LC_ALL, nullptr)) return fail("changed the locale");
  if (rounding != std::fegetround()) return fail("changed the rounding of floating point numbers");
  if (folder != fs::current_path()) return fail("changed the current folder");
  std::size_t i = 0;
  for (char** at = environ; *at != nullptr; ++at, ++i) {
    if (i >= environment.size() || environment[i] != *at) return fail("changed the environment");
  }
  if (i != environment.size()) return fail("changed the environment");
  return pass();
}

}  // namespace

Checks process_checks() {
  return {
      {"no-threads-left", "load", Scope::whole, "No thread runs on after deinit.", no_threads_left},
      {"no-descriptors-left", "load", Scope::whole,
       "No file descriptor is left open after deinit, and none of the host's is closed.",
       no_descriptors_left},
      {"prints-nothing", "load", Scope::whole,
       "A plugin does not print: its log lines and errors go through the host.", prints_nothing},
      {"process-unchanged", "load", Scope::whole,
       "Signal handlers, locale, rounding, current folder and environment stay as they were.",
       process_unchanged},
  };
}

}  // namespace ksampler::conformance
