// What a file says of how it was made.
#ifndef KSAMPLER_RECORD_RECORD_HPP
#define KSAMPLER_RECORD_RECORD_HPP

#include "host/runtime/node_context.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace ksampler {

// For a file that is written as `file`, without its number and ending: the pipeline's text, what
// `--set` replaced in it (a file as seen from the pipeline's folder), the noise profile, what it was
// made with (made_with.hpp), and the pipeline's folder as seen from the file's. That is left out where
// the two share nothing but the root, since it would say where this machine keeps things. Besides, what
// the run's options say.
std::map<std::string, std::string> record_of(const NodeContext& context,
                                             const std::filesystem::path& file);

}  // namespace ksampler

#endif
