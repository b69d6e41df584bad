// What a file says of how it was made.
#ifndef KSAMPLER_RECORD_RECORD_HPP
#define KSAMPLER_RECORD_RECORD_HPP

#include "host/runtime/node_context.hpp"

#include <map>
#include <string>

namespace ksampler {

// For a file that is written as `prefix` below the output folder: the pipeline's text, what `--set`
// replaced in it (a file as seen from the pipeline's folder), the noise profile, what it was made with
// (made_with.hpp), and the pipeline's folder as seen from the file's. That is left out where the two
// share nothing but the root, since it would say where this machine keeps things.
std::map<std::string, std::string> record_of(const NodeContext& context, const std::string& prefix);

}  // namespace ksampler

#endif
