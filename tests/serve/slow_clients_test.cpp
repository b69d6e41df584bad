// Clients that send or read slowly, or without end: they lose their request, and nobody else does.
#include "tests/serve/server_case.hpp"

#include <vector>

namespace ksampler::test {
namespace {

constexpr std::chrono::milliseconds kLimit{400};

class SlowClients : public ServerCase {
 protected:
  SlowClients() : ServerCase({}, impatient()) {}
  static ServerOptions impatient() {
    ServerOptions options;
    options.request_limit = kLimit;
    return options;
  }

  RawClient connect(const std::string& first = "") const {
    RawClient made(server_->port());
    made.send(first);
    return made;
  }
  std::string head(const std::string& line, const std::string& more = "") const {
    return line + " HTTP/1.1\r\nHost: localhost:" + std::to_string(server_->port()) + "\r\n" + more;
  }
};

TEST_F(SlowClients, AreAnsweredThatTheirRequestDidNotComeInTime) {
  const std::string said = connect().receive();
  EXPECT_EQ(said.rfind("HTTP/1.1 408 ", 0), 0u) << said;
  EXPECT_NE(said.find("the request did not come within 400 ms"), std::string::npos) << said;
}

TEST_F(SlowClients, GainNothingByAByteNowAndThen) {
  const std::string lines[] = {head("GET /runs"), head("POST /runs", "Content-Length: 100000\r\n\r\n"),
                               head("POST /runs", "Transfer-Encoding: chunked\r\n\r\n"),
                               head("POST /nowhere", "Content-Length: 100000\r\n\r\n"), ""};
  for (const std::string& line : lines) {
    const RawClient client = connect(line);
    const auto began = Clock::now();
    // A write after the end fails at the latest when its refusal has come back.
    while (client.send("x") && Clock::now() - began < kSoon) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_LT(Clock::now() - began, kSoon) << line;
  }
}

TEST_F(SlowClients, SendNoHeadersWithoutEnd) {
  const RawClient client = connect(head("GET /runs"));
  const std::string many(1 << 16, 'x');
  int sent = 0;
  while (client.send("X: " + many + "\r\n") && sent < 1000) ++sent;
  EXPECT_LT(sent, 1000);  // of 64 MB
}

TEST_F(SlowClients, LeaveOthersAnswered) {
  std::vector<RawClient> idle;
  for (int i = 0; i < 100; ++i) idle.push_back(connect(head("GET /runs", "X-")));
  for (int i = 0; i < 100; ++i) idle.push_back(connect());
  const auto began = Clock::now();
  const auto response = get("/runs");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_LT(Clock::now() - began, kSoon);
}

TEST_F(SlowClients, DoNotHoldUpTheEnd) {
  RawClient client = connect(head("GET /runs"));
  const auto began = Clock::now();
  server_->stop();
  EXPECT_EQ(client.receive().find("still open"), std::string::npos);
  EXPECT_LT(Clock::now() - began, kSoon);
}

using Requests = ServerCase;

TEST_F(Requests, WithoutALengthHaveNoBodyAndAreAnsweredAtOnce) {
  const std::string host = "Host: localhost:" + std::to_string(server_->port());
  for (const std::string line :
       {"POST /nowhere", "PUT /runs", "PATCH /runs/1", "POST /runs", "POST /plugins/refresh"}) {
    RawClient client(server_->port());
    const auto began = Clock::now();
    client.send(line + " HTTP/1.1\r\n" + host + "\r\n\r\n");
    EXPECT_TRUE(next_answer(client)) << line;
    // The server's own limit is 10 s.
    EXPECT_LT(Clock::now() - began, std::chrono::seconds(4)) << line;
  }
}

TEST_F(Requests, NameHostsAndTypesWithoutCase) {
  const std::string port = std::to_string(server_->port());
  EXPECT_EQ(client().get("/runs", {{"Host", "LocalHost:" + port}})->status, 200);
  const TextPairs own = {{"Origin", "HTTP://LOCALHOST:" + port}};
  EXPECT_EQ(client().post("/runs", pipeline(), "text/plain", own)->status, 201);
  const Json body = {{"pipeline", pipeline()}, {"name", "by json"}};
  for (const char* type :
       {"Application/JSON", "APPLICATION/JSON; Charset=UTF-8", "application/json ;x=y"}) {
    const auto response = post("/runs", body.dump(), type);
    EXPECT_EQ(response->status, 201) << type << ": " << response->body;
  }
  const auto form = post("/runs", "--x\r\n\r\n--x--\r\n", "Multipart/Form-Data; boundary=x");
  EXPECT_EQ(form->status, 400);
  EXPECT_NE(form->body.find("--data-binary @FILE"), std::string::npos) << form->body;
}

TEST_F(Requests, OfJsonThatIsNestedWithoutEndAreRefusedAndNoMore) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const std::string in_set = R"({"pipeline": "nodes: {}", "set": {"a.b": )" + deep + "}}";
  const std::string yaml = R"({"pipeline": "nodes: )" + deep + "\"}";
  const std::string text = R"({"pipeline": "nodes: {}", "set": ["a.b=)" + deep + "\"]}";
  for (const std::string& body : {in_set, deep, yaml, text}) {
    const auto response = post("/runs", body, "application/json");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 400);
  }
  EXPECT_NE(post("/runs", in_set, "application/json")->body.find("deeper than 64 levels"),
            std::string::npos);
  EXPECT_EQ(post("/runs", pipeline())->status, 201);
}

}  // namespace
}  // namespace ksampler::test
