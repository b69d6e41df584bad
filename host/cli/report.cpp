#include "host/cli/report.hpp"

#include "host/base/text.hpp"
#include "host/cli/terminal.hpp"
#include "host/graph/comfy/workflow.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>

namespace ksampler {
namespace {

constexpr std::size_t kLongestLine = 140;  // bytes of a source line that are shown
constexpr std::size_t kGutter = 5;
constexpr std::streamsize kLargestSource = std::streamsize{16} << 20;

struct SeverityLook {
  const char* name;
  const char* colour;
};

const SeverityLook& look_of(Severity severity) {
  static const std::array<SeverityLook, 3> looks = {
      {{"error", "1;31"}, {"warning", "1;35"}, {"note", "1;36"}}};
  return looks[static_cast<std::size_t>(severity)];
}

std::string place_text(const Place& place) {
  std::string text = place.file.empty() ? "ksampler" : printable(place.file, place.file.size());
  if (place.line > 0) text += ":" + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ":" + std::to_string(place.column);
  return text;
}

// Line `number` (from 1) of `text`, or nothing.
std::string_view line_of(std::string_view text, int number) {
  for (; number > 1 && !text.empty(); --number) {
    const std::size_t end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

std::string without_tabs(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), '\t', ' ');
  return printable(result, result.size());
}

}  // namespace

std::string Report::coloured(const std::string& text, const char* code) const {
  return colours_ ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
}

void Report::print(const Diagnostic& diagnostic, Severity severity) {
  const SeverityLook& look = look_of(severity);
  out_ << coloured(place_text(diagnostic.place) + ":", "1") << " "
       << coloured(std::string(look.name) + ":", look.colour) << " " << diagnostic.message << "\n";
  if (diagnostic.place.line > 0) print_source(diagnostic.place);
}

void Report::print(const Error& error) {
  for (const Diagnostic& diagnostic : error.diagnostics()) print(diagnostic, Severity::error);
  if (error.diagnostics().size() > 1) out_ << error.diagnostics().size() << " errors\n";
}

void Report::print_source(const Place& place) {
  std::string_view line = line_of(source_of(place.file), place.line);
  if (line.find_first_not_of(" \t") == std::string_view::npos) return;
  std::size_t at =
      place.column > 0 ? std::min(static_cast<std::size_t>(place.column - 1), line.size()) : 0;
  if (line.size() > kLongestLine) {  // what lies around the place
    const std::size_t begin = at > kLongestLine / 2 ? at - kLongestLine / 2 : 0;
    line = line.substr(begin, kLongestLine);
    at -= begin;
  }
  const std::string before = without_tabs(line.substr(0, at));
  out_ << std::setw(kGutter) << place.line << " | " << before << without_tabs(line.substr(at)) << "\n";
  if (place.column > 0) {
    out_ << std::string(kGutter, ' ') << " | " << std::string(columns_of(before), ' ')
         << coloured("^", "1;32") << "\n";
  }
}

const std::string& Report::source_of(const std::string& file) {
  if (file == source_file_) return source_;
  source_file_ = file;
  source_.clear();
  std::ifstream stream(file, std::ios::binary);
  // A pipe that was read cannot be read again.
  stream.seekg(0, std::ios::end);
  const std::streamsize size = stream.tellg();
  if (!stream || size > kLargestSource) return source_;
  stream.seekg(0);
  source_.assign(std::istreambuf_iterator<char>(stream), {});
  // A line of a workflow may hold values of nodes that nobody here knows: keys and passwords among
  // them. None is shown.
  if (may_be_workflow(source_)) source_.clear();
  return source_;
}

Report stderr_report() { return {std::cerr, stderr_has_colours()}; }

}  // namespace ksampler
