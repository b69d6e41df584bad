// Versions of a system library's symbols ("GLIBC_2.34"), which say how new a system a plugin needs.
#ifndef KSAMPLER_CONFORMANCE_SYMBOL_VERSIONS_HPP
#define KSAMPLER_CONFORMANCE_SYMBOL_VERSIONS_HPP

#include <string>
#include <vector>

namespace ksampler::conformance {

// The highest version with this prefix ("GLIBC"), as in "2.34"; empty where there is none.
std::string highest_version(const std::vector<std::string>& versions, const std::string& prefix);

// Whether version a is above b, number by number: 2.34 is above 2.4.
bool is_above(const std::string& a, const std::string& b);

}  // namespace ksampler::conformance

#endif
