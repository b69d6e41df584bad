#include "host/serve/comfy/folders.hpp"

#include "host/base/error.hpp"
#include "host/base/path_within.hpp"
#include "host/base/sentence.hpp"

#include <algorithm>
#include <climits>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTypes = {"input", "output", "temp"};

void make(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw Error(sentence("there is no folder {}, nor can there be: {}", folder, error.message()));
}

bool is_type(const std::string& type) { return std::ranges::find(kTypes, type) != kTypes.end(); }

}  // namespace

static_assert(NAME_MAX == 255 && PATH_MAX == 4096);
const char* const kTooLong = "a name has at most 255 bytes, and a path 4096";

bool is_too_long(const std::string& name) {
  return name.size() >= PATH_MAX || std::ranges::any_of(fs::path(name), [](const fs::path& part) {
           return part.native().size() > NAME_MAX;
         });
}

fs::path inside(const fs::path& folder, const std::string& name) {
  if (folder.empty() || name.empty() || name.find('\0') != std::string::npos ||
      fs::path(name).is_absolute())
    return {};
  const fs::path path = path_within(folder, name);
  if (path.empty()) return {};
  // A link in it may lead elsewhere.
  std::error_code error;
  const fs::path root = fs::weakly_canonical(folder, error);
  const fs::path real = fs::weakly_canonical(path, error);
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  return !error && end == root.end() ? path : fs::path();
}

Folders::Folders(const fs::path& base, FileFolders files)
    : base_(fs::absolute(base).lexically_normal()), files_(std::move(files)) {
  if (base_.filename().empty()) base_ = base_.parent_path();
  for (const std::string& type : kTypes) {
    make(base_ / type);
    const std::vector<fs::path> known = files_.of({type});
    if (std::ranges::find(known, base_ / type) == known.end()) files_.add(type, base_ / type);
  }
  make(user() / "workflows");
}

fs::path Folders::to_write(const FileName& file) const {
  if (!is_type(file.type)) return {};
  return inside(base_ / file.type, (fs::path(file.subfolder) / file.name).generic_string());
}

fs::path Folders::to_read(const FileName& file) const {
  fs::path own = to_write(file);
  std::error_code ignored;
  if (own.empty() || fs::is_regular_file(own, ignored)) return own;
  for (const fs::path& folder : files_.of({file.type})) {
    const fs::path path = inside(folder, (fs::path(file.subfolder) / file.name).generic_string());
    if (!path.empty() && fs::is_regular_file(path, ignored)) return path;
  }
  return own;
}

std::optional<FileName> Folders::named(const fs::path& file) const {
  const fs::path path = fs::absolute(file).lexically_normal();
  for (const std::string& type : kTypes) {
    const fs::path relative = path.lexically_relative(base_ / type);
    if (relative.empty() || *relative.begin() == "..") continue;
    return FileName{relative.filename().string(), relative.parent_path().generic_string(), type};
  }
  return std::nullopt;
}

}  // namespace ksampler::comfy
