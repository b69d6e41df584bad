#include "host/cuda/dynamic_library.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <dlfcn.h>
#include <link.h>

#include <utility>

namespace ksampler::cuda {

DynamicLibrary::DynamicLibrary(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    handle_ = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) {
      file_ = file;
      return;
    }
    const char* reason = dlerror();
    failures_ += "  " + (reason != nullptr ? std::string(reason) : file) + "\n";
  }
}

void* DynamicLibrary::address(const char* name) const {
  void* found = dlsym(handle_, name);
  if (found == nullptr) throw Error(sentence("{} has no function {}", file_, name));
  return found;
}

std::vector<std::string> loaded_files(const std::string& prefix) {
  std::pair<const std::string&, std::vector<std::string>> search{prefix, {}};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* context) {
        auto& [wanted, found] = *static_cast<decltype(search)*>(context);
        const std::string file = info->dlpi_name;
        const std::string name = file.substr(file.rfind('/') + 1);
        if (name.starts_with(wanted)) found.push_back(file);
        return 0;
      },
      &search);
  return std::move(search.second);
}

}  // namespace ksampler::cuda
