#include "host/serve/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ksampler {
namespace {

constexpr std::chrono::milliseconds kLook{50};  // between two looks at whether others wait

}  // namespace

Connection::Connection(int socket, ConnectionLimits limits, std::function<bool()> pressed,
                       std::function<bool()> closing)
    : socket_(socket),
      limits_(limits),
      pressed_(std::move(pressed)),
      closing_(std::move(closing)),
      left_(limits.bytes) {}

// Until something can be read or written; false once the time is over.
bool Connection::wait(short events, Clock::time_point since, std::chrono::milliseconds limit) const {
  while (!closing_()) {
    const auto most = pressed_() ? std::min(limit, limits_.pressed) : limit;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(since + most - Clock::now());
    if (left.count() <= 0) return false;
    pollfd look{socket_, events, 0};
    const int found = ::poll(&look, 1, static_cast<int>(std::min(left, kLook).count()));
    if (found > 0) return true;
    if (found < 0 && errno != EINTR) return false;
  }
  return false;
}

ssize_t Connection::fill() {
  while (left_ > 0) {
    // Each time, so that a byte now and then gains nothing.
    if (!wait(POLLIN, began_, limits_.request)) {
      late_ = true;
      return -1;
    }
    const ssize_t got = ::recv(socket_, buffer_.data(), std::min(buffer_.size(), left_), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) return got;
    begin_ = 0;
    end_ = static_cast<std::size_t>(got);
    left_ -= end_;
    return got;
  }
  return -1;
}

ssize_t Connection::read(char* data, std::size_t size) {
  if (begin_ == end_) {
    if (const ssize_t got = fill(); got <= 0) return got;
  }
  const std::size_t count = std::min(size, end_ - begin_);
  std::memcpy(data, buffer_.data() + begin_, count);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* data, std::size_t size) {
  answered_ = true;
  const Clock::time_point began = Clock::now();
  for (std::size_t written = 0; written < size;) {
    if (!wait(POLLOUT, began, limits_.writing)) return -1;
    const ssize_t sent = ::send(socket_, data + written, size - written, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0) return -1;
    written += static_cast<std::size_t>(sent);
  }
  return static_cast<ssize_t>(size);
}

bool Connection::is_readable() const { return begin_ < end_ || wait(POLLIN, began_, limits_.request); }

bool Connection::is_writable() const { return wait(POLLOUT, Clock::now(), limits_.writing); }

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";  // the only one that is listened to
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

}  // namespace ksampler
