#include "host/plugin/isolation/wire.hpp"

#include "host/base/sentence.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace ksampler::isolation {

const char* name_of(Call call) {
  static constexpr const char* names[] = {"make_sampler",
                                          "make_scheduler",
                                          "make_guider",
                                          "make_noise",
                                          "sample",
                                          "schedule",
                                          "begin_guiding",
                                          "guide",
                                          "end_guiding",
                                          "begin_shaping",
                                          "shape",
                                          "end_shaping",
                                          "reply",
                                          "done",
                                          "failed",
                                          "finished",
                                          "log",
#define KSAMPLER_ROW(owner, function, ...) #function,
                                          KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW
  };
  static_assert(std::size(names) == kCallCount);
  const auto index = static_cast<std::size_t>(call);
  return index < std::size(names) ? names[index] : "an unknown call";
}

Channel::~Channel() { ::close(descriptor_); }

bool Channel::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      throw BadMessage("it does not read what it is told");
    }
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

void Channel::limit_sending(std::chrono::milliseconds wait) {
  const timeval limit{wait.count() / 1000, wait.count() % 1000 * 1000};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Channel::Arrival Channel::receive(Received& message, std::chrono::milliseconds wait) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + wait;
  const auto available = [&] { return end_ - begin_; };
  std::uint32_t size = 8;
  while (true) {
    if (available() >= 8) {
      std::memcpy(&size, buffer_.data() + begin_, 4);
      if (size < 8 || size > kLongestMessage)
        throw BadMessage(sentence("a message says that it is {} bytes long", size));
      if (available() >= size) break;
    }
    // Room for the rest of the message, and for more that may have arrived with it.
    if (begin_ > 0 && begin_ == end_) begin_ = end_ = 0;
    if (buffer_.size() < begin_ + std::max<std::size_t>(size, 4096)) {
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
      end_ -= begin_;
      begin_ = 0;
      if (buffer_.size() < size) buffer_.resize(size);
      if (buffer_.size() < 65536) buffer_.resize(65536);
    }
    if (wait.count() >= 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      pollfd ready{descriptor_, POLLIN, 0};
      const int count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
      if (count < 0 && errno == EINTR) continue;
      if (count == 0) return Arrival::late;
    }
    const ssize_t got = ::recv(descriptor_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Arrival::closed;
    end_ += static_cast<std::size_t>(got);
  }
  Call call{};
  std::memcpy(&call, buffer_.data() + begin_ + 4, 4);
  message = Received(call, std::span(buffer_).subspan(begin_ + 8, size - 8));
  begin_ += size;
  return Arrival::message;
}

}  // namespace ksampler::isolation
