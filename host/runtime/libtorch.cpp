#include "host/runtime/libtorch.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTorchLibrary = "libtorch_cpu.so";

// <prefix>/lib/python3*/*-packages/torch/lib, the newest Python first.
std::vector<fs::path> packages_below(const fs::path& prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& python : fs::directory_iterator(prefix / "lib", error)) {
    if (!python.path().filename().string().starts_with("python3")) continue;
    for (const char* packages : {"site-packages", "dist-packages"}) {
      const fs::path folder = python.path() / packages / "torch" / "lib";
      if (fs::exists(folder / kTorchLibrary, error)) found.push_back(folder);
    }
  }
  const auto minor = [](const fs::path& folder) {
    const std::string name = folder.parent_path().parent_path().parent_path().filename().string();
    return std::pair(name.size(), name);  // python3.9 before python3.11
  };
  std::sort(found.begin(), found.end(),
            [&](const fs::path& a, const fs::path& b) { return minor(a) > minor(b); });
  return found;
}

// The roots of the Pythons that may have the package torch.
std::vector<LibTorchPlace> python_prefixes(const Variables& variable) {
  std::vector<LibTorchPlace> prefixes;
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (const char* value = variable(name)) prefixes.push_back({value, name});
  }
  std::istringstream path(variable("PATH") == nullptr ? "" : variable("PATH"));
  std::error_code error;
  for (std::string folder; std::getline(path, folder, ':');) {
    if (!fs::exists(fs::path(folder) / "python3", error)) continue;
    prefixes.push_back({fs::path(folder).parent_path(), "python3 in PATH"});
  }
  if (const char* home = variable("HOME"))
    prefixes.push_back({fs::path(home) / ".local", "the user's Python"});
  for (const char* prefix : {"/usr/local", "/usr"}) prefixes.push_back({prefix, "the system's Python"});
  return prefixes;
}

// "2.15" of a LibTorch with its headers, else nothing.
std::optional<std::string> version_of(const fs::path& folder) {
  std::ifstream header(folder.parent_path() / "include" / "torch" / "headeronly" / "version.h");
  std::string major, minor;
  for (std::string word, name; header >> word;) {
    if (word != "#define" || !(header >> name)) continue;
    if (name == "TORCH_VERSION_MAJOR") header >> major;
    if (name == "TORCH_VERSION_MINOR") header >> minor;
  }
  if (major.empty() || minor.empty()) return std::nullopt;
  return sentence("{}.{}", major, minor);
}

// Why not, or nothing where it is loaded now; for as long as the program runs.
std::optional<std::string> not_loaded(const char* file) {
  if (dlopen(file, RTLD_NOW | RTLD_LOCAL) != nullptr) return std::nullopt;
  return dlerror();
}

std::optional<std::string> not_usable(const fs::path& folder, const std::string& version) {
  const fs::path library = folder / kTorchLibrary;
  std::error_code error;
  if (!fs::exists(library, error)) return "there is none";
  if (const auto found = version_of(folder); found && *found != version)
    return "is LibTorch " + *found + ", and " + version + " is needed";
  return not_loaded(library.c_str());
}

// What is for CUDA makes itself known to LibTorch by being loaded.
void load_cuda(const fs::path& folder, const std::function<void(const std::string&)>& warn) {
  const fs::path library = folder / "libtorch_cuda.so";
  std::error_code error;
  if (!fs::exists(library, error) || not_loaded("libcuda.so.1")) return;
  if (const auto reason = not_loaded(library.c_str()))
    warn("there is a driver for CUDA, but " + library.string() + " cannot be loaded: " + *reason);
}

}  // namespace

std::vector<LibTorchPlace> libtorch_places(const fs::path& beside, const fs::path& built_with,
                                           const Variables& variable) {
  std::vector<LibTorchPlace> places = {{beside, "beside the program's library"}};
  if (const char* root = variable("LIBTORCH_ROOT"); root != nullptr && *root != '\0')
    places.push_back({fs::path(root) / "lib", "LIBTORCH_ROOT"});
  places.push_back({built_with, "where it lay at the build"});
  std::set<fs::path> seen;
  for (const LibTorchPlace& prefix : python_prefixes(variable)) {
    if (!seen.insert(prefix.folder).second) continue;
    std::vector<fs::path> folders = packages_below(prefix.folder);
    // Only for the error to name it.
    if (folders.empty()) folders = {prefix.folder / "lib/python3*/site-packages/torch/lib"};
    for (const fs::path& folder : folders) places.push_back({folder, prefix.reason});
  }
  return places;
}

fs::path load_libtorch(const std::vector<LibTorchPlace>& places, const std::string& version,
                       const std::function<void(const std::string&)>& warn) {
  std::string tried;
  for (const LibTorchPlace& place : places) {
    const auto reason = not_usable(place.folder, version);
    if (!reason) {
      load_cuda(place.folder, warn);
      return place.folder;
    }
    tried += "\n  " + place.folder.string() + " (" + place.reason + "): " + *reason;
  }
  throw Error(
      Diagnostic::Kind::unavailable,
      sentence("a run needs LibTorch {}; looked for {} in{}\nset LIBTORCH_ROOT to the folder of one "
               "(with lib/ in it), such as site-packages/torch of a Python with torch {}",
               version, kTorchLibrary, tried, version));
}

}  // namespace ksampler
