// Files that are given in place of a pipeline, and are something else that people have at hand.
#ifndef KSAMPLER_GRAPH_FOREIGN_FILE_HPP
#define KSAMPLER_GRAPH_FOREIGN_FILE_HPP

#include <string>
#include <string_view>

namespace ksampler {

// What a file with this content is, and what to do with it; empty where it may be a pipeline.
std::string foreign_file(std::string_view content);

}  // namespace ksampler

#endif
