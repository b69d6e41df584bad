// What a client sends over a WebSocket: any bytes for frames, or frames as they should be with anything
// in them; and what is sent to a client that reads when it likes.
#include "host/serve/http/outbox.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/served.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>

namespace {

using namespace ksampler;
using fuzz::Input;

constexpr std::string_view kOpens =
    "GET /ws?clientId=a HTTP/1.1\r\nHost: 127.0.0.1:7801\r\nUpgrade: websocket\r\nConnection: "
    "Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "\x81\x85" and a mask before five bytes of text: one frame after another, until the input ends.
std::string framed(Input& input) {
  constexpr unsigned char kFirst[] = {0x81, 0x82, 0x88, 0x89, 0x8A, 0x01, 0x00, 0x80};
  std::string frames;
  while (!input.empty()) {
    const unsigned char first = kFirst[input.below(std::size(kFirst))];
    const auto mask = input.take<std::uint8_t>();
    const std::string_view data = text_of(input.take_bytes(input.byte()));
    frames += static_cast<char>(first);
    if (data.size() < 126) {
      frames += static_cast<char>(0x80 | data.size());
    } else {
      frames += {static_cast<char>(0xFE), 0, static_cast<char>(data.size())};
    }
    frames.append(4, static_cast<char>(mask));
    for (const char c : data) frames += static_cast<char>(c ^ mask);
  }
  return frames;
}

// What the server says is in frames that a client can read, and texts are JSON.
void check_heard(std::string_view heard) {
  if (!heard.starts_with("HTTP/1.1 101")) fail("the WebSocket was not opened");
  heard.remove_prefix(std::min(heard.size(), heard.find("\r\n\r\n") + 4));
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(heard[i]); };
  while (heard.size() >= 2) {
    std::size_t begin = 2;
    std::size_t size = at(1);
    if (size > 127) fail("the server's frame is masked");
    if (size > 125) {
      const std::size_t digits = size == 126 ? 2 : 8;
      begin += digits;
      if (heard.size() < begin) return;
      size = 0;
      for (std::size_t i = 2; i < begin; ++i) size = size << 8 | at(i);
    }
    if (heard.size() - begin < size) return;  // the client had closed
    const unsigned kind = at(0);
    if (kind == 0x81 && !nlohmann::json::accept(heard.substr(begin, size)))
      fail("what was sent is no JSON");
    if (kind != 0x81 && kind != 0x82 && kind != 0x88 && kind != 0x89 && kind != 0x8A) {
      fail("the server's frame is of no kind");
    }
    heard.remove_prefix(begin + size);
  }
}

// The queue of one client beside what it should hold.
void queue(Input& input) {
  constexpr std::size_t kMost = 700;
  constexpr std::size_t kOverhead = 128;
  bool woken = false;
  Outbox outbox(kMost, [&] { woken = true; });
  std::deque<Outbox::Message> waiting;
  bool closed = false;
  bool full = false;
  const auto cost = [](const Outbox::Message& each) {
    return each.data.size() + each.slot.size() + kOverhead;
  };
  const auto add = [&](const Outbox::Message& message) {
    if (closed) return;
    if (!message.slot.empty()) {
      std::erase_if(waiting, [&](const auto& each) { return each.slot == message.slot; });
    }
    std::size_t bytes = 0;
    for (const auto& each : waiting) bytes += cost(each);
    if (bytes > kMost) {
      closed = full = true;
      waiting.clear();
    } else {
      waiting.push_back(message);
    }
  };
  while (!input.empty()) {
    const std::uint32_t what = input.below(8);
    if (what < 4) {
      const std::string slot(input.below(3), 's');
      const Outbox::Message message{std::string(text_of(input.take_bytes(input.byte()))), what < 2,
                                    slot};
      message.is_text ? outbox.send_text(message.data, slot) : outbox.send_binary(message.data, slot);
      add(message);
    } else if (what < 6) {
      const auto taken = outbox.take();
      if (taken.has_value() == waiting.empty())
        fail("the queue holds what it should not, or lost something");
      if (!taken) {
        woken = false;
        continue;
      }
      const Outbox::Message& next = waiting.front();
      if (taken->data != next.data || taken->is_text != next.is_text) fail("another message was next");
      waiting.pop_front();
    } else if (what == 6 && input.below(16) == 0) {
      outbox.close();
      closed = true;
    } else if (what == 7 && input.below(16) == 0) {
      outbox.end();
      closed = true;
      waiting.clear();
      if (outbox.take()) fail("something is left of what has ended");
      return;
    }
    if (!waiting.empty() && !woken) fail("nobody was told that there is something to send");
    if (outbox.is_closed() != closed || outbox.is_full() != full)
      fail("it is not as closed as it should be");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t mode = input.byte();
  if (mode == 'q') {
    queue(input);
    return 0;
  }
  std::string said(kOpens);
  said += mode == 'f' ? framed(input) : std::string(text_of(input.take_bytes(size)));
  check_heard(fuzz::say_to_server(said));
  return 0;
}
