// What a run shows of itself on standard error: a bar on a terminal, lines elsewhere. Thread rule: any,
// since plugins may log from threads of their own.
#ifndef KSAMPLER_CLI_PROGRESS_HPP
#define KSAMPLER_CLI_PROGRESS_HPP

#include "host/cli/report.hpp"
#include "host/cli/step_rate.hpp"
#include "host/runtime/runtime.hpp"

#include <chrono>
#include <filesystem>
#include <mutex>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {

class Progress : public Reporter {
 public:
  enum class Style { quiet, lines, bar };

  // `out` and `report` must outlive it. Previews are written below `folder`.
  Progress(std::ostream& out, Report& report, Style style, std::filesystem::path folder = ".")
      : out_(out), report_(report), style_(style), folder_(std::move(folder)) {}

  void node_begins(const Node& node) override;
  void step_done(const Node& node, std::uint32_t step, std::uint32_t steps) override;
  // Written beside the outputs, and named once. One that cannot be written is no reason to end the run.
  void preview(const Node& node, std::uint32_t step, std::uint32_t steps,
               const PreviewPicture& picture) override;
  void file_written(const Node& node, const std::filesystem::path& file) override;
  void warning(const Node& node, const std::string& message) override;
  void memory_used(std::uint64_t peak) override { peak_ = peak; }

  // A line that a plugin logs, with its KS_LOG_... level.
  void plugin_says(std::uint32_t level, std::string_view plugin, std::string_view line);

  // A line of the program's own, between runs.
  void say(const std::string& line);

  // Leaves the cursor at the start of a line.
  void end_line();
  const std::vector<std::filesystem::path>& files() const { return files_; }
  std::uint64_t peak() const { return peak_; }  // bytes of memory, see Reporter::memory_used

 private:
  void leave_line();
  void draw_bar(const Node& node, std::uint32_t step, std::uint32_t steps, double rate);

  std::mutex mutex_;
  std::ostream& out_;
  Report& report_;
  Style style_;
  std::filesystem::path folder_;
  enum class Line { empty, title, bar } line_ = Line::empty;  // what stands in the cursor's
  StepRate rate_;
  std::chrono::steady_clock::time_point bar_drawn_{};
  std::uint32_t tenths_said_ = 0;
  std::uint64_t peak_ = 0;
  std::vector<std::filesystem::path> files_;
  std::set<std::filesystem::path> previews_;  // that were named, or could not be written
};

}  // namespace ksampler

#endif
