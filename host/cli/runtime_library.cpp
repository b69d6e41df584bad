#include "host/cli/runtime_library.hpp"

#include "host/base/sentence.hpp"
#include "host/cli/libtorch.hpp"
#include "host/cli/report.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <vector>

namespace ksampler {
namespace {

constexpr const char* kRuntimeLibrary = "libksampler_runtime.so";
constexpr const char* kSymbol = "ksampler_make_runtime";

std::vector<std::filesystem::path> candidates() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    throw Error(sentence("cannot tell where the program lies, to find {} beside it", kRuntimeLibrary));
  const std::filesystem::path root = program.parent_path().parent_path();
  return {root / "lib" / kRuntimeLibrary, root / "lib" / "ksampler" / kRuntimeLibrary};
}

}  // namespace

std::unique_ptr<Runtime> open_runtime() {
  std::string tried;
  for (const std::filesystem::path& file : candidates()) {
    std::error_code error;
    tried += "\n  " + file.string();
    if (!std::filesystem::exists(file, error)) continue;
    load_libtorch(libtorch_places(file.parent_path(), KSAMPLER_LIBTORCH, std::getenv),
                  KSAMPLER_LIBTORCH_VERSION, [](const std::string& what) {
                    stderr_report().print({{}, what}, Severity::warning);
                  });
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw Error(Place{file.string()},
                  std::string("cannot be loaded, and a run needs it: ") + dlerror());
    }
    // POSIX lets data pointers from dlsym be functions.
    const auto make = reinterpret_cast<MakeRuntime>(dlsym(library, kSymbol));
    if (make == nullptr) {
      throw Error(Place{file.string()},
                  sentence("has no symbol {}; is it of another version?", kSymbol));
    }
    return std::unique_ptr<Runtime>(make());
  }
  throw Error(sentence("there is no {}, which a run needs; looked for:{}", kRuntimeLibrary, tried));
}

}  // namespace ksampler
