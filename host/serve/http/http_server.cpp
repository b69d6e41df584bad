#include "host/serve/http/http_server.hpp"

#include "host/serve/http/connection.hpp"
#include "host/serve/http/http_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

namespace ksampler {
namespace {

constexpr std::chrono::milliseconds kPause{
    100};  // where no connection can be taken: until it is tried again

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

// Programs that are started meanwhile do not inherit it. Without SO_REUSEPORT, a second server that
// takes the port is told so.
int listening_socket(int port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) fail();
  const int yes = 1;
  ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(made, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(made);
    throw std::system_error(error, std::generic_category());
  }
  return made;
}

}  // namespace

struct HttpServer::State {
  State(const Router& router, HttpOptions given)
      : options(std::move(given)),
        workers(options.limits.workers),
        parts{router, options, io, workers, Connections(io), StreamThreads(options.limits.streams)},
        listener(io),
        pause(io) {}

  void accept() {
    listener.async_wait(tcp::acceptor::wait_read, [this](AsioError error) {
      if (!error) take();
    });
  }

  void take() {
    const int taken =
        ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    const bool is_gone = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
    if (taken < 0 && !is_gone) return pause.set(kPause, [this] { accept(); });
    if (taken >= 0) begin(taken);
    accept();
  }

  void begin(int taken) {
    const int yes = 1;
    ::setsockopt(taken, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    AsioError error;
    tcp::socket socket(io);
    if (socket.assign(tcp::v4(), taken, error)) {
      ::close(taken);
      return;
    }
    const std::size_t most = options.limits.connections;
    if (parts.connections.count() >= most) parts.connections.make_room(options.limits.pressed);
    if (parts.connections.count() >= most) return;  // turned away
    const auto connection = std::make_shared<HttpConnection>(parts, std::move(socket));
    parts.connections.add(connection);
    connection->start();
  }

  void stop_all() {
    close(listener);
    pause.clear();
    parts.connections.stop();
  }

  enum class Life { waiting, serving, stopped };

  const HttpOptions options;
  // Destroyed last: what is left in `io` may hold what posts to them.
  asio::thread_pool workers;
  asio::io_context io{1};
  ServerParts parts;
  tcp::acceptor listener;
  Deadline pause;
  std::mutex mutex;
  Life life = Life::waiting;
};

HttpServer::HttpServer(const Router& router, HttpOptions options)
    : state_(std::make_unique<State>(router, std::move(options))) {}

HttpServer::~HttpServer() = default;

int HttpServer::listen(int port) {
  state_->listener.assign(tcp::v4(), listening_socket(port));
  state_->listener.non_blocking(true);
  return state_->listener.local_endpoint().port();
}

void HttpServer::serve() {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->life != State::Life::waiting) return;
    state_->life = State::Life::serving;
    state_->accept();
  }
  for (bool running = true; running;) {
    try {
      state_->io.run();
      running = false;
    } catch (const std::exception&) {  // no memory was left for one connection: its deadline ends it
    }
  }
  state_->parts.streams.join();
  state_->workers.join();
}

void HttpServer::stop() {
  const std::lock_guard lock(state_->mutex);
  const State::Life before = std::exchange(state_->life, State::Life::stopped);
  if (before == State::Life::serving) {
    asio::post(state_->io, [state = state_.get()] { state->stop_all(); });
  } else if (before == State::Life::waiting) {
    close(state_->listener);  // who has connected by now is not left waiting
  }
}

}  // namespace ksampler
