// The functions that a C header declares, and those that a library exports.
#ifndef KSAMPLER_TESTS_SUPPORT_EXPORTED_FUNCTIONS_HPP
#define KSAMPLER_TESTS_SUPPORT_EXPORTED_FUNCTIONS_HPP

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace ksampler::test {

inline std::string output_of(const std::string& command) {
  // NOLINTNEXTLINE(bugprone-command-processor): a fixed command, of the test's own
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), count);
  }
  return text;
}

// By KS_EXPORT.
inline std::set<std::string> declared_functions(const std::string& header) {
  std::stringstream text;
  text << std::ifstream(header).rdbuf();
  const std::string all = text.str();
  std::set<std::string> declared;
  for (std::size_t at = 0; (at = all.find("KS_EXPORT ", at)) != std::string::npos; ++at) {
    const std::size_t end = all.find('(', at);
    const std::size_t begin = all.find_last_of(" *", end) + 1;
    declared.insert(all.substr(begin, end - begin));
  }
  return declared;
}

inline std::set<std::string> exported_functions(const std::string& library) {
  std::set<std::string> exported;
  std::istringstream lines(output_of("nm -D --defined-only --format=posix " + library));
  for (std::string name, type; lines >> name >> type; std::getline(lines, name)) {
    if (type == "T") exported.insert(name.substr(0, name.find('@')));
  }
  return exported;
}

}  // namespace ksampler::test

#endif
