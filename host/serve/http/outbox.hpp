// What one WebSocket's client has not been sent yet. Thread rule: any thread.
#ifndef KSAMPLER_SERVE_HTTP_OUTBOX_HPP
#define KSAMPLER_SERVE_HTTP_OUTBOX_HPP

#include "host/serve/http/web_socket.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace ksampler {

class Outbox final : public WebSocket {
 public:
  struct Message {
    std::string data;
    bool is_text;
    std::string slot;
  };

  // `wake` is called, under a lock, when there is something to take after there was nothing. Where more
  // than `most` bytes are unsent when another message comes, none is sent any more.
  Outbox(std::size_t most, std::function<void()> wake) : most_(most), wake_(std::move(wake)) {}

  void send_text(std::string text, std::string slot) override;
  void send_binary(std::string bytes, std::string slot) override;
  void close() override;

  // The next message; none where there is nothing to send.
  std::optional<Message> take();
  // Once all is taken: whether the connection is to be closed, and whether that is because the client
  // did not read.
  bool is_closed() const;
  bool is_full() const;
  // The connection is gone: what is sent from now on is dropped, and nothing wakes any more.
  void end();

 private:
  void add(Message message);
  void wake();
  void drop_all();

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::list<Message> messages_;
  std::map<std::string, std::list<Message>::iterator> slots_;
  std::size_t bytes_ = 0;
  bool woken_ = false;
  bool closed_ = false;
  bool full_ = false;
};

}  // namespace ksampler

#endif
