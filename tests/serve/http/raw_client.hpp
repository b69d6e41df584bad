// A connection that says what it is told, and no more.
#ifndef KSAMPLER_TESTS_SERVE_HTTP_RAW_CLIENT_HPP
#define KSAMPLER_TESTS_SERVE_HTTP_RAW_CLIENT_HPP

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksampler::test {

using Clock = std::chrono::steady_clock;

// A busy machine, and a sanitizer.
constexpr std::chrono::seconds kSoon{10};
constexpr std::chrono::seconds kPatience{20};

class RawClient {
 public:
  // `room`: bytes that the system keeps for it while it does not read; 0: as it likes.
  explicit RawClient(int port, int room = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (room > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ADD_FAILURE() << "cannot connect";
    }
  }
  ~RawClient() { ::close(socket_); }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), read_(std::move(other.read_)) {}
  RawClient& operator=(RawClient&&) = delete;

  // False once the server has closed it.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void say_no_more() const { ::shutdown(socket_, SHUT_WR); }

  // All that comes until the server closes, or for so long.
  std::string receive(std::chrono::milliseconds limit = kSoon) {
    const auto until = Clock::now() + limit;
    while (more(until)) {
    }
    std::string text = std::exchange(read_, {});
    return closed_ ? text : text + " (and is still open)";
  }
  // All up to and with `end`; none where it does not come.
  std::optional<std::string> receive_to(std::string_view end,
                                        std::chrono::milliseconds limit = kPatience) {
    const auto until = Clock::now() + limit;
    for (;;) {
      const std::size_t at = read_.find(end);
      if (at != std::string::npos) return taken(at + end.size());
      if (!more(until)) return std::nullopt;
    }
  }
  std::optional<std::string> receive_bytes(std::size_t size,
                                           std::chrono::milliseconds limit = kPatience) {
    const auto until = Clock::now() + limit;
    while (read_.size() < size) {
      if (!more(until)) return std::nullopt;
    }
    return taken(size);
  }

 private:
  std::string taken(std::size_t size) {
    std::string text = read_.substr(0, size);
    read_.erase(0, size);
    return text;
  }

  bool more(Clock::time_point until) {
    while (!closed_ && Clock::now() < until) {
      pollfd look{socket_, POLLIN, 0};
      if (::poll(&look, 1, 20) <= 0) continue;
      char buffer[65536];
      const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
      closed_ = got <= 0;
      if (got > 0) read_.append(buffer, static_cast<std::size_t>(got));
      return got > 0;
    }
    return false;
  }

  int socket_;
  std::string read_;  // and not taken yet
  bool closed_ = false;
};

}  // namespace ksampler::test

#endif
