// The page of a server, whole: page.html, which is part of the program.
#ifndef KSAMPLER_SERVE_PAGE_HPP
#define KSAMPLER_SERVE_PAGE_HPP

#include <string_view>

namespace ksampler {

// Generated while CMake configures.
std::string_view page_html();

}  // namespace ksampler

#endif
