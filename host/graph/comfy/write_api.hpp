// A pipeline in the form of ComfyUI's API.
#ifndef KSAMPLER_GRAPH_COMFY_WRITE_API_HPP
#define KSAMPLER_GRAPH_COMFY_WRITE_API_HPP

#include "host/graph/pipeline.hpp"

#include <string>
#include <vector>

namespace ksampler {

// As JSON: ids from 1 in the order of the run, titles from names, all values with the defaults filled
// in. Files are called as in ComfyUI's folders where they lie in one that `files` knows, else by name
// alone. What that form cannot say is added to `lost`: parameters of a sampler or scheduler.
std::string api_of_pipeline(const Pipeline& pipeline, const FileFolders& files,
                            std::vector<Diagnostic>& lost);

}  // namespace ksampler

#endif
