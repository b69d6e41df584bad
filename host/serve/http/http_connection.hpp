// A connection of HTTP: requests and their answers, one after another.
#ifndef KSAMPLER_SERVE_HTTP_HTTP_CONNECTION_HPP
#define KSAMPLER_SERVE_HTTP_HTTP_CONNECTION_HPP

#include "host/base/lower_case.hpp"
#include "host/base/sentence.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/http/connection.hpp"
#include "host/serve/http/piece_gate.hpp"
#include "host/serve/http/request_refusal.hpp"
#include "host/serve/http/response_head.hpp"
#include "host/serve/http/served_file.hpp"
#include "host/serve/http/socket_connection.hpp"
#include "host/serve/http/target.hpp"

#include <charconv>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

namespace ksampler {

class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(ServerParts& parts, tcp::socket socket)
      : parts_(parts), socket_(std::move(socket)), deadline_(parts.io) {}

  void start() { read_head(); }

  std::optional<Clock::time_point> waits_since() const override {
    if (phase_ == Phase::answering) return std::nullopt;
    // One that is only kept open owes nothing, and goes first.
    return is_idle() ? Clock::time_point::min() : since_;
  }

  void make_room() override {
    if (phase_ == Phase::reading && !is_idle()) {
      AsioError ignored;
      may_fail(socket_.non_blocking(true, ignored));
      socket_.write_some(asio::buffer(head_and_body(late())), ignored);
    }
    end();
  }

  void stop() override { end(); }

 private:
  enum class Phase { reading, answering, writing, draining, ended };
  using Next = void (HttpConnection::*)();
  using Parser = beast::http::request_parser<beast::http::string_body>;

  static constexpr std::size_t kPiece = std::size_t{1} << 18;  // bytes of an answer
  static constexpr std::chrono::milliseconds kDrain{1000};     // for what a refused request sends on
  static constexpr std::size_t kMostDrained = std::size_t{1} << 24;  // bytes of it
  static constexpr std::chrono::milliseconds kSecondForAMiB{1000};   // of a body above the usual limit

  const HttpLimits& limits() const { return parts_.options.limits; }

  // ---- the request

  void read_head() {
    request_ = {};
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits().head));
    // Of Boost 1.74, none means 0. The route's is set when the head is here.
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
    buffer_.max_size(2 * limits().head);
    wait_for_request(limits().request);
    beast::http::async_read_header(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](AsioError error, std::size_t) { self->on_head(error); });
  }

  void wait_for_request(std::chrono::milliseconds limit) {
    phase_ = Phase::reading;
    since_ = Clock::now();
    limit_ = limit;
    late_ = false;
    deadline_.set(limit, [self = shared_from_this()] { self->too_late(); });
  }

  // No byte of the next request is here.
  bool is_idle() const {
    return phase_ == Phase::reading && answered_ && buffer_.size() == 0 && !parser_->got_some();
  }

  void too_late() {
    if (is_idle() || std::exchange(late_, true)) return end();
    deadline_.set(kDrain, [self = shared_from_this()] { self->end(); });
    AsioError ignored;
    may_fail(socket_.cancel(ignored));  // on_head() or on_body() goes on
  }

  HttpResponse late() const {
    return refusal(kRequestTimeout, sentence("the request did not come within {} ms", limit_.count()));
  }

  // Whether reading failed, which is dealt with then.
  bool failed(AsioError error) {
    if (phase_ == Phase::ended) return true;
    if (!error && !late_) return false;
    std::optional<HttpResponse> why = late_ ? late() : refusal_of(error, limits());
    why ? refuse(std::move(*why)) : end();
    return true;
  }

  void on_head(AsioError error) {
    if (failed(error)) return;
    take_head();
    const bool upgrade = beast::websocket::is_upgrade(parser_->get());
    const bool changes = upgrade || (request_.method != "GET" && request_.method != "HEAD");
    if (parts_.options.refusal) {
      if (const auto why = parts_.options.refusal(request_, changes)) {
        return refuse(refusal(kForbidden, *why));
      }
    }
    if (upgrade) {
      if (const WebSocketHandler* handler = parts_.router.socket_at(request_)) return open(*handler);
    }
    const std::size_t most = parts_.router.largest_body(request_).value_or(limits().body);
    const std::uint64_t length = parser_->content_length() ? *parser_->content_length() : 0;
    if (length > most) return refuse(body_too_large());
    parser_->body_limit(most);
    if (!parser_->is_done() && most > limits().body && (length > limits().body || parser_->chunked())) {
      if (parts_.large_bodies >= limits().large_bodies) {
        return refuse(refusal(kUnavailable, "other large bodies are being received; try again later"));
      }
      large_ = Counted(parts_.large_bodies);
      const std::uint64_t mebibytes = (parser_->chunked() ? most : length) >> 20;
      wait_for_request(limits().request + kSecondForAMiB * mebibytes);
    }
    if (!parser_->is_done() && lower_case(request_.header("Expect")) == "100-continue") {
      return asio::async_write(socket_, asio::buffer(kGoOn),
                               [self = shared_from_this()](AsioError failure, std::size_t) {
                                 if (!self->failed(failure)) self->read_body();
                               });
    }
    read_body();
  }

  void take_head() {
    const auto& head = parser_->get();
    request_.method = std::string(head.method_string());
    request_.target = std::string(head.target());
    request_.path = path_of(request_.target);
    request_.query = query_of(request_.target);
    for (const auto& field : head) {
      request_.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    keep_ = parser_->keep_alive();
  }

  void open(const WebSocketHandler& handler) {
    if (parts_.sockets >= limits().sockets) {
      return refuse(refusal(kUnavailable, "too many WebSockets are open"));
    }
    const auto opened =
        std::make_shared<SocketConnection>(parts_, std::move(socket_), std::move(request_));
    parts_.connections.add(opened);
    opened->open(handler, parser_->get());
    end();
  }

  void read_body() {
    beast::http::async_read(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](AsioError error, std::size_t) { self->on_body(error); });
  }

  void on_body(AsioError error) {
    if (failed(error)) return;
    request_.body = std::move(parser_->get().body());
    deadline_.clear();
    phase_ = Phase::answering;
    asio::post(parts_.workers, [self = shared_from_this()] {
      HttpResponse response = self->parts_.router.answer(self->request_);
      ServedFile file = file_of(response);
      asio::post(self->parts_.io,
                 [self, response = std::move(response), file = std::move(file)]() mutable {
                   self->respond(std::move(response), std::move(file));
                 });
    });
  }

  // On a worker thread, as the disk may be slow.
  static ServedFile file_of(HttpResponse& response) {
    if (response.file.empty()) return {};
    try {
      return ServedFile(response.file);
    } catch (const std::system_error& error) {
      response = refusal(kNotFound, sentence("the file cannot be read: {}", error.code().message()));
      return {};
    }
  }

  // ---- the answer

  // What the request still sends is no request.
  void refuse(HttpResponse response) {
    keep_ = false;
    respond(std::move(response), {});
  }

  void respond(HttpResponse response, ServedFile file) {
    if (phase_ == Phase::ended) return;
    large_ = Counted();
    request_.body = {};
    response_ = std::move(response);
    file_ = std::move(file);
    if (response_.stream && !is_head()) return begin_stream();
    const std::uint64_t length = response_.file.empty() ? response_.body.size() : file_.left();
    const bool bodiless = response_.status == 204 || response_.status == 304;
    head_ = head({.length = bodiless || response_.stream ? std::nullopt : std::optional(length),
                  .keep_alive = keep_});
    body_left_ = is_head() || bodiless ? std::string_view() : std::string_view(response_.body);
    if (is_head() || bodiless) file_ = {};
    write(asio::buffer(head_), &HttpConnection::write_piece);
  }

  bool is_head() const { return request_.method == "HEAD"; }

  std::string head(const Framing& framing) const {
    const auto reason =
        beast::http::obsolete_reason(static_cast<beast::http::status>(response_.status));
    return response_head(response_, {reason.data(), reason.size()}, parts_.options.headers, framing);
  }

  std::string head_and_body(HttpResponse response) {
    response_ = std::move(response);
    return head({.length = response_.body.size()}) + response_.body;
  }

  template <typename Buffers>
  void write(const Buffers& buffers, Next next) {
    phase_ = Phase::writing;
    since_ = Clock::now();
    deadline_.set(limits().writing, [self = shared_from_this()] { self->end(); });
    asio::async_write(socket_, buffers,
                      [self = shared_from_this(), next](AsioError error, std::size_t) {
                        if (self->phase_ == Phase::ended) return;
                        if (error) return self->end();
                        self->deadline_.clear();
                        self->phase_ = Phase::answering;
                        (self.get()->*next)();
                      });
  }

  void write_piece() {
    if (!body_left_.empty()) {
      const std::string_view piece = body_left_.substr(0, kPiece);
      body_left_.remove_prefix(piece.size());
      return write(asio::buffer(piece), &HttpConnection::write_piece);
    }
    if (file_.left() == 0) return done();
    asio::post(parts_.workers, [self = shared_from_this()] {
      self->piece_ = self->file_.read(kPiece);
      asio::post(self->parts_.io, [self] { self->write_file_piece(); });
    });
  }

  void write_file_piece() {
    if (phase_ == Phase::ended) return;
    if (piece_.empty()) return end();  // it was made shorter meanwhile: the answer cannot be finished
    write(asio::buffer(piece_), &HttpConnection::write_piece);
  }

  void done() {
    answered_ = true;
    response_ = {};
    file_ = {};
    piece_ = {};
    if (keep_) return read_head();
    drain();
  }

  // Closed at once, with bytes unread, the connection would be reset, and the client might never see
  // its answer.
  void drain() {
    AsioError ignored;
    may_fail(socket_.shutdown(tcp::socket::shutdown_send, ignored));
    phase_ = Phase::draining;
    since_ = Clock::now();
    deadline_.set(kDrain, [self = shared_from_this()] { self->end(); });
    piece_.resize(std::size_t{1} << 14);
    drain_piece();
  }

  void drain_piece() {
    socket_.async_read_some(asio::buffer(piece_),
                            [self = shared_from_this()](AsioError error, std::size_t read) {
                              self->drained_ += read;
                              if (error || self->drained_ > kMostDrained) return self->end();
                              self->drain_piece();
                            });
  }

  // ---- the answer, as a stream

  void begin_stream() {
    keep_ = false;
    chunked_ = parser_->get().version() >= 11;
    head_ = head({.chunked = chunked_});
    if (parts_.streams.start([self = shared_from_this()] { self->run_stream(); })) return;
    respond(refusal(kUnavailable, "too many streams of events are open"), {});
  }

  // On the stream's thread.
  void run_stream() {
    if (!pass([this] { send_head(); })) return;
    try {
      while (std::optional<std::string> piece = response_.stream()) {
        // An empty chunk would end them.
        if (piece->empty() ? gate_.is_closed() : !pass([this, text = std::move(*piece)]() mutable {
              send_piece(std::move(text));
            })) {
          return;
        }
      }
    } catch (...) {
      // The reader sees that the stream ends too early.
      return asio::post(parts_.io, [self = shared_from_this()] { self->end(); });
    }
    asio::post(parts_.io, [self = shared_from_this()] { self->end_stream(); });
  }

  // Has the server's thread send something, and waits until it was sent.
  template <typename Send>
  bool pass(Send send) {
    return gate_.pass([&] {
      asio::post(parts_.io, [self = shared_from_this(), send = std::move(send)]() mutable {
        if (self->phase_ != Phase::ended) send();
      });
    });
  }

  void send_head() { write(asio::buffer(head_), &HttpConnection::sent); }

  void send_piece(std::string piece) {
    piece_ = std::move(piece);
    if (chunked_) {
      char size[20];
      const char* end = std::to_chars(size, size + sizeof size, piece_.size(), 16).ptr;
      piece_ = std::string(size, static_cast<std::size_t>(end - size)) + "\r\n" + piece_ + "\r\n";
    }
    write(asio::buffer(piece_), &HttpConnection::sent);
  }

  void sent() { gate_.sent(); }

  void end_stream() {
    if (phase_ == Phase::ended) return;
    piece_ = chunked_ ? "0\r\n\r\n" : "";
    write(asio::buffer(piece_), &HttpConnection::drain);
  }

  // ----

  void end() {
    if (std::exchange(phase_, Phase::ended) == Phase::ended) return;
    deadline_.clear();
    ksampler::close(socket_);
    gate_.end();
    large_ = Counted();
    parts_.connections.remove(shared_from_this());
  }

  static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";

  ServerParts& parts_;
  tcp::socket socket_;
  Deadline deadline_;
  Phase phase_ = Phase::reading;
  Clock::time_point since_;
  std::chrono::milliseconds limit_{};  // of the request
  bool late_ = false;
  bool answered_ = false;  // one request at least
  bool keep_ = false;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  Counted large_;
  HttpResponse response_;
  std::string head_;
  std::string_view body_left_;
  ServedFile file_;
  std::string piece_;
  bool chunked_ = false;
  std::size_t drained_ = 0;
  PieceGate gate_;
};

}  // namespace ksampler

#endif
