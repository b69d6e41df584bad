// What stands after the '?' of a request.
#ifndef KSAMPLER_SERVE_QUERY_HPP
#define KSAMPLER_SERVE_QUERY_HPP

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {

// Keys and values, decoded, in their order. A value begins after the first '=': the HTTP library's own
// reader takes "set=base.steps=30" for a value of 30.
std::vector<std::pair<std::string, std::string>> query_of(std::string_view target);

}  // namespace ksampler

#endif
