#include "host/cli/serve_comfy.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <cstdlib>

namespace ksampler {

namespace fs = std::filesystem;

fs::path installed_configs() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path() / "share/ksampler/configs";
}

fs::path comfy_page(const std::string& asked) {
  if (asked.empty()) {
    const char* environment = std::getenv("VIRTUAL_ENV");
    return environment == nullptr ? fs::path() : installed_page(environment);
  }
  std::error_code ignored;
  for (const fs::path& folder : {fs::absolute(asked), fs::absolute(asked) / "static"}) {
    if (fs::is_regular_file(folder / "index.html", ignored)) return folder;
  }
  throw Error(Place{sentence("--page {}", asked)},
              "there is no page in that folder; it takes the folder static of the Python package "
              "comfyui_frontend_package");
}

fs::path add_examples(const fs::path& folder, FileFolders& files) {
  std::error_code error;
  for (const fs::path& configs : {installed_configs(), folder}) {
    if (!fs::is_directory(configs / "comfyui", error)) continue;
    files.add("checkpoints", configs / "models");
    files.add("loras", configs / "loras");
    return configs / "comfyui";
  }
  return {};
}

}  // namespace ksampler
