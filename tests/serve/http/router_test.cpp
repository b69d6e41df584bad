#include "host/serve/http/router.hpp"

#include "host/serve/http/answer.hpp"
#include "host/serve/http/target.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ksampler {
namespace {

HttpRequest request(const std::string& method, const std::string& target) {
  HttpRequest made;
  made.method = method;
  made.target = target;
  made.path = path_of(target);
  made.query = query_of(target);
  return made;
}

// Says its name and what the pattern took.
HttpHandler says(const std::string& name) {
  return [name](const HttpRequest&, const PathParts& parts) {
    std::string body = name;
    for (const std::string& part : parts) body += " [" + part + "]";
    return text_answer(kOk, body, "text/plain");
  };
}

std::string header(const HttpResponse& response, const std::string& name) {
  for (const auto& [each, value] : response.headers) {
    if (each == name) return value;
  }
  return {};
}

class RouterOfRuns : public ::testing::Test {
 protected:
  RouterOfRuns() {
    router.route("GET", "/", says("page"));
    router.route("GET", "/runs", says("list"));
    router.route("POST", "/runs", says("submit"), 100u);
    router.route("GET", "/runs/*", says("run"));
    router.route("GET", "/runs/*/files/**", says("file"));
    router.route("GET", "/runs/*/preview", says("preview"));
    router.route("GET", "/broken", [](const auto&, const auto&) -> HttpResponse {
      throw std::runtime_error("out of luck");
    });
    router.socket("/ws", [](const auto&, const auto&) { return WebSocketClient{}; });
  }
  std::string body(const std::string& method, const std::string& target) const {
    return router.answer(request(method, target)).body;
  }
  int status(const std::string& method, const std::string& target) const {
    return router.answer(request(method, target)).status;
  }

  Router router;
};

TEST_F(RouterOfRuns, FindsTheRouteOfAPath) {
  EXPECT_EQ(body("GET", "/"), "page");
  EXPECT_EQ(body("GET", "/runs?x=/y"), "list");
  EXPECT_EQ(body("POST", "/runs"), "submit");
  EXPECT_EQ(body("GET", "/runs/7"), "run [7]");
  EXPECT_EQ(body("GET", "/runs/7/preview"), "preview [7]");
}

TEST_F(RouterOfRuns, TakesASegmentForAStarAndTheRestForTwo) {
  EXPECT_EQ(body("GET", "/runs/a%2Fb"), "run [a/b]");
  EXPECT_EQ(body("GET", "/runs/7/files/deep/picture%201.png"), "file [7] [deep/picture 1.png]");
  EXPECT_EQ(body("GET", "/runs/7/files/x"), "file [7] [x]");
}

TEST_F(RouterOfRuns, KnowsNoPathThatFitsNone) {
  for (const char* target :
       {"/nonsense", "/runs/", "/runs/7/", "/runs/7/files", "//runs", "/Runs", "/runs//preview"}) {
    EXPECT_EQ(status("GET", target), 404) << target;
  }
  EXPECT_NE(body("GET", "/nonsense").find("nothing answers to GET /nonsense"), std::string::npos);
}

TEST_F(RouterOfRuns, SaysWhichMethodsAPathTakes) {
  const HttpResponse response = router.answer(request("PUT", "/runs"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD, POST");
  EXPECT_NE(response.body.find("/runs does not answer to PUT, but to GET, HEAD and POST"),
            std::string::npos)
      << response.body;
}

TEST_F(RouterOfRuns, AnswersToHeadAsToGet) {
  EXPECT_EQ(body("HEAD", "/runs"), "list");
  EXPECT_EQ(status("HEAD", "/nonsense"), 404);
}

TEST_F(RouterOfRuns, AnswersWhereAHandlerThrows) {
  EXPECT_EQ(status("GET", "/broken"), 500);
  EXPECT_NE(body("GET", "/broken").find("internal error: out of luck"), std::string::npos);
}

TEST_F(RouterOfRuns, PutsNoBytesOfARequestIntoAMessageAsTheyAre) {
  EXPECT_EQ(body("GET", "/%0d%0a%ff").find('\r'), std::string::npos);
  EXPECT_NE(body("GET", "/%0d%0a%ff").find("x0d"), std::string::npos) << body("GET", "/%0d%0a%ff");
}

TEST_F(RouterOfRuns, HasALimitOfTheBodyForSomeRoutes) {
  EXPECT_EQ(router.largest_body(request("POST", "/runs")), 100u);
  EXPECT_EQ(router.largest_body(request("GET", "/runs")), std::nullopt);
  EXPECT_EQ(router.largest_body(request("POST", "/nonsense")), std::nullopt);
}

TEST_F(RouterOfRuns, KnowsItsSockets) {
  EXPECT_NE(router.socket_at(request("GET", "/ws?clientId=a")), nullptr);
  EXPECT_EQ(router.socket_at(request("GET", "/runs")), nullptr);
  EXPECT_EQ(status("GET", "/ws"), 404);
}

TEST(Router, TakesTheRouteThatWasAddedFirst) {
  Router router;
  router.route("GET", "/a/b", says("first"));
  router.route("GET", "/a/*", says("second"));
  router.route("GET", "/**", says("rest"));
  EXPECT_EQ(router.answer(request("GET", "/a/b")).body, "first");
  EXPECT_EQ(router.answer(request("GET", "/a/c")).body, "second [c]");
  EXPECT_EQ(router.answer(request("GET", "/x/y")).body, "rest [x/y]");
}

TEST(Request, HasHeadersWithoutCaseAndTheFirstOfAName) {
  HttpRequest made;
  made.headers = {{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_EQ(made.header("CONTENT-TYPE"), "a");
  EXPECT_EQ(made.header("Host"), "");
}

TEST(Request, HasTheLastValueOfAKeyOfItsQuery) {
  const HttpRequest made = request("GET", "/view?filename=a&filename=b&empty=");
  EXPECT_EQ(made.query_value("filename"), "b");
  EXPECT_EQ(made.query_value("empty"), "");
  EXPECT_EQ(made.query_value("type"), std::nullopt);
}

}  // namespace
}  // namespace ksampler
