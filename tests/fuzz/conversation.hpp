// What a client says over one connection, and hears: through the code that serves sockets.
#ifndef KSAMPLER_TESTS_FUZZ_CONVERSATION_HPP
#define KSAMPLER_TESTS_FUZZ_CONVERSATION_HPP

#include "host/serve/http/http_server.hpp"

#include <string>
#include <string_view>

namespace ksampler::fuzz {

// The client sends all of it, says no more, and reads until the server closes. Returns when nothing
// that came of it goes on. Thread rule: one thread.
std::string answer_to(std::string_view bytes, const Router& router, const HttpOptions& options);

}  // namespace ksampler::fuzz

#endif
