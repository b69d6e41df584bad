// What the server does with connections, whatever its routes are.
#include "tests/serve/http/http_case.hpp"

#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <vector>

namespace ksampler::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::string message_of(const HttpAnswer& answer) {
  const std::string mark = "\"message\":\"";
  const std::size_t at = answer.body.find(mark);
  if (at == std::string::npos) return "no error: " + answer.body;
  return answer.body.substr(at + mark.size(),
                            answer.body.find('"', at + mark.size()) - at - mark.size());
}

class HttpConnections : public HttpCase {
 protected:
  HttpConnections() {
    router_.route("GET", "/",
                  [](const auto&, const auto&) { return text_answer(kOk, "page", "text/plain"); });
    router_.route("POST", "/size", [](const HttpRequest& request, const auto&) {
      return text_answer(kOk, std::to_string(request.body.size()), "text/plain");
    });
    router_.route(
        "POST", "/upload",
        [](const HttpRequest& request, const auto&) {
          return text_answer(kOk, std::to_string(request.body.size()), "text/plain");
        },
        100 * kMiB);
    router_.route("POST", "/echo", [](const HttpRequest& request, const auto&) {
      return text_answer(kOk, request.body, "text/plain");
    });
  }

  std::string head(const std::string& method, const std::string& target,
                   const TextPairs& headers = {}) {
    return client().head(method, target, headers);
  }
};

TEST_F(HttpConnections, AreKeptForFurtherRequests) {
  serve();
  RawClient raw(port_);
  for (int i = 0; i < 3; ++i) {
    raw.send(head("GET", "/"));
    const auto answer = next_answer(raw);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "page");
    EXPECT_EQ(answer->header("Connection"), "keep-alive");
  }
  raw.send(head("POST", "/echo", {{"Content-Length", "2"}}) + "ab" + head("GET", "/nonsense") +
           head("GET", "/", {{"Connection", "close"}}));  // all at once
  EXPECT_EQ(next_answer(raw)->body, "ab");
  EXPECT_EQ(next_answer(raw)->status, 404);
  EXPECT_EQ(next_answer(raw)->header("Connection"), "close");
  EXPECT_EQ(raw.receive(), "");
}

TEST_F(HttpConnections, OfOldClientsAreClosed) {
  serve();
  RawClient raw(port_);
  raw.send("GET / HTTP/1.0\r\n\r\n");
  const std::string said = raw.receive();
  EXPECT_TRUE(said.ends_with("\r\n\r\npage")) << said;
}

// Who keeps one open and asks for nothing is not told off.
TEST_F(HttpConnections, ThatNobodyUsesAreClosedWithoutAWord) {
  options_.limits.request = std::chrono::milliseconds(300);
  serve();
  RawClient raw(port_);
  raw.send(head("GET", "/"));
  EXPECT_TRUE(next_answer(raw));
  EXPECT_EQ(raw.receive(), "");
}

TEST_F(HttpConnections, TakeABodyInChunks) {
  serve();
  RawClient raw(port_);
  raw.send(head("POST", "/echo", {{"Transfer-Encoding", "chunked"}}) +
           "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n");
  EXPECT_EQ(next_answer(raw)->body, "abcd");
}

// As curl asks before it sends more than 1 MiB.
TEST_F(HttpConnections, SayWhetherABodyIsWanted) {
  serve();
  RawClient raw(port_);
  raw.send(head("POST", "/echo", {{"Content-Length", "3"}, {"Expect", "100-continue"}}));
  EXPECT_EQ(next_answer(raw)->status, 100);
  raw.send("abc");
  EXPECT_EQ(next_answer(raw)->body, "abc");
  raw.send(head("POST", "/echo", {{"Content-Length", "3000000"}, {"Expect", "100-continue"}}));
  EXPECT_EQ(next_answer(raw)->status, 413);
}

TEST_F(HttpConnections, AnswerToHeadWithTheLengthAndNoBody) {
  serve();
  RawClient raw(port_);
  raw.send(head("HEAD", "/") + head("GET", "/"));
  const auto answer = next_answer(raw, true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("Content-Length"), "4");
  EXPECT_EQ(next_answer(raw)->body, "page");
}

TEST_F(HttpConnections, SayWhatIsWrong) {
  serve();
  const auto wrong = client().send("PUT", "/size");
  EXPECT_EQ(wrong->status, 405);
  EXPECT_EQ(wrong->header("Allow"), "POST");
  EXPECT_EQ(message_of(*wrong), "/size does not answer to PUT, but to POST");
  EXPECT_EQ(client().get("/none")->status, 404);
  const std::string host = "Host: 127.0.0.1\r\n";
  const std::string nonsenses[] = {
      "nonsense\r\n\r\n",
      "GET / HTTP/3.7\r\n" + host + "\r\n",
      "GET  / HTTP/1.1\r\n\r\n",
      "POST /echo HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n",
      "POST /echo HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
      "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "GET / HTTP/1.1\r\n" + host + "no header\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00", 5) + "\r\n\r\n"};
  for (const std::string& nonsense : nonsenses) {
    RawClient raw(port_);
    raw.send(nonsense);
    const auto answer = next_answer(raw);
    ASSERT_TRUE(answer) << nonsense;
    EXPECT_EQ(answer->status, 400) << nonsense;
    EXPECT_EQ(message_of(*answer), "this is no request of HTTP, or it ends too early");
    EXPECT_EQ(raw.receive(), "");
  }
}

TEST_F(HttpConnections, SayThatARequestEndsTooEarly) {
  serve();
  RawClient raw(port_);
  raw.send(head("POST", "/echo", {{"Content-Length", "10"}}) + "abc");
  raw.say_no_more();
  EXPECT_EQ(next_answer(raw)->status, 400);
}

TEST_F(HttpConnections, TakeNoMoreThanTheyMay) {
  options_.limits.body = 1000;
  options_.limits.head = 4096;
  serve();
  EXPECT_EQ(client().post("/size", std::string(1000, 'x'), "text/plain")->body, "1000");
  const auto large = client().post("/size", std::string(8 * kMiB, 'x'), "text/plain");
  ASSERT_TRUE(large);  // though most of it was never read
  EXPECT_EQ(large->status, 413);
  EXPECT_EQ(message_of(*large), "the body is too large");
  RawClient chunks(port_);
  chunks.send(head("POST", "/size", {{"Transfer-Encoding", "chunked"}}));
  for (int i = 0; i < 11; ++i) chunks.send("64\r\n" + std::string(100, 'x') + "\r\n");
  EXPECT_EQ(next_answer(chunks)->status, 413);
  const auto head = client().get("/", {{"X", std::string(5000, 'x')}});
  EXPECT_EQ(head->status, 431);
  EXPECT_EQ(message_of(*head), "the request's head is larger than 4096 bytes");
  EXPECT_EQ(client().get("/" + std::string(5000, 'x'))->status, 431);
  RawClient trailer(port_);
  trailer.send(client().head("POST", "/size", {{"Transfer-Encoding", "chunked"}}) + "0\r\n");
  for (int i = 0; i < 1000 && trailer.send("X: " + std::string(1000, 'x') + "\r\n"); ++i) {
  }
  EXPECT_EQ(next_answer(trailer)->status, 413);
}

TEST_F(HttpConnections, TakeALargeBodyWhereTheRouteDoes) {
  serve();
  const std::string body(50 * kMiB, 'x');
  EXPECT_EQ(client().post("/upload", body, "text/plain")->body, std::to_string(body.size()));
  EXPECT_EQ(client().post("/size", body, "text/plain")->status, 413);
  EXPECT_EQ(client().post("/upload", std::string(101 * kMiB, 'x'), "text/plain")->status, 413);
}

TEST_F(HttpConnections, TakeFewLargeBodiesAtOnce) {
  options_.limits.large_bodies = 2;
  serve();
  const std::string large = head("POST", "/upload", {{"Content-Length", "2000000"}});
  {
    RawClient first(port_);
    RawClient second(port_);
    first.send(large + "x");
    second.send(large + "x");
    for (int i = 0; i < 1000; ++i) {  // until both are known
      const auto third = client().post("/upload", std::string(2000000, 'x'), "text/plain");
      ASSERT_TRUE(third);
      if (third->status == 503) break;
    }
    EXPECT_EQ(client().post("/upload", std::string(2000000, 'x'), "text/plain")->status, 503);
    EXPECT_EQ(client().post("/upload", "small", "text/plain")->body, "5");
    first.send(std::string(1999999, 'x'));
    EXPECT_EQ(next_answer(first)->body, "2000000");
  }
  EXPECT_EQ(client().post("/upload", std::string(2000000, 'x'), "text/plain")->body, "2000000");
}

TEST_F(HttpConnections, SendLargeAnswersWhole) {
  std::string large;
  for (int i = 0; large.size() < 5 * kMiB; ++i) large += std::to_string(i);
  router_.route("GET", "/large",
                [&](const auto&, const auto&) { return text_answer(kOk, large, "text/plain"); });
  serve();
  EXPECT_TRUE(client().get("/large")->body == large);
}

TEST_F(HttpConnections, SendFilesInPieces) {
  const TemporaryFolder folder;
  std::string content;
  for (int i = 0; content.size() < 5 * kMiB; ++i) content += std::to_string(i);
  std::ofstream(folder / "large", std::ios::binary) << content;
  std::ofstream(folder / "empty") << "";
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  fs::create_directory(folder / "folder");
  router_.route("GET", "/files/*", [&](const auto&, const PathParts& parts) {
    HttpResponse response;
    response.headers = {{"Content-Type", "application/octet-stream"}};
    response.file = folder / parts[0];
    return response;
  });
  serve();
  RawClient raw(port_);
  raw.send(head("HEAD", "/files/large") + head("GET", "/files/large") + head("GET", "/files/empty") +
           head("GET", "/files/none") + head("GET", "/files/pipe") + head("GET", "/files/folder"));
  EXPECT_EQ(next_answer(raw, true)->header("Content-Length"), std::to_string(content.size()));
  const auto large = next_answer(raw);
  ASSERT_TRUE(large);
  EXPECT_TRUE(large->body == content);
  EXPECT_EQ(large->header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(next_answer(raw)->body, "");
  const auto none = next_answer(raw);
  EXPECT_EQ(none->status, 404);
  EXPECT_EQ(message_of(*none), "the file cannot be read: No such file or directory");
  EXPECT_EQ(next_answer(raw)->status, 404);
  EXPECT_EQ(next_answer(raw)->status, 404);
}

TEST_F(HttpConnections, SendAStreamAsItComes) {
  Door first;
  Door second;
  router_.route("GET", "/stream", [&](const auto&, const auto&) {
    HttpResponse response;
    response.stream = [&, count = 0]() mutable -> std::optional<std::string> {
      ++count;
      if (count == 1) return "one";
      if (count == 2) return first.wait() ? "" : "late";  // nothing to say
      if (count == 3) return "two";
      second.wait();
      return std::nullopt;
    };
    return response;
  });
  serve();
  RawClient raw(port_);
  raw.send(head("GET", "/stream"));
  EXPECT_TRUE(raw.receive_to("\r\n\r\n3\r\none\r\n"));
  first.open();
  EXPECT_EQ(raw.receive_to("two\r\n"), "3\r\ntwo\r\n");
  second.open();
  EXPECT_EQ(raw.receive(), "0\r\n\r\n");
  EXPECT_EQ(client().get("/stream")->body, "onetwo");
  RawClient old(port_);
  old.send("GET /stream HTTP/1.0\r\n\r\n");
  const std::string said = old.receive();
  EXPECT_TRUE(said.ends_with("\r\n\r\nonetwo")) << said;
  EXPECT_EQ(client().send("HEAD", "/stream")->status, 200);
}

TEST_F(HttpConnections, BreakAStreamOffThatFails) {
  router_.route("GET", "/stream", [](const auto&, const auto&) {
    HttpResponse response;
    response.stream = [count = 0]() mutable -> std::optional<std::string> {
      if (++count == 2) throw std::runtime_error("out of luck");
      return "one";
    };
    return response;
  });
  serve();
  EXPECT_FALSE(client().get("/stream"));  // which is not whole
  EXPECT_EQ(client().get("/")->status, 200);
}

TEST_F(HttpConnections, DoNotWaitForAHandlerThatWaits) {
  Door door;
  router_.route("GET", "/wait", [&](const auto&, const auto&) {
    return text_answer(kOk, door.wait() ? "open" : "late", "text/plain");
  });
  serve();
  std::vector<RawClient> waiting;
  for (std::size_t i = 1; i < options_.limits.workers; ++i) {
    waiting.emplace_back(port_).send(head("GET", "/wait"));
  }
  EXPECT_EQ(client().get("/")->body, "page");
  door.open();
  for (RawClient& each : waiting) EXPECT_EQ(next_answer(each)->body, "open");
}

TEST_F(HttpConnections, BeyondTheLimitAreTurnedAway) {
  options_.limits.connections = 4;
  options_.limits.pressed = std::chrono::seconds(60);
  serve();
  {
    std::vector<RawClient> four;
    for (int i = 0; i < 4; ++i) four.emplace_back(port_).send("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(RawClient(port_).receive(), "");
    four[0].send("Host: a\r\n\r\n");
    EXPECT_EQ(next_answer(four[0])->body, "page");
    // That one owes nothing, and makes room.
    EXPECT_EQ(client().get("/")->body, "page");
    EXPECT_EQ(four[0].receive(), "");
  }
}

TEST_F(HttpConnections, ThatKeepTheirRequestBackMakeRoomForOthers) {
  options_.limits.connections = 4;
  options_.limits.pressed = std::chrono::milliseconds(100);
  serve();
  std::vector<RawClient> four;
  for (int i = 0; i < 4; ++i) {
    four.emplace_back(port_).send("GET / HTTP/1.1\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(client().get("/")->body, "page");
  EXPECT_EQ(next_answer(four[0])->status, 408);  // the first of them
  four[3].send("Host: a\r\n\r\n");
  EXPECT_EQ(next_answer(four[3])->body, "page");
}

TEST_F(HttpConnections, OfClientsThatDoNotReadAreClosed) {
  options_.limits.writing = std::chrono::milliseconds(300);
  const std::string large(20 * kMiB, 'x');
  router_.route("GET", "/large",
                [&](const auto&, const auto&) { return text_answer(kOk, large, "text/plain"); });
  serve();
  RawClient raw(port_, 4096);
  raw.send(head("GET", "/large"));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_LT(raw.receive().size(), large.size());
}

TEST_F(HttpConnections, EndWithTheServerAtAnyMoment) {
  Door door;
  router_.route("GET", "/wait", [&](const auto&, const auto&) {
    door.wait();
    return text_answer(kOk, "open", "text/plain");
  });
  router_.route("GET", "/stream", [](const auto&, const auto&) {
    HttpResponse response;
    response.stream = [] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return std::optional<std::string>("more");
    };
    return response;
  });
  serve();
  std::vector<RawClient> clients;
  for (const std::string& sent :
       {std::string(), head("GET", "/wait"), head("GET", "/stream"),
        head("POST", "/size", {{"Content-Length", "9"}}), std::string("GET")}) {
    clients.emplace_back(port_).send(sent);
  }
  EXPECT_TRUE(clients[2].receive_to("more"));
  const auto began = Clock::now();
  server_->stop();
  for (RawClient& each : clients) {
    EXPECT_EQ(each.receive().find("still open"), std::string::npos);
  }
  EXPECT_LT(Clock::now() - began, kSoon);
  door.open();
  stop();
}

TEST_F(HttpConnections, EndWithAServerThatNeverServed) {
  server_.emplace(router_, options_);
  port_ = server_->listen(0);
  RawClient raw(port_);
  server_->stop();
  EXPECT_EQ(raw.receive(), "");
  server_->serve();  // returns at once
}

TEST_F(HttpConnections, EndWhateverTheirRequestsHaveComeTo) {
  for (int round = 0; round < 20; ++round) {
    serve();
    std::vector<RawClient> clients;
    for (int i = 0; i < 4; ++i) clients.emplace_back(port_);
    std::vector<std::thread> threads;
    for (RawClient& each : clients) {
      threads.emplace_back([&] {
        while (each.send(head("GET", "/")) && next_answer(each)) {
        }
        EXPECT_EQ(each.receive().find("still open"), std::string::npos);
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(round % 5));
    stop();
    for (std::thread& each : threads) each.join();
  }
}

TEST_F(HttpConnections, NeverShareAPort) {
  serve();
  HttpServer second(router_, options_);
  EXPECT_THROW(second.listen(port_), std::system_error);
  HttpServer third(router_, options_);
  EXPECT_THROW(third.listen(port_), std::system_error);
}

// Descriptors of sockets.
std::set<int> sockets() {
  std::set<int> found;
  for (const auto& each : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (fs::read_symlink(each, gone).native().starts_with("socket:")) {
      found.insert(std::stoi(each.path().filename()));
    }
  }
  return found;
}

// A plugin's own process, or a program that a handler starts, keeps no connection open.
TEST_F(HttpConnections, AreNotInheritedByOtherPrograms) {
  const std::set<int> before = sockets();
  serve();
  RawClient raw(port_);
  raw.send(head("GET", "/"));
  ASSERT_TRUE(next_answer(raw));
  std::set<int> now = sockets();
  for (const int each : before) now.erase(each);
  EXPECT_EQ(now.size(), 3u);  // that which listens, the server's end and the client's
  for (const int each : now) EXPECT_NE(::fcntl(each, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(HttpConnections, ThatWaitTakeNoTimeOfTheProcessor) {
  serve();
  std::vector<RawClient> idle;
  for (int i = 0; i < 20; ++i) idle.emplace_back(port_).send(i % 2 == 0 ? head("GET", "/") : "GET ");
  for (int i = 0; i < 20; i += 2) ASSERT_TRUE(next_answer(idle[static_cast<std::size_t>(i)]));
  const auto used = [] {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto before = used();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  // A thread that spins uses 1 s. That of a sanitizer's own threads is below this.
  EXPECT_LT(used() - before, std::chrono::milliseconds(50));
}

TEST_F(HttpConnections, AreRefusedWhereTheServerSaysSo) {
  options_.refusal = [](const HttpRequest& request, bool changes) -> std::optional<std::string> {
    if (request.header("host") != "good") return "another host";
    if (changes && !request.header("origin").empty()) return "another origin";
    return std::nullopt;
  };
  options_.headers = {{"X-Content-Type-Options", "nosniff"}};
  serve();
  EXPECT_EQ(client().get("/", {{"Host", "bad"}})->status, 403);
  EXPECT_EQ(client().send("GET", "/", {{"Host", "good"}, {"Origin", "x"}})->status, 200);
  const auto refused = client().post("/echo", "a", "text/plain", {{"Host", "good"}, {"Origin", "x"}});
  EXPECT_EQ(refused->status, 403);
  EXPECT_EQ(message_of(*refused), "another origin");
  EXPECT_EQ(refused->header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(refused->header("Content-Type"), "application/json");
}

}  // namespace
}  // namespace ksampler::test
