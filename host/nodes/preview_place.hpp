// Where nodes write what is only to be looked at.
#ifndef KSAMPLER_NODES_PREVIEW_PLACE_HPP
#define KSAMPLER_NODES_PREVIEW_PLACE_HPP

#include "host/runtime/runtime.hpp"

#include <filesystem>
#include <string>

namespace ksampler {

struct OutputPlace {
  std::filesystem::path folder;
  std::string prefix;  // below it, as write_numbered takes it
};

inline OutputPlace preview_place(const RunOptions& options, const std::string& name = "preview") {
  if (options.previews.empty()) return {options.out, "preview/" + name};
  return {options.previews, name};
}

}  // namespace ksampler

#endif
