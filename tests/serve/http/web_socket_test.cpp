#include "tests/serve/http/http_case.hpp"
#include "tests/serve/http/socket_client.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksampler::test {
namespace {

constexpr int kLittleRoom = 4096;

// "/echo" sends back what comes; "close" closes, "throw" throws. "/all" is told what a test tells all.
// Both count what opens and what closes.
class WebSockets : public HttpCase {
 protected:
  WebSockets() {
    router_.route("GET", "/",
                  [](const auto&, const auto&) { return text_answer(kOk, "page", "text/plain"); });
    router_.socket(
        "/echo", [this](const HttpRequest& request, const std::shared_ptr<WebSocket>& socket) {
          ++opened_;
          if (const auto hello = request.query_value("hello")) socket->send_text(*hello);
          return WebSocketClient{.text =
                                     [socket](const std::string& text) {
                                       if (text == "throw") throw std::runtime_error("out of luck");
                                       text == "close" ? socket->close() : socket->send_text(text);
                                     },
                                 .closed = [this] { ++closed_; }};
        });
    router_.socket("/all", [this](const auto&, const std::shared_ptr<WebSocket>& socket) {
      ++opened_;
      const std::lock_guard lock(mutex_);
      all_.push_back(socket);
      return WebSocketClient{.text = {}, .closed = [this] { ++closed_; }};
    });
  }
  ~WebSockets() override { stop(); }

  SocketClient open(const std::string& target, int room = 0) {
    SocketClient made(port_, target, {}, room);
    EXPECT_EQ(made.answer().value_or(HttpAnswer{}).status, 101);
    return made;
  }

  std::vector<std::shared_ptr<WebSocket>> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

  // Whether it comes to be `count`.
  static bool becomes(const std::atomic<int>& value, int count) {
    const auto until = Clock::now() + kPatience;
    while (value != count && Clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return value == count;
  }

  std::atomic<int> opened_{0};
  std::atomic<int> closed_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<WebSocket>> all_;
};

TEST_F(WebSockets, AreOpenedAsTheStandardSays) {
  serve();
  SocketClient client = open("/echo?hello=hi%20there");
  EXPECT_EQ(client.answer()->header("Sec-WebSocket-Accept"),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, 1.3
  EXPECT_EQ(client.answer()->header("Server"), "ksampler");
  EXPECT_EQ(client.receive_text(), "hi there");
}

TEST_F(WebSockets, ShareTheirPortWithPages) {
  serve();
  SocketClient client = open("/echo");
  EXPECT_EQ(this->client().get("/")->body, "page");
  EXPECT_EQ(this->client().get("/echo")->status, 404);
  EXPECT_EQ(SocketClient(port_, "/").answer()->status, 200);  // an upgrade that nobody offers
  EXPECT_EQ(SocketClient(port_, "/none").answer()->status, 404);
}

TEST_F(WebSockets, SendMessagesBackInTheirOrder) {
  serve();
  SocketClient client = open("/echo");
  std::thread sender([&] {
    for (int i = 0; i < 2000; ++i)
      client.send(std::to_string(i) + std::string(static_cast<std::size_t>(i % 300), '.'));
  });
  for (int i = 0; i < 2000; ++i) {
    ASSERT_EQ(client.receive_text(),
              std::to_string(i) + std::string(static_cast<std::size_t>(i % 300), '.'));
  }
  sender.join();
}

TEST_F(WebSockets, SendLargeMessagesOfBytes) {
  serve();
  SocketClient client = open("/all");
  ASSERT_TRUE(becomes(opened_, 1));
  std::string bytes;
  for (int i = 0; i < 3000000; ++i) bytes += static_cast<char>(i * 7);
  all().at(0)->send_binary(bytes);
  const auto frame = client.receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, Opcode::binary);
  EXPECT_TRUE(frame->data == bytes);
}

TEST_F(WebSockets, TakeAMessageOfSeveralFrames) {
  serve();
  SocketClient client = open("/echo");
  const std::string mask(4, '\0');
  client.raw().send(std::string("\x01\x82", 2) + mask + "ab");  // more follow
  client.send(Opcode::ping, "are you there");
  client.raw().send(std::string("\x80\x82", 2) + mask + "cd");
  const auto pong = client.receive();
  EXPECT_EQ(pong->opcode, Opcode::pong);
  EXPECT_EQ(pong->data, "are you there");
  EXPECT_EQ(client.receive_text(), "abcd");
}

// A preview of each step, for one that does not read meanwhile: it sees the first, which was on its
// way, and the last.
TEST_F(WebSockets, KeepTheLatestOfASlotForWhoReadsLate) {
  serve();
  SocketClient client = open("/all", kLittleRoom);
  ASSERT_TRUE(becomes(opened_, 1));
  const std::string picture(100000, 'x');
  for (int i = 0; i < 1000; ++i) {
    all().at(0)->send_binary(std::to_string(i) + picture, "preview");
    all().at(0)->send_text("step " + std::to_string(i), "progress");
  }
  all().at(0)->send_text("done");
  int pictures = 0;
  int last = -1;
  std::string text;
  while (text != "done") {
    const auto frame = client.receive();
    ASSERT_TRUE(frame);
    if (frame->opcode == Opcode::binary) {
      ++pictures;
      EXPECT_GT(std::stoi(frame->data), last);
      last = std::stoi(frame->data);
    } else {
      text = frame->data;
    }
  }
  EXPECT_EQ(last, 999);
  EXPECT_LT(pictures, 900);
}

TEST_F(WebSockets, WhoseClientsNeverReadAreClosedAndHoldUpNobody) {
  options_.limits.unsent = 300000;
  serve();
  std::vector<SocketClient> readers;
  std::vector<SocketClient> others;
  for (int i = 0; i < 150; ++i) readers.push_back(open("/all"));
  ASSERT_TRUE(becomes(opened_, 150));
  for (int i = 0; i < 50; ++i) others.push_back(open("/all", kLittleRoom));
  ASSERT_TRUE(becomes(opened_, 200));
  const std::string large(100000, 'x');
  for (int i = 0; i < 100; ++i) {  // 10 MB for each of the others, more than the system holds
    const auto sockets = all();
    for (std::size_t k = 0; k < 200; ++k) sockets[k]->send_text(k < 150 ? std::to_string(i) : large);
    for (SocketClient& each : readers) ASSERT_EQ(each.receive_text(), std::to_string(i));
  }
  EXPECT_TRUE(becomes(closed_, 50)) << closed_;
  for (SocketClient& each : readers) each.send(Opcode::ping, "");
  for (SocketClient& each : readers) EXPECT_EQ(each.receive()->opcode, Opcode::pong);
  // They end, though what was on its way is there to be read.
  for (SocketClient& each : others)
    EXPECT_EQ(each.raw().receive().find("still open"), std::string::npos);
}

TEST_F(WebSockets, AreClosedWhenTheServerStops) {
  serve();
  SocketClient reader = open("/echo");
  SocketClient silent = open("/all", kLittleRoom);
  ASSERT_TRUE(becomes(opened_, 2));
  all().at(0)->send_text(std::string(10000000, 'x'));  // which it never reads
  const auto began = Clock::now();
  server_->stop();
  EXPECT_EQ(reader.receive_close(), 1001);
  stop();
  EXPECT_LT(Clock::now() - began, kSoon);
  EXPECT_EQ(closed_, 2);
  all().at(0)->send_text("nobody hears it");
}

TEST_F(WebSockets, TellTheirRouteOnceThatTheyAreClosed) {
  serve();
  {
    SocketClient gone = open("/echo");
    SocketClient polite = open("/echo");
    polite.send(Opcode::close, std::string("\x03\xe8", 2));
    EXPECT_EQ(polite.receive_close(), 1000);
    SocketClient told = open("/echo");
    told.send("close");
    EXPECT_EQ(told.receive_close(), 1000);
  }
  EXPECT_TRUE(becomes(opened_, 3));
  EXPECT_TRUE(becomes(closed_, 3));
  stop();
  EXPECT_EQ(closed_, 3);
}

TEST_F(WebSockets, AreClosedForWhatTheyMayNotSend) {
  options_.limits.message = 1000;
  serve();
  // The code with which one is closed to which `send` was done.
  const auto closed_for = [this](const std::function<void(SocketClient&)>& send) {
    SocketClient client = open("/echo");
    send(client);
    return client.receive_close();
  };
  EXPECT_EQ(closed_for([](SocketClient& client) {
              client.send(std::string(1000, 'x'));
              EXPECT_EQ(client.receive_text().size(), 1000u);
              client.send(std::string(1001, 'x'));
            }),
            1009);
  EXPECT_EQ(closed_for([](SocketClient& client) { client.send(Opcode::binary, "abc"); }), 1003);
  EXPECT_EQ(closed_for([](SocketClient& client) { client.send("\xff\xfe"); }), 1007);
  EXPECT_EQ(closed_for([](SocketClient& client) {  // not masked
              client.raw().send(std::string("\x81\x01", 2) + "a");
            }),
            1002);
  EXPECT_EQ(closed_for([](SocketClient& client) { client.send("throw"); }), 1011);
  EXPECT_TRUE(becomes(closed_, 5));
}

TEST_F(WebSockets, SendWhatIsUnsentBeforeTheyClose) {
  serve();
  SocketClient client = open("/all");
  ASSERT_TRUE(becomes(opened_, 1));
  for (int i = 0; i < 100; ++i) all().at(0)->send_text(std::to_string(i));
  all().at(0)->close();
  all().at(0)->close();
  all().at(0)->send_text("too late");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.receive_text(), std::to_string(i));
  EXPECT_EQ(client.receive_close(), 1000);
}

TEST_F(WebSockets, AreAskedWhetherTheyMay) {
  options_.refusal = [](const HttpRequest& request, bool changes) -> std::optional<std::string> {
    if (changes && !request.header("Origin").empty()) return "another origin";
    return std::nullopt;
  };
  serve();
  EXPECT_EQ(SocketClient(port_, "/echo", {{"Origin", "https://evil.example"}}).answer()->status, 403);
  EXPECT_EQ(SocketClient(port_, "/echo").answer()->status, 101);
  EXPECT_TRUE(becomes(opened_, 1));
}

TEST_F(WebSockets, BeyondTheLimitAreRefused) {
  options_.limits.sockets = 2;
  serve();
  {
    SocketClient first = open("/echo");
    SocketClient second = open("/echo");
    EXPECT_EQ(SocketClient(port_, "/echo").answer()->status, 503);
  }
  ASSERT_TRUE(becomes(closed_, 2));
  const auto until = Clock::now() + kSoon;
  int status = 0;
  while (status != 101 && Clock::now() < until) status = SocketClient(port_, "/echo").answer()->status;
  EXPECT_EQ(status, 101);
}

TEST_F(WebSockets, OfAnotherVersionAreRefused) {
  serve();
  RawClient raw(port_);
  raw.send(client().head("GET", "/echo",
                         {{"Connection", "Upgrade"},
                          {"Upgrade", "websocket"},
                          {"Sec-WebSocket-Version", "8"},
                          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}));
  const auto answer = next_answer(raw);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 426);
  EXPECT_EQ(answer->header("Sec-WebSocket-Version"), "13");
}

// Senders, readers and clients that come and go, at once: the sanitizer for threads looks on.
TEST_F(WebSockets, BearManyThreads) {
  serve();
  std::atomic<bool> done{false};
  std::thread teller([&] {
    for (int i = 0; !done; ++i) {
      for (const auto& each : all()) {
        each->send_text(std::to_string(i), i % 2 == 0 ? "slot" : "");
        if (i % 50 == 49) each->close();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        SocketClient told(port_, "/all");
        SocketClient echo(port_, "/echo");
        echo.send("hi");
        EXPECT_EQ(echo.receive_text(), "hi");
        told.receive();
      }
    });
  }
  for (std::thread& each : clients) each.join();
  done = true;
  teller.join();
  EXPECT_TRUE(becomes(closed_, 80));
}

}  // namespace
}  // namespace ksampler::test
