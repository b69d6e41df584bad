// A client's connection, as the HTTP library reads and writes it: nobody holds a thread for longer than
// a request may take, however slowly it sends or reads.
#ifndef KSAMPLER_SERVE_CONNECTION_HPP
#define KSAMPLER_SERVE_CONNECTION_HPP

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace ksampler {

struct ConnectionLimits {
  std::chrono::milliseconds request{10000};  // from the first byte's wait to the last of a request
  std::chrono::milliseconds writing{30000};  // of one piece of an answer
  // Both, where others wait for a thread.
  std::chrono::milliseconds pressed{1000};
  std::size_t bytes = std::size_t{1} << 22;  // of a request, with its head
};

class Connection final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  // `pressed`: whether others wait. `closing`: whether all is to end at once. Does not own the socket.
  Connection(int socket, ConnectionLimits limits, std::function<bool()> pressed,
             std::function<bool()> closing);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  // Whether the request took too long, and nothing was answered.
  bool is_late() const { return late_ && !answered_; }

 private:
  bool wait(short events, Clock::time_point since, std::chrono::milliseconds limit) const;
  ssize_t fill();

  const int socket_;
  const ConnectionLimits limits_;
  const std::function<bool()> pressed_;
  const std::function<bool()> closing_;
  const Clock::time_point began_ = Clock::now();
  std::array<char, 4096> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t left_;  // bytes that it may still send
  bool late_ = false;
  bool answered_ = false;
};

}  // namespace ksampler

#endif
