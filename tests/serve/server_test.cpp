// Routes, as a client sees them.
#include "host/serve/http/answer.hpp"
#include "tests/serve/http/socket_client.hpp"
#include "tests/serve/server_case.hpp"

namespace ksampler::test {
namespace {

using ServerRoutes = ServerCase;

TEST_F(ServerRoutes, RunAPipelineAndGiveOutItsFiles) {
  const int id = submit(3);
  const Json run = wait_for(id, "done");
  EXPECT_EQ(run["name"], "pipeline.yaml");
  EXPECT_EQ(run["node"], "base");
  EXPECT_EQ(run["step"], 3);
  EXPECT_EQ(run["steps"], 3);
  EXPECT_GT(run["seconds"], 0);
  EXPECT_EQ(run["errors"], Json::array());
  EXPECT_EQ(run["warnings"], Json({"node 'base' (KSampler): this is a test"}));
  ASSERT_EQ(run["files"], Json({"run_00001_.txt", "deep/picture_00001_.png"}));
  const auto text = get("/runs/1/files/run_00001_.txt");
  EXPECT_EQ(text->body, "1");
  EXPECT_EQ(text->header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(text->header("X-Content-Type-Options"), "nosniff");
  const auto picture = get("/runs/1/files/deep/picture_00001_.png");
  EXPECT_EQ(picture->status, 200);
  EXPECT_EQ(picture->header("Content-Type"), "image/png");
  EXPECT_EQ(picture->body.substr(1, 3), "PNG");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run-1/deep/picture_00001_.png"));
}

TEST_F(ServerRoutes, TakeSettingsAndANameFromTheQuery) {
  const auto response = post("/runs?set=base.steps=5&set=base.seed%3D3&name=mine", pipeline());
  ASSERT_EQ(response->status, 201) << response->body;
  EXPECT_EQ(response->header("Location"), "/runs/1");
  const Json run = wait_for(1, "done");
  EXPECT_EQ(run["steps"], 5);
  EXPECT_EQ(run["name"], "mine");
}

TEST_F(ServerRoutes, TakeJson) {
  const Json body = {{"pipeline", pipeline()}, {"set", {{"base.steps", 7}}}, {"name", "by json"}};
  ASSERT_EQ(post("/runs", body.dump(), "application/json")->status, 201);
  EXPECT_EQ(wait_for(1, "done")["steps"], 7);
}

// As `curl --data-binary` sends it, which the library takes for a form of 8 KiB at most.
TEST_F(ServerRoutes, TakeALargePipelineUnderTheTypeThatCurlGivesIt) {
  const std::string body = pipeline() + "#" + std::string(100000, '&') + "\n";
  EXPECT_EQ(post("/runs", body, "application/x-www-form-urlencoded")->status, 201);
  wait_for(1, "done");
}

TEST_F(ServerRoutes, SayHowAPipelineIsSentInsteadOfAForm) {
  const std::string form =
      "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.yaml\"\r\n"
      "Content-Type: text/yaml\r\n\r\nnodes: {}\n\r\n--x--\r\n";
  const auto response = post("/runs", form, "multipart/form-data; boundary=x");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
  EXPECT_NE(response->body.find("--data-binary @FILE"), std::string::npos) << response->body;
}

TEST_F(ServerRoutes, SayAllThatIsWrongWithAPipeline) {
  const auto response = post("/runs?name=bad.yaml&set=base.steps%3D0", pipeline() + "  more: 3\n");
  EXPECT_EQ(response->status, 400);
  const Json errors = Json::parse(response->body)["errors"];
  ASSERT_EQ(errors.size(), 2u) << errors;
  EXPECT_EQ(errors[0]["file"], "bad.yaml");
  EXPECT_EQ(errors[0]["line"], 9);
  EXPECT_EQ(errors[0]["column"], 9);
  EXPECT_EQ(errors[0]["message"], "node 'more' is 3; it takes a map with 'type' and inputs");
  EXPECT_EQ(errors[1]["file"], "--set base.steps=0");
  EXPECT_EQ(errors[1]["message"],
            "'steps' of node 'base' is 0; it takes a whole number from 1 to 10000");
  EXPECT_EQ(Json::parse(get("/runs")->body)["runs"], Json::array());
}

TEST_F(ServerRoutes, SayWhyARunFailedAndWhere) {
  const Json error = wait_for(submit(3, 13), "failed")["errors"][0];
  EXPECT_EQ(error["message"], "node 'base' (KSampler): no luck");
  EXPECT_EQ(error["line"], 5);
  const Json other = wait_for(submit(3, 14), "failed")["errors"][0];
  EXPECT_EQ(other["message"], "internal error: out of luck");
  wait_for(submit(), "done");  // the server goes on
}

TEST_F(ServerRoutes, ListRunsInTheirOrder) {
  hold_.close();
  submit();
  submit();
  wait_for(1, "running");
  const Json runs = Json::parse(get("/runs")->body)["runs"];
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0]["id"], 1);
  EXPECT_EQ(runs[1]["id"], 2);
  EXPECT_EQ(runs[1]["state"], "queued");
}

TEST_F(ServerRoutes, KnowNoOtherRun) {
  for (const char* path :
       {"/runs/1", "/runs/99999999999999999999999", "/runs/0", "/runs/1/preview", "/runs/1/files/x"}) {
    EXPECT_EQ(get(path)->status, 404) << path;
  }
  const auto response = client().del("/runs/3");
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(Json::parse(response->body)["errors"][0]["message"], "there is no run 3 (any more)");
}

TEST_F(ServerRoutes, GiveOutNoFileThatTheRunDidNotWrite) {
  write_text(folder_ / "secret.txt", "secret");
  write_text(folder_ / "run-1/other.txt", "other");
  wait_for(submit(), "done");
  for (const char* name : {"../secret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "..%252Fsecret.txt",
                           "deep/../../secret.txt", "deep/../run_00001_.txt", "/etc/passwd",
                           "%2Fetc%2Fpasswd", "other.txt", "run_00001_.txt%00", ".", "..", "deep"}) {
    const auto response = get(std::string("/runs/1/files/") + name);
    EXPECT_EQ(response->status, 404) << name << ": " << response->body;
  }
}

TEST_F(ServerRoutes, GiveOutTheLatestPreview) {
  hold_.close();
  submit();
  wait_for(1, "running");
  EXPECT_EQ(get("/runs/1/preview")->status, 404);
  client().del("/runs/1");
  const int second = submit();
  hold_.open();
  wait_for(second, "done");
  EXPECT_EQ(run(second)["previews"], 0);  // there are pictures
}

TEST_F(ServerRoutes, SayWhatTheyDoNotKnow) {
  const auto response = get("/nonsense");
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(Json::parse(response->body)["errors"][0]["message"], "nothing answers to GET /nonsense");
}

TEST_F(ServerRoutes, GiveOutAPageThatNeedsNothingElse) {
  const auto response = get("/");
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("Content-Type"), "text/html; charset=utf-8");
  const std::string policy = response->header("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << policy;
  for (const char* gap : {"@nonce@", "@runtime@", "@icons@"}) {
    EXPECT_EQ(response->body.find(gap), std::string::npos) << gap;
  }
  EXPECT_EQ(response->body.find("http://"), std::string::npos);
  EXPECT_EQ(response->body.find("https://"), std::string::npos);
  const std::size_t nonce = policy.find("'nonce-") + 7;
  const std::string word = policy.substr(nonce, 32);
  EXPECT_NE(response->body.find("<script nonce=\"" + word + "\">"), std::string::npos);
  EXPECT_EQ(get("/")->body.find(word), std::string::npos);
}

TEST_F(ServerRoutes, RefuseForeignHosts) {
  for (const char* path : {"/", "/runs", "/events", "/plugins"}) {
    const auto response = client().get(path, {{"Host", "evil.example"}});
    EXPECT_EQ(response->status, 403) << path;
    EXPECT_EQ(response->body.rfind("{\"errors\":", 0), 0u) << response->body;
  }
}

TEST_F(ServerRoutes, RefuseChangesFromForeignPages) {
  hold_.close();
  submit();
  const TextPairs foreign = {{"Origin", "https://evil.example"}};
  EXPECT_EQ(client().post("/runs", pipeline(), "text/plain", foreign)->status, 403);
  EXPECT_EQ(client().post("/plugins/swap/swap", "", "text/plain", foreign)->status, 403);
  EXPECT_EQ(client().del("/runs/1", foreign)->status, 403);
  EXPECT_EQ(Json::parse(get("/runs")->body)["runs"].size(), 1u);
  const TextPairs own = {{"Origin", server_->url()}};
  EXPECT_EQ(client().del("/runs/1", own)->status, 200);
}

// The body of a refused request is not the next request.
TEST_F(ServerRoutes, TakeNoRequestOutOfTheBodyOfAnother) {
  const std::string host = "127.0.0.1:" + std::to_string(server_->port());
  const std::string inner = "POST /runs HTTP/1.1\r\nHost: " + host +
                            "\r\nContent-Length: " + std::to_string(pipeline().size()) + "\r\n\r\n" +
                            pipeline();
  client().post("/runs", inner, "text/plain",
                {{"Origin", "https://evil.example"}, {"Connection", "keep-alive"}});
  EXPECT_EQ(Json::parse(get("/runs")->body)["runs"].size(), 0u);
}

class ServerWithMoreRoutes : public ServerCase {
 protected:
  ServerWithMoreRoutes() : ServerCase({}, with_more()) {}
  static ServerOptions with_more() {
    ServerOptions options;
    options.routes = [](Router& router) {
      router.route("GET", "/plugins",
                   [](const auto&, const auto&) { return text_answer(kOk, "others", "text/plain"); });
      router.socket("/ws", [](const auto&, const std::shared_ptr<WebSocket>& socket) {
        socket->send_text("hello");
        return WebSocketClient{};
      });
    };
    return options;
  }
  // What is answered to a WebSocket that is asked for from there.
  int status(const TextPairs& headers) const {
    return SocketClient(server_->port(), "/ws", headers).answer().value_or(HttpAnswer{}).status;
  }
};

TEST_F(ServerWithMoreRoutes, AnswersThemFirst) {
  EXPECT_EQ(get("/plugins")->body, "others");
  EXPECT_EQ(get("/runs")->status, 200);
  SocketClient client(server_->port(), "/ws", {{"Origin", server_->url()}});
  EXPECT_EQ(client.receive_text(), "hello");
}

// A WebSocket of a foreign page could read what it is told, unlike a foreign page's GET.
TEST_F(ServerWithMoreRoutes, OpensNoWebSocketForForeignPagesOrHosts) {
  const std::string port = std::to_string(server_->port());
  for (const std::string& origin :
       {std::string("https://evil.example"), std::string("null"), "http://127.0.0.1:1" + port,
        std::string("http://localhost"), "https://127.0.0.1:" + port, std::string("file://")}) {
    EXPECT_EQ(status({{"Origin", origin}}), 403) << origin;
  }
  EXPECT_EQ(status({{"Host", "evil.example:" + port}}), 403);
  EXPECT_EQ(status({{"Origin", "http://localhost:" + port}}), 101);
  EXPECT_EQ(status({}), 101);
}

class SmallServer : public ServerCase {
 protected:
  SmallServer() : ServerCase({.queued = 2}, small()) {}
  static ServerOptions small() {
    ServerOptions options;
    options.largest_body = 2000;
    options.most_streams = 1;
    return options;
  }
};

TEST_F(SmallServer, TakesNoLargeBody) {
  EXPECT_EQ(post("/runs", std::string(3000, '#'))->status, 413);
  EXPECT_EQ(post("/runs", pipeline())->status, 201);
}

TEST_F(SmallServer, TakesNoMoreRunsThanItsQueueHolds) {
  hold_.close();
  wait_for(submit(), "running");
  submit();
  const int last = submit();
  const auto response = post("/runs", pipeline());
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(Json::parse(response->body)["errors"][0]["message"], "the queue is full; try again later");
  client().del("/runs/" + std::to_string(last));
  EXPECT_EQ(post("/runs", pipeline())->status, 201);
}

TEST_F(SmallServer, StreamsToNoMoreReadersThanItMay) {
  int second = 0;
  client().read("/events", [&](std::string_view) {
    if (second == 0) second = get("/events")->status;
    return false;
  });
  EXPECT_EQ(second, 503);
}

}  // namespace
}  // namespace ksampler::test
