#include "host/runtime/runtime_library.hpp"

#include "host/base/sentence.hpp"
#include "host/runtime/libtorch.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

namespace ksampler {
namespace {

constexpr const char* kRuntimeLibrary = "libksampler_runtime.so";
constexpr const char* kSymbol = "ksampler_make_runtime";

}  // namespace

std::unique_ptr<Runtime> open_runtime(const std::filesystem::path& root,
                                      const std::function<void(const std::string&)>& warn) {
  std::string tried;
  for (const std::filesystem::path& file :
       {root / "lib" / kRuntimeLibrary, root / "lib" / "ksampler" / kRuntimeLibrary}) {
    std::error_code error;
    tried += "\n  " + file.string();
    if (!std::filesystem::exists(file, error)) continue;
    load_libtorch(libtorch_places(file.parent_path(), KSAMPLER_LIBTORCH, std::getenv),
                  KSAMPLER_LIBTORCH_VERSION, warn);
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw Error(Diagnostic::Kind::unavailable, Place{file.string()},
                  std::string("cannot be loaded, and a run needs it: ") + dlerror());
    }
    // POSIX lets data pointers from dlsym be functions.
    const auto make = reinterpret_cast<MakeRuntime>(dlsym(library, kSymbol));
    if (make == nullptr) {
      throw Error(Diagnostic::Kind::unavailable, Place{file.string()},
                  sentence("has no symbol {}; is it of another version?", kSymbol));
    }
    return std::unique_ptr<Runtime>(make());
  }
  throw Error(Diagnostic::Kind::unavailable,
              sentence("there is no {}, which a run needs; looked for:{}", kRuntimeLibrary, tried));
}

}  // namespace ksampler
