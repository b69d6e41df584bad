// What a run shows of itself on standard error: a bar on a terminal, lines elsewhere. Thread rule: any,
// since plugins may log from threads of their own.
#ifndef KSAMPLER_CLI_PROGRESS_HPP
#define KSAMPLER_CLI_PROGRESS_HPP

#include "host/cli/report.hpp"
#include "host/nodes/runtime.hpp"

#include <chrono>
#include <filesystem>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

class Progress : public Reporter {
 public:
  enum class Style { quiet, lines, bar };

  // `out` and `report` must outlive it.
  Progress(std::ostream& out, Report& report, Style style)
      : out_(out), report_(report), style_(style) {}

  void node_begins(const Node& node) override;
  void step_done(const Node& node, std::uint32_t step, std::uint32_t steps) override;
  void file_written(const Node& node, const std::filesystem::path& file) override;
  void warning(const Node& node, const std::string& message) override;

  // A line that a plugin logs, with its KS_LOG_... level.
  void plugin_says(std::uint32_t level, std::string_view plugin, std::string_view line);

  // Leaves the cursor at the start of a line.
  void end_line();
  const std::vector<std::filesystem::path>& files() const { return files_; }

 private:
  void leave_line();
  void draw_bar(const Node& node, std::uint32_t step, std::uint32_t steps);
  double rate(std::uint32_t step) const;

  std::mutex mutex_;
  std::ostream& out_;
  Report& report_;
  Style style_;
  enum class Line { empty, title, bar } line_ = Line::empty;  // what stands in the cursor's
  std::chrono::steady_clock::time_point node_began_;
  std::chrono::steady_clock::time_point bar_drawn_{};
  std::uint32_t tenths_said_ = 0;
  std::vector<std::filesystem::path> files_;
};

}  // namespace ksampler

#endif
