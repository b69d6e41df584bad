// A connection that has become a WebSocket.
#ifndef KSAMPLER_SERVE_HTTP_SOCKET_CONNECTION_HPP
#define KSAMPLER_SERVE_HTTP_SOCKET_CONNECTION_HPP

#include "host/serve/http/connection.hpp"
#include "host/serve/http/outbox.hpp"

#include <string>
#include <utility>

namespace ksampler {

class SocketConnection final : public Connection,
                               public std::enable_shared_from_this<SocketConnection> {
 public:
  SocketConnection(ServerParts& parts, tcp::socket socket, HttpRequest request)
      : parts_(parts),
        request_(std::move(request)),
        counted_(parts.sockets),
        stream_(std::move(socket)),
        deadline_(parts.io),
        calls_(asio::make_strand(parts.workers.get_executor())) {}

  template <typename Head>
  void open(const WebSocketHandler& handler, const Head& head) {
    outbox_ = std::make_shared<Outbox>(parts_.options.limits.unsent,
                                       [self = weak_from_this(), &io = parts_.io] {
                                         asio::post(io, [self] {
                                           if (const auto there = self.lock()) there->send();
                                         });
                                       });
    stream_.read_message_max(parts_.options.limits.message);
    stream_.auto_fragment(false);
    // Beast's own limits of time: a client that answers no ping is gone.
    stream_.set_option(
        {.handshake_timeout = kHandshake, .idle_timeout = kSilence, .keep_alive_pings = true});
    stream_.set_option(
        beast::websocket::stream_base::decorator([](beast::websocket::response_type& answer) {
          answer.set(beast::http::field::server, "ksampler");
        }));
    stream_.async_accept(head, [self = shared_from_this(), &handler](AsioError error) {
      if (error || self->ended_) return self->end();
      self->is_open_ = true;
      self->call(
          [handler](SocketConnection& here) { here.client_ = handler(here.request_, here.outbox_); });
    });
  }

  void stop() override { is_open_ ? close(beast::websocket::close_code::going_away) : end(); }

 private:
  static constexpr std::chrono::seconds kHandshake{10};
  static constexpr std::chrono::seconds kSilence{60};
  static constexpr std::chrono::milliseconds kGoodbye{
      1000};  // for the client to answer that it closes, too

  // One call at a time, on a worker thread; the next message is read after it.
  template <typename Call>
  void call(Call made) {
    asio::post(calls_, [self = shared_from_this(), made = std::move(made)] {
      bool fine = true;
      try {
        made(*self);
      } catch (...) {
        fine = false;
      }
      asio::post(self->parts_.io, [self, fine] {
        fine ? self->read() : self->close(beast::websocket::close_code::internal_error);
      });
    });
  }

  void read() {
    if (ended_ || closing_) return;
    stream_.async_read(buffer_, [self = shared_from_this()](AsioError error, std::size_t) {
      if (error) return self->end();
      self->take_message();
    });
  }

  void take_message() {
    if (ended_ || closing_) return;
    if (!stream_.got_text()) return close(beast::websocket::close_code::unknown_data);
    std::string text(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    buffer_.clear();
    call([text = std::move(text)](SocketConnection& here) {
      if (here.client_.text) here.client_.text(text);
    });
  }

  void send() {
    if (ended_ || closing_) return;
    if (outbox_->is_full()) return close(beast::websocket::close_code::policy_error);
    if (writing_ || !is_open_) return;
    std::optional<Outbox::Message> next = outbox_->take();
    if (!next) {
      if (outbox_->is_closed()) close(beast::websocket::close_code::normal);
      return;
    }
    sending_ = std::move(next->data);
    stream_.text(next->is_text);
    writing_ = true;
    stream_.async_write(asio::buffer(sending_),
                        [self = shared_from_this()](AsioError error, std::size_t) {
                          self->writing_ = false;
                          if (error) return self->end();
                          self->send();
                        });
  }

  // Says so, and ends when the client has, too, or does not for a while: it may not read.
  void close(beast::websocket::close_code code) {
    if (ended_ || std::exchange(closing_, true)) return;
    deadline_.set(kGoodbye, [self = shared_from_this()] { self->end(); });
    stream_.async_close(code, [self = shared_from_this()](AsioError) { self->end(); });
  }

  void end() {
    if (std::exchange(ended_, true)) return;
    outbox_->end();
    counted_ = Counted();  // not when it is destroyed, which may be on a worker thread
    deadline_.clear();
    ksampler::close(stream_.next_layer());
    asio::post(calls_, [self = shared_from_this()] {
      try {
        if (self->client_.closed) self->client_.closed();
      } catch (...) {  // it is closed all the same
      }
      self->client_ = {};
    });
    parts_.connections.remove(shared_from_this());
  }

  ServerParts& parts_;
  HttpRequest request_;
  Counted counted_;
  beast::websocket::stream<tcp::socket, false> stream_;
  Deadline deadline_;
  asio::strand<asio::thread_pool::executor_type> calls_;
  std::shared_ptr<Outbox> outbox_;
  WebSocketClient client_;  // of the worker threads
  beast::flat_buffer buffer_;
  std::string sending_;
  bool is_open_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool ended_ = false;
};

}  // namespace ksampler

#endif
