#include "host/cli/progress.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/preview_file.hpp"
#include "host/cli/terminal.hpp"
#include "host/graph/node_title.hpp"

#include <ks/ks.h>

#include <algorithm>
#include <cstdio>

namespace ksampler {
namespace {

constexpr std::size_t kLongestBar = 40;
// Steps of a small model take less: a terminal is slower than they are.
constexpr std::chrono::milliseconds kBarAtMostEvery{50};
constexpr const char* kEraseLine = "\r\033[K";

// What a person calls it.
const std::string& name_of(const Node& node) { return node.title.empty() ? node.name : node.title; }

std::string headline(const Node& node) {
  return sentence("{} ({})", printable(name_of(node), 60), node.decl->type);
}

std::string rate_text(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 10 ? "%.2f steps/s" : "%.0f steps/s", rate);
  return text;
}

}  // namespace

void Progress::node_begins(const Node& node) {
  const std::lock_guard lock(mutex_);
  rate_.begin(std::chrono::steady_clock::now());
  tenths_said_ = 0;
  if (style_ == Style::lines) out_ << headline(node) << std::endl;
  if (style_ != Style::bar) return;
  leave_line();
  out_ << headline(node) << std::flush;
  line_ = Line::title;
}

void Progress::step_done(const Node& node, std::uint32_t step, std::uint32_t steps) {
  const std::lock_guard lock(mutex_);
  const double rate = rate_.after(step, std::chrono::steady_clock::now());
  if (style_ == Style::bar) draw_bar(node, step, steps, rate);
  if (style_ != Style::lines) return;
  const std::uint32_t tenths =
      steps == 0 ? 0 : static_cast<std::uint32_t>(std::uint64_t{10} * step / steps);
  if (tenths <= tenths_said_ && step != steps) return;
  tenths_said_ = tenths;
  out_ << "  " << printable(name_of(node), 60) << ": step " << step << " of " << steps << ", "
       << rate_text(rate) << std::endl;
}

void Progress::draw_bar(const Node& node, std::uint32_t step, std::uint32_t steps, double rate) {
  const auto now = std::chrono::steady_clock::now();
  if (step != steps && now - bar_drawn_ < kBarAtMostEvery) return;
  bar_drawn_ = now;
  const std::string head = headline(node) + " ";
  const std::string tail = sentence(" {}/{}  {}", step, steps, rate_text(rate));
  const std::size_t taken = columns_of(head) + tail.size() + 3;
  const std::size_t columns = stderr_columns();
  const std::size_t width = std::min(kLongestBar, columns > taken ? columns - taken : 0);
  const std::size_t filled = steps == 0 ? 0 : std::min<std::size_t>(width, width * step / steps);
  out_ << kEraseLine << head << "[" << std::string(filled, '#') << std::string(width - filled, '.')
       << "]" << tail << std::flush;
  line_ = Line::bar;
}

void Progress::preview(const Node& node, std::uint32_t, std::uint32_t, const PreviewPicture& picture) {
  const std::filesystem::path file = preview_file(folder_, node.name);
  std::string failed;
  try {
    write_preview(file, picture);
  } catch (const Error& error) {
    failed = error.what();
  }
  const std::lock_guard lock(mutex_);
  if (!previews_.insert(file).second) return;
  leave_line();
  if (!failed.empty()) {
    report_.print({node.place, "no preview can be written: " + failed}, Severity::warning);
  } else if (style_ != Style::quiet) {
    out_ << "Preview of " << node.name << ": " << file.lexically_normal().string() << std::endl;
  }
}

void Progress::file_written(const Node&, const std::filesystem::path& file) {
  const std::lock_guard lock(mutex_);
  files_.push_back(file);
}

void Progress::warning(const Node& node, const std::string& message) {
  const std::lock_guard lock(mutex_);
  leave_line();
  report_.print({node.place, sentence("{}: {}", title(node), message)}, Severity::warning);
}

void Progress::plugin_says(std::uint32_t level, std::string_view plugin, std::string_view line) {
  if (level < (style_ == Style::quiet ? KS_LOG_WARNING : KS_LOG_INFO)) return;
  const std::lock_guard lock(mutex_);
  leave_line();
  out_ << "plugin " << plugin << ": " << line << std::endl;
}

void Progress::say(const std::string& line) {
  const std::lock_guard lock(mutex_);
  leave_line();
  if (style_ != Style::quiet) out_ << line << std::endl;
}

void Progress::end_line() {
  const std::lock_guard lock(mutex_);
  leave_line();
}

void Progress::leave_line() {
  if (line_ == Line::title) out_ << kEraseLine << std::flush;  // over in no time
  if (line_ == Line::bar) out_ << "\n" << std::flush;
  line_ = Line::empty;
}

}  // namespace ksampler
