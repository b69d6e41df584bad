#include "host/embed/programs.hpp"

#include "host/plugin/registry.hpp"

#include <dlfcn.h>
#include <cstdlib>
#include <vector>

namespace ksampler::embed {

namespace fs = std::filesystem;

fs::path find_isolating_program() {
  constexpr const char* kName = "ksampler-isolate";
  if (const char* named = std::getenv("KSAMPLER_ISOLATE"); named != nullptr) return named;
  std::vector<fs::path> places;
  Dl_info here{};
  if (::dladdr(reinterpret_cast<const void*>(&find_isolating_program), &here) != 0 &&
      here.dli_fname != nullptr) {
    std::error_code error;
    const fs::path folder = fs::absolute(here.dli_fname, error).parent_path();
    places = {folder / kName, folder.parent_path() / "bin" / kName,
              folder.parent_path().parent_path() / "bin" / kName};
  }
  places.push_back(ksampler::isolating_program());
  for (const fs::path& place : places) {
    std::error_code error;
    if (fs::exists(place, error)) return place;
  }
  return places.back();
}

}  // namespace ksampler::embed
