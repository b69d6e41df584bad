#include "host/cli/missing.hpp"

#include "host/base/text.hpp"

#include <algorithm>
#include <iomanip>
#include <set>
#include <vector>

namespace ksampler {
namespace {

constexpr std::size_t kLongestName = 200;

void print_part(std::ostream& out, const char* title, const std::map<std::string, std::size_t>& part) {
  if (part.empty()) return;
  std::vector<std::pair<std::string, std::size_t>> sorted(part.begin(), part.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(),
                           &std::pair<std::string, std::size_t>::second);
  out << title << "\n";
  for (const auto& [name, count] : sorted) {
    out << "  " << std::setw(5) << count << "  " << printable(name, kLongestName) << "\n";
  }
}

}  // namespace

bool Missing::add(const Error& error) {
  std::set<std::string> types;
  std::set<std::string> files;
  for (const Diagnostic& each : error.diagnostics()) {
    if (each.what.empty()) continue;
    if (each.kind == Diagnostic::Kind::unknown_type) types.insert(each.what);
    if (each.kind == Diagnostic::Kind::no_file) files.insert(each.what);
  }
  for (const std::string& type : types) ++types_[type];
  for (const std::string& file : files) ++files_[file];
  return !types.empty() || !files.empty();
}

void Missing::print(std::ostream& out) const {
  print_part(out, "Node types that there are not, and how many pipelines need each:", types_);
  print_part(out, "Files that are not there:", files_);
}

}  // namespace ksampler
