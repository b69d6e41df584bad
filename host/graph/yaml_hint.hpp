// What a person most likely got wrong where a file is no YAML. The parser says where it lost the
// thread, which is often a line too late, in words of its own.
#ifndef KSAMPLER_GRAPH_YAML_HINT_HPP
#define KSAMPLER_GRAPH_YAML_HINT_HPP

#include "host/base/error.hpp"

#include <string>
#include <string_view>

namespace ksampler {

// The parser's `message` about `place` in `text`, with a sentence on what to write instead where the
// slip is a known one, at the place of the slip.
Diagnostic yaml_error(std::string_view text, const Place& place, const std::string& message);

}  // namespace ksampler

#endif
