// What a request's target says: "/runs/7?set=base.steps=30".
#ifndef KSAMPLER_SERVE_HTTP_TARGET_HPP
#define KSAMPLER_SERVE_HTTP_TARGET_HPP

#include "host/serve/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// The segments before the '?', split first and decoded then: "/a%2Fb/c" is {"a/b", "c"}, "/" is none,
// and "/a/" is
// {"a", ""}. A '+' stays one.
std::vector<std::string> path_of(std::string_view target);

// Keys and values after the '?', decoded, in their order. A value begins after the first '=': that of
// "set=base.steps=30" is "base.steps=30".
TextPairs query_of(std::string_view target);

}  // namespace ksampler

#endif
