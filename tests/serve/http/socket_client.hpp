// A client of a WebSocket, frame by frame (RFC 6455), so that it can also send what no library would.
#ifndef KSAMPLER_TESTS_SERVE_HTTP_SOCKET_CLIENT_HPP
#define KSAMPLER_TESTS_SERVE_HTTP_SOCKET_CLIENT_HPP

#include "tests/serve/http/http_client.hpp"

#include <optional>
#include <string>

namespace ksampler::test {

enum class Opcode { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct Frame {
  Opcode opcode;
  std::string data;

  // Of a frame that closes; 0 where it says no code.
  int close_code() const;
};

class SocketClient {
 public:
  // Asks for the WebSocket. `room`: as RawClient's.
  SocketClient(int port, const std::string& target, const TextPairs& headers = {}, int room = 0);

  // The answer, of status 101 where the socket is open.
  const std::optional<HttpAnswer>& answer() const { return answer_; }

  bool send(const std::string& text) { return send(Opcode::text, text); }
  bool send(Opcode opcode, const std::string& data);
  // As it is, without a frame.
  RawClient& raw() { return client_; }

  // The next frame; none where it does not come. Pings are answered meanwhile.
  std::optional<Frame> receive(std::chrono::milliseconds limit = kPatience);
  // The data of the next frame, which the test expects to be a text.
  std::string receive_text();
  // The code with which the server closes, after whatever it sends before; 0 where it does not say so.
  int receive_close();

 private:
  std::optional<Frame> next_frame(std::chrono::milliseconds limit);

  RawClient client_;
  std::optional<HttpAnswer> answer_;
};

}  // namespace ksampler::test

#endif
