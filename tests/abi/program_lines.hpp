// What a program prints: the words of each line after the first one.
#ifndef KSAMPLER_TESTS_ABI_PROGRAM_LINES_HPP
#define KSAMPLER_TESTS_ABI_PROGRAM_LINES_HPP

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace ksampler::test {

class ProgramLines {
 public:
  // Runs the command with the libraries of this build.
  explicit ProgramLines(const std::string& command) {
    const std::string whole = "LD_LIBRARY_PATH=" BINARY_DIR "/lib " + command + " 2>&1";
    // NOLINTNEXTLINE(bugprone-command-processor): a fixed command, of the test's own
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(whole.c_str(), "r"), &pclose);
    std::array<char, 1024> line{};
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) != nullptr) {
      std::istringstream words(line.data());
      std::string first;
      words >> first;
      for (std::string word; words >> word;) lines_[first].push_back(word);
    }
  }

  // Of all lines that begin with `first`.
  std::vector<std::string> words(const std::string& first) const {
    const auto at = lines_.find(first);
    return at == lines_.end() ? std::vector<std::string>() : at->second;
  }

 private:
  std::map<std::string, std::vector<std::string>> lines_;
};

}  // namespace ksampler::test

#endif
