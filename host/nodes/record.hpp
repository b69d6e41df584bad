// What a file says of how it was made.
#ifndef KSAMPLER_NODES_RECORD_HPP
#define KSAMPLER_NODES_RECORD_HPP

#include "host/nodes/functions.hpp"

#include <map>
#include <string>

namespace ksampler {

// The pipeline's text, what `--set` replaced in it (a line each), and the noise profile.
std::map<std::string, std::string> record_of(const NodeContext& context);

}  // namespace ksampler

#endif
