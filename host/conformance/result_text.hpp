// A result as bytes, to cross from the process of a check to the one that asked.
#ifndef KSAMPLER_CONFORMANCE_RESULT_TEXT_HPP
#define KSAMPLER_CONFORMANCE_RESULT_TEXT_HPP

#include "host/conformance/check.hpp"

#include <optional>
#include <string>

namespace ksampler::conformance {

std::string result_text(const Result& result);

// Nothing where the text is no result: a plugin may have written over anything.
std::optional<Result> parse_result(const std::string& text);

}  // namespace ksampler::conformance

#endif
