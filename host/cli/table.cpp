#include "host/cli/table.hpp"

#include "host/cli/terminal.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr std::size_t kWidestCell = 64;
constexpr std::size_t kLeastLast = 24;

}  // namespace

void Table::print(std::ostream& out, const std::string& indent) const {
  std::vector<std::size_t> widths;
  for (const auto& cells : rows_) {
    widths.resize(std::max(widths.size(), cells.size()), 0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t width = columns_of(cells[i]);
      if (width <= kWidestCell) widths[i] = std::max(widths[i], width);
    }
  }
  for (const auto& cells : rows_) {
    std::string line = indent;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i + 1 == cells.size()) {
        const std::size_t taken = std::min(columns_of(line), columns_);
        line += columns_ == 0 ? cells[i] : shortened(cells[i], std::max(columns_ - taken, kLeastLast));
        break;
      }
      line += cells[i];
      const std::size_t width = columns_of(cells[i]);
      line += std::string(2 + (widths[i] > width ? widths[i] - width : 0), ' ');
    }
    out << line.erase(line.find_last_not_of(' ') + 1) << "\n";
  }
}

void print_wrapped(std::ostream& out, const std::vector<std::string>& words, const std::string& indent,
                   std::size_t columns) {
  std::string line = indent;
  for (const std::string& word : words) {
    if (line.size() > indent.size() && columns_of(line) + 2 + columns_of(word) > columns) {
      out << line << "\n";
      line = indent;
    }
    line += (line.size() > indent.size() ? "  " : "") + word;
  }
  if (line.size() > indent.size()) out << line << "\n";
}

}  // namespace ksampler
