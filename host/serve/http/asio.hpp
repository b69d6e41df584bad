// Boost.Asio and Boost.Beast, for http_server.cpp alone: they are long to compile.
#ifndef KSAMPLER_SERVE_HTTP_ASIO_HPP
#define KSAMPLER_SERVE_HTTP_ASIO_HPP

#include <utility>  // which asio/awaitable.hpp of Boost 1.74 misses

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace ksampler {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::asio::ip::tcp;
using AsioError = boost::system::error_code;

// Takes the result of a call whose failure changes nothing.
inline void may_fail(const AsioError& /*result*/) {}

template <typename Socket>
void close(Socket& socket) {
  AsioError ignored;
  may_fail(socket.close(ignored));
}

}  // namespace ksampler

#endif
