// The program as a child process, in a temporary folder of its own: a copy of it there sees none of the
// build's plugins, and no LibTorch half.
#ifndef KSAMPLER_TESTS_CLI_PROGRAM_HPP
#define KSAMPLER_TESTS_CLI_PROGRAM_HPP

#include "host/plugin/description.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ksampler::test {

inline const std::string kQuickstart = SOURCE_DIR "/configs/quickstart.yaml";

struct Outcome {
  int code = -1;  // 128 and the number where a signal ended it
  std::string out;
  std::string err;
};

class Program : public ::testing::Test {
 protected:
  Program();
  ~Program() override;

  // Runs the copy, with the temporary folder as the current one.
  Outcome run(const std::vector<std::string>& arguments) const { return run_file(copy_, arguments); }
  // Runs the program where it was built, with its plugins and its LibTorch half. `watch` is called with
  // the child's id every few milliseconds while it runs.
  Outcome run_built(const std::vector<std::string>& arguments,
                    const std::function<void(int)>& watch = {}) const;

  std::filesystem::path write(const std::string& name, const std::string& text) const;
  // What the child has written to standard error so far.
  std::string errors_so_far() const;
  // Makes plugins/<name>/ with a manifest, beside the copy. Its library is an empty file.
  void add_plugin(const PluginDescription& plugin) const;

  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;  // added to the child's

 private:
  Outcome run_file(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                   const std::function<void(int)>& watch = {}) const;

  std::filesystem::path copy_;
};

// A plugin "fixture" with the samplers zigzag (eta 0 to 10, default 1; mode calm or wild) and detour,
// and the scheduler evenly.
PluginDescription fixture_plugin();

}  // namespace ksampler::test

#endif
