#include "host/serve/http_server.hpp"

#include "host/serve/json.hpp"
#include "host/serve/media_type.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace ksampler {
namespace {

// More are turned away: each holds a file open, and runs need some.
constexpr std::size_t kMostWaiting = 256;

// Whether the connection that this thread is given is to be closed unread.
thread_local bool turns_away = false;

class Pool final : public httplib::ThreadPool {
 public:
  Pool(std::size_t threads, std::atomic<std::size_t>& waiting)
      : httplib::ThreadPool(threads), waiting_(waiting) {}

  void enqueue(std::function<void()> job) override {
    if (waiting_ >= kMostWaiting) {
      turns_away = true;
      job();
      turns_away = false;
      return;
    }
    ++waiting_;
    httplib::ThreadPool::enqueue([this, job = std::move(job)] {
      --waiting_;
      job();
    });
  }

 private:
  std::atomic<std::size_t>& waiting_;
};

// As the library expects it. Without a length, it would wait for a body to end that never begins.
void complete(httplib::Request& request) {
  if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
    request.set_header("Content-Length", "0");
  }
  const auto type = request.headers.find("Content-Type");
  if (type == request.headers.end()) return;
  const std::string media = media_type(type->second);
  const std::size_t parameters = type->second.find(';');
  type->second = parameters == std::string::npos ? media : media + type->second.substr(parameters);
}

void say_late(Connection& connection, std::chrono::milliseconds limit) {
  Diagnostic late;
  late.message = "the request did not come within " + std::to_string(limit.count()) + " ms";
  const std::string body = json_text({{"errors", diagnostics_json({late})}}) + "\n";
  const std::string head =
      "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n"
      "Connection: close\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  static_cast<httplib::Stream&>(connection).write(head + body);
}

}  // namespace

HttpServer::HttpServer(std::size_t threads, ConnectionLimits limits) : limits_(limits) {
  new_task_queue = [this, threads] { return new Pool(threads, waiting_); };
}

void HttpServer::end() {
  stop();
  const socket_t listener = svr_sock_.exchange(INVALID_SOCKET);
  if (listener == INVALID_SOCKET) return;
  ::shutdown(listener, SHUT_RDWR);
  ::close(listener);
}

// One request a connection: what a refused request left unread must not be taken for the next.
bool HttpServer::process_and_close_socket(socket_t socket) {
  bool answered = false;
  if (!turns_away) {
    const auto closing = [this] { return svr_sock_ == INVALID_SOCKET; };
    Connection connection(
        socket, limits_, [this] { return waiting_ > 0; }, closing);
    bool closed = true;
    answered = process_request(connection, /*close_connection=*/true, closed, &complete);
    if (connection.is_late() && !closing()) say_late(connection, limits_.request);
  }
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return answered;
}

}  // namespace ksampler
