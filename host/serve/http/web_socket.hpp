// One client's WebSocket. Thread rule: any thread. Nothing waits for a client that does not read: where
// more is unsent than a limit, the connection is closed.
#ifndef KSAMPLER_SERVE_HTTP_WEB_SOCKET_HPP
#define KSAMPLER_SERVE_HTTP_WEB_SOCKET_HPP

#include <functional>
#include <memory>
#include <string>

namespace ksampler {

class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // Sent in their order. A message with a `slot` makes the server forget one of the same slot that is
  // still unsent (a preview, a progress), and stands last: a slow reader costs no memory, sees the
  // latest, and sees all in its order.
  virtual void send_text(std::string text, std::string slot = {}) = 0;
  virtual void send_binary(std::string bytes, std::string slot = {}) = 0;
  // After what is unsent. Nothing happens where it is closed already; the same holds for sending.
  virtual void close() = 0;
};

// What a route makes of one connection; either may be empty. They are called one after another, on a
// worker thread, where they may wait: the next message is read when the last was taken. Neither is
// called after `closed`. A message in bytes closes the connection (1003): no route takes one.
struct WebSocketClient {
  std::function<void(const std::string& text)> text;  // a message came
  std::function<void()> closed;                       // once
};

}  // namespace ksampler

#endif
