#include "tests/serve/http/socket_client.hpp"

#include <array>

namespace ksampler::test {
namespace {

TextPairs upgrade(const TextPairs& headers) {
  TextPairs all = {{"Connection", "Upgrade"},
                   {"Upgrade", "websocket"},
                   {"Sec-WebSocket-Version", "13"},
                   {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};  // RFC 6455's example
  all.insert(all.end(), headers.begin(), headers.end());
  return all;
}

// `size` bytes, the highest first.
std::string big_endian(std::size_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

std::size_t from_big_endian(const std::string& bytes) {
  std::size_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

int Frame::close_code() const {
  return opcode == Opcode::close && data.size() >= 2
             ? static_cast<int>(from_big_endian(data.substr(0, 2)))
             : 0;
}

SocketClient::SocketClient(int port, const std::string& target, const TextPairs& headers, int room)
    : client_(port, room) {
  client_.send(HttpClient(port).head("GET", target, upgrade(headers)));
  answer_ = next_answer(client_);
}

bool SocketClient::send(Opcode opcode, const std::string& data) {
  constexpr int masked = 0x80;
  constexpr int last = 0x80;
  constexpr std::array<char, 4> mask = {1, 2, 3, 4};
  std::string frame(1, static_cast<char>(last | static_cast<int>(opcode)));
  if (data.size() < 126) {
    frame += static_cast<char>(masked | static_cast<int>(data.size()));
  } else if (data.size() < 65536) {
    frame += static_cast<char>(masked | 126) + big_endian(data.size(), 2);
  } else {
    frame += static_cast<char>(masked | 127) + big_endian(data.size(), 8);
  }
  frame.append(mask.data(), mask.size());
  for (std::size_t i = 0; i < data.size(); ++i) frame += static_cast<char>(data[i] ^ mask[i % 4]);
  return client_.send(frame);
}

std::optional<Frame> SocketClient::receive(std::chrono::milliseconds limit) {
  std::optional<Frame> frame = next_frame(limit);
  while (frame && frame->opcode == Opcode::ping) {
    send(Opcode::pong, frame->data);
    frame = next_frame(limit);
  }
  return frame;
}

std::optional<Frame> SocketClient::next_frame(std::chrono::milliseconds limit) {
  const auto head = client_.receive_bytes(2, limit);
  if (!head) return std::nullopt;
  EXPECT_EQ((*head)[0] & 0x70, 0) << "no extension was asked for";
  EXPECT_EQ((*head)[1] & 0x80, 0) << "a server masks nothing";
  std::size_t size = static_cast<unsigned char>((*head)[1]);
  if (size >= 126) {
    const auto more = client_.receive_bytes(size == 126 ? 2 : 8, limit);
    if (!more) return std::nullopt;
    size = from_big_endian(*more);
  }
  auto data = client_.receive_bytes(size, limit);
  if (!data) return std::nullopt;
  return Frame{static_cast<Opcode>((*head)[0] & 0x0f), std::move(*data)};
}

std::string SocketClient::receive_text() {
  const std::optional<Frame> frame = receive();
  EXPECT_TRUE(frame) << "no message came";
  if (!frame) return {};
  EXPECT_EQ(frame->opcode, Opcode::text);
  return frame->data;
}

int SocketClient::receive_close() {
  while (const std::optional<Frame> frame = receive()) {
    if (frame->opcode == Opcode::close) return frame->close_code();
  }
  return 0;
}

}  // namespace ksampler::test
