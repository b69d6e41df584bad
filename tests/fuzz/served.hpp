// All that a server of ours answers to, with everything but the computing: runs write pictures of one
// pixel.
#ifndef KSAMPLER_TESTS_FUZZ_SERVED_HPP
#define KSAMPLER_TESTS_FUZZ_SERVED_HPP

#include "host/serve/http/http_server.hpp"

#include <string>
#include <string_view>

namespace ksampler::fuzz {

inline constexpr int kPort = 7801;  // as requests name it

// Says these bytes to a server on which nothing has happened yet. Ends the program where an answer or a
// file shows that a name led out of the server's folders, or that a handler failed where it should have
// refused.
std::string say_to_server(std::string_view bytes);

}  // namespace ksampler::fuzz

#endif
