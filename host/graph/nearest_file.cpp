#include "host/graph/nearest_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

namespace ksampler {
namespace {

constexpr int kMostNeighbours = 1000;

std::vector<std::string> neighbours(const std::filesystem::path& file) {
  std::vector<std::string> names;
  std::error_code error;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator() && names.size() < kMostNeighbours;
       at.increment(error)) {
    // A link that leads nowhere is there by name.
    if (at->path().filename() != file.filename()) names.push_back(at->path().filename().string());
  }
  return names;
}

}  // namespace

std::string nearest_file(const std::filesystem::path& file) {
  return std::string(nearest(file.filename().string(), neighbours(file)));
}

std::string no_such_file(const std::filesystem::path& file) {
  const std::string near = nearest_file(file);
  if (near.empty()) return "there is no such file";
  return sentence("there is no such file; did you mean {}?",
                  quote((file.parent_path() / near).string()));
}

}  // namespace ksampler
