// ComfyUI's HTTP and WebSocket API on ksampler's own queue, and its page, where it is installed: for
// the page and the programs that people have for ComfyUI. docs/comfyui.md says what it answers.
#ifndef KSAMPLER_SERVE_COMFY_COMFY_HPP
#define KSAMPLER_SERVE_COMFY_COMFY_HPP

#include "host/graph/file_folders.hpp"
#include "host/runtime/runtime.hpp"
#include "host/serve/http/router.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace ksampler {

struct ComfyOptions {
  std::filesystem::path base = ".";      // input/, output/, temp/ and user/ are in it
  std::filesystem::path folder = ".";    // what files in prompts are relative to, besides
  FileFolders files = {};                // and where they are looked for
  std::filesystem::path page = {};       // the static folder of ComfyUI's page; empty: it is not served
  std::filesystem::path templates = {};  // a folder of workflows to begin with; empty: there are none
  std::shared_ptr<Runtime> runtime;
};

namespace comfy {
struct Service;
}

class Comfy {
 public:
  // Makes the folders. `book` and `plugins` must outlive it, and it must outlive what runs. Throws
  // Error.
  Comfy(ComfyOptions options, RunBook& book, ServedPlugins& plugins);
  ~Comfy();
  Comfy(const Comfy&) = delete;
  Comfy& operator=(const Comfy&) = delete;

  // Which must not outlive it.
  void add_to(Router& router);

 private:
  std::unique_ptr<comfy::Service> service_;
};

// The static folder of the package comfyui_frontend_package in a virtual environment; empty: it is not
// there.
std::filesystem::path installed_page(const std::filesystem::path& environment);

}  // namespace ksampler

#endif
