#include "host/plugin/private_library.hpp"

#include "host/base/error.hpp"
#include "host/plugin/private_copy.hpp"

#include <dlfcn.h>

#include <string>

namespace ksampler {
namespace {

// Local, so that plugins never see each other's symbols.
boost::dll::load_mode::type mode_of(Mapping mapping) {
  return static_cast<boost::dll::load_mode::type>(RTLD_NOW | RTLD_LOCAL |
                                                  (mapping == Mapping::stays ? RTLD_NODELETE : 0));
}

// The loader's reason, speaking of the author's file instead of the copy.
std::string loader_message(const std::filesystem::path& copy) {
  const char* reason = ::dlerror();
  std::string message = reason == nullptr ? "no reason given" : reason;
  const std::string prefix = copy.string() + ": ";
  for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
    message.erase(at, prefix.size());
  }
  return message;
}

// What a static constructor throws may not leave through the loader, which would keep its lock for
// good: the program ends here, and says in which plugin.
void load(boost::dll::shared_library& library, const std::filesystem::path& path, Mapping mapping,
          boost::dll::fs::error_code& error) noexcept {
  library.load(path, mode_of(mapping), error);
}

}  // namespace

boost::dll::shared_library load_in_place(const std::filesystem::path& path,
                                         const std::filesystem::path& file, Mapping mapping) {
  boost::dll::fs::error_code error;
  boost::dll::shared_library library;
  load(library, path, mapping, error);
  if (!library.is_loaded())
    throw Error(Place{file.string()}, "cannot be loaded: " + loader_message(path));
  return library;
}

boost::dll::shared_library load_private(const std::filesystem::path& file,
                                        std::span<const std::byte> bytes, Mapping mapping) {
  const PrivateCopy copy(file, bytes);
  return load_in_place(copy.path(), file, mapping);
}

}  // namespace ksampler
