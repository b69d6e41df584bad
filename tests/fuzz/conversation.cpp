#include "tests/fuzz/conversation.hpp"

#include "host/serve/http/connection.hpp"
#include "host/serve/http/http_connection.hpp"

#include <boost/asio/detail/scheduler.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace ksampler::fuzz {
namespace {

// The client, on the server's thread.
class Client {
 public:
  Client(asio::io_context& io, int end, std::string_view bytes) : socket_(io), left_(bytes) {
    socket_.assign(tcp::v4(), end);
    write();
    read();
  }

  bool hears() const { return hears_; }
  const std::string& heard() const { return heard_; }

 private:
  void write() {
    asio::async_write(socket_, asio::buffer(left_), [this](AsioError, std::size_t) {
      AsioError ignored;
      may_fail(socket_.shutdown(tcp::socket::shutdown_send, ignored));
      writes_ = false;
      end();
    });
  }
  void read() {
    socket_.async_read_some(asio::buffer(piece_), [this](AsioError error, std::size_t size) {
      heard_.append(piece_, size);
      if (!error) return read();
      reads_ = false;
      end();
    });
  }
  void end() { hears_ = reads_ || writes_; }

  tcp::socket socket_;
  std::string_view left_;
  std::string heard_;
  char piece_[1 << 16];
  bool writes_ = true;
  bool reads_ = true;
  bool hears_ = true;
};

}  // namespace

std::string answer_to(std::string_view bytes, const Router& router, const HttpOptions& options) {
  // Never taken down: a fuzzer ends in the middle of things. The workers have no thread: what they are
  // to do is done on this one, so that an input takes the same way each time, and waits for no other
  // thread's turn.
  static auto& io = *new asio::io_context(1);
  static auto& workers = *new asio::thread_pool(0);
  static auto& work = asio::use_service<asio::detail::scheduler>(workers);
  static const auto guard = asio::make_work_guard(io);
  const auto run_workers = [] {
    AsioError ignored;
    return work.poll(ignored);
  };
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category());
  }
  ServerParts parts{router,  options,         io,
                    workers, Connections(io), StreamThreads(options.limits.streams)};
  tcp::socket socket(io);
  socket.assign(tcp::v4(), ends[0]);
  Client client(io, ends[1], bytes);
  {
    const auto connection = std::make_shared<HttpConnection>(parts, std::move(socket));
    parts.connections.add(connection);
    connection->start();
  }
  while (parts.connections.count() > 0 || client.hears()) {
    if (run_workers() == 0) io.run_one();
  }
  while (run_workers() + io.poll() > 0) {
  }
  return client.heard();
}

}  // namespace ksampler::fuzz
