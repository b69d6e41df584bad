// What is answered where a request cannot be read.
#ifndef KSAMPLER_SERVE_HTTP_REQUEST_REFUSAL_HPP
#define KSAMPLER_SERVE_HTTP_REQUEST_REFUSAL_HPP

#include "host/base/sentence.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/http/asio.hpp"
#include "host/serve/http/http_server.hpp"

#include <optional>

namespace ksampler {

inline HttpResponse body_too_large() { return refusal(kTooLarge, "the body is too large"); }

// None where it is the connection that failed, or where no request was begun.
inline std::optional<HttpResponse> refusal_of(AsioError error, const HttpLimits& limits) {
  namespace http = beast::http;
  if (error == http::error::end_of_stream) return std::nullopt;
  if (error == http::error::header_limit) {
    return refusal(kHeadTooLarge, sentence("the request's head is larger than {} bytes", limits.head));
  }
  // The second: what stands between chunks has no end.
  if (error == http::error::body_limit || error == http::error::buffer_overflow)
    return body_too_large();
  if (error.category() == http::make_error_code(http::error::end_of_stream).category()) {
    return refusal(kBadRequest, "this is no request of HTTP, or it ends too early");
  }
  return std::nullopt;
}

}  // namespace ksampler

#endif
