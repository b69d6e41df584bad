// The queue, cancelling, and what happens meanwhile.
#include "tests/serve/server_case.hpp"

namespace ksampler::test {
namespace {

using ServerQueue = ServerCase;

TEST_F(ServerQueue, RunsOneAfterAnother) {
  hold_.close();
  const int first = submit(4);
  const int second = submit(2);
  wait_for(first, "running");
  EXPECT_EQ(run(second)["state"], "queued");
  hold_.open();
  wait_for(second, "done");
  EXPECT_EQ(run(first)["state"], "done");
}

TEST_F(ServerQueue, NumbersTheStatesOfARun) {
  hold_.close();
  const int id = submit(2);
  const Json before = wait_for(id, "running");
  EXPECT_GT(before["revision"], 0);
  hold_.open();
  EXPECT_GT(wait_for(id, "done")["revision"], before["revision"]);
}

TEST_F(ServerQueue, DropsARunThatWaits) {
  hold_.close();
  const int first = submit();
  wait_for(first, "running");
  const int second = submit();
  const auto response = client().del("/runs/" + std::to_string(second));
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(Json::parse(response->body)["state"], "cancelled");
  hold_.open();
  wait_for(first, "done");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "run-2"));
}

TEST_F(ServerQueue, StopsARunAtItsNextStep) {
  hold_.close();
  const int id = submit(1000);
  wait_for(id, "running");
  const auto response = client().del("/runs/" + std::to_string(id));
  EXPECT_EQ(response->status, 200);
  const Json stopped = wait_for(id, "cancelled");
  EXPECT_EQ(stopped["files"], Json::array());
  EXPECT_LT(stopped["step"], 1000);
  EXPECT_EQ(stopped["stopping"], false);
  EXPECT_EQ(client().del("/runs/" + std::to_string(id))->status, 409);
  hold_.open();
  wait_for(submit(), "done");
}

TEST_F(ServerQueue, TellsReadersOfEventsEverything) {
  std::string seen;
  std::thread reader([&] {
    client().read("/events", [&](std::string_view piece) {
      seen += piece;
      return seen.find("\"state\":\"done\"") == std::string::npos;
    });
  });
  const int id = submit(5);
  reader.join();
  EXPECT_NE(seen.find("event: plugins\ndata: {\"plugins\":[{\"name\":\"swap\""), std::string::npos)
      << seen;
  EXPECT_NE(seen.find("event: run\ndata: {\"id\":" + std::to_string(id)), std::string::npos) << seen;
}

class ServerOfFour : public ServerCase {
 protected:
  ServerOfFour() : ServerCase({}, {}, 4) {}
};

TEST_F(ServerOfFour, RunsFourAtOnce) {
  hold_.close();
  for (int i = 0; i < 5; ++i) submit();
  for (int id = 1; id <= 4; ++id) wait_for(id, "running");
  EXPECT_EQ(run(5)["state"], "queued");
  hold_.open();
  for (int id = 1; id <= 5; ++id) wait_for(id, "done");
}

TEST_F(ServerOfFour, EndsWhileRunsWaitAndGoOn) {
  hold_.close();
  for (int i = 0; i < 8; ++i) submit();
  for (int id = 1; id <= 4; ++id) wait_for(id, "running");
  workers_.reset();
  for (int id = 1; id <= 8; ++id) EXPECT_EQ(run(id)["state"], "cancelled") << id;
  EXPECT_EQ(post("/runs", pipeline())->status, 503);
}

// Senders, a canceller and readers at once: the sanitizer for threads looks on.
TEST_F(ServerOfFour, BearsManyClientsAtOnce) {
  std::vector<std::thread> clients;
  std::atomic<int> sent{0};
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        if (post("/runs", pipeline(20))->status == 201) ++sent;
        get("/runs");
        client().del("/runs/" + std::to_string(sent.load()));
        get("/plugins");
      }
    });
  }
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(sent, 40);
  for (int id = 1; id <= 40; ++id) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::string state;
    do {
      state = run(id)["state"];
    } while ((state == "queued" || state == "running") && std::chrono::steady_clock::now() < until);
    EXPECT_TRUE(state == "done" || state == "cancelled") << id << ": " << state;
  }
}

}  // namespace
}  // namespace ksampler::test
