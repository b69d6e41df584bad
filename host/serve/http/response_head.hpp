// The head of an answer, as it is sent.
#ifndef KSAMPLER_SERVE_HTTP_RESPONSE_HEAD_HPP
#define KSAMPLER_SERVE_HTTP_RESPONSE_HEAD_HPP

#include "host/serve/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ksampler {

struct Framing {
  // None where the answer has no end that is known: it is sent in chunks then, if the client knows
  // them.
  std::optional<std::uint64_t> length = {};
  bool chunked = false;
  bool keep_alive = false;
};

// `defaults` are headers for which the response has none of that name. How a body is framed is not for
// the response to say: such headers are left out. No value of a header begins another.
std::string response_head(const HttpResponse& response, std::string_view reason,
                          const TextPairs& defaults, const Framing& framing);

}  // namespace ksampler

#endif
