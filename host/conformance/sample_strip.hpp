// Small grey pictures side by side, as SVG within a page.
#ifndef KSAMPLER_CONFORMANCE_SAMPLE_STRIP_HPP
#define KSAMPLER_CONFORMANCE_SAMPLE_STRIP_HPP

#include "host/conformance/check.hpp"

#include <string>
#include <vector>

namespace ksampler::conformance {

// An <svg> element of curves of the kind "sample": `x` holds the width, `y` the pixels, each curve
// scaled to its own range, its name below.
std::string strip_text(const std::string& title, const std::vector<const Curve*>& pictures);

}  // namespace ksampler::conformance

#endif
