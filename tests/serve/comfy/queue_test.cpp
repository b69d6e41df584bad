// /queue, /history, /interrupt, /jobs and /free.
#include "tests/serve/comfy/comfy_case.hpp"

namespace ksampler::test {
namespace {

class ComfyQueue : public ComfyCase {
 protected:
  // One that runs and waits at its first step.
  std::string running() {
    runtime_->hold();
    const std::string id = submit(prompt());
    while (get_json("/queue")["queue_running"].empty()) std::this_thread::yield();
    return id;
  }
  std::vector<std::string> waiting() const {
    std::vector<std::string> ids;
    const Json queue = get_json("/queue");
    for (const Json& entry : queue["queue_pending"]) ids.push_back(entry[1]);
    return ids;
  }
  static std::string body(const char* key, const std::string& id) {
    return Json{{key, Json::array({id})}}.dump();
  }
};

TEST_F(ComfyQueue, ListsWhatRunsAndWhatWaits) {
  const std::string first = running();
  const std::string second = submit(prompt(7), {{"client_id", "me"}});
  const Json queue = get_json("/api/queue");
  EXPECT_EQ(queue["queue_running"][0][1], first);
  const Json entry = queue["queue_pending"][0];
  EXPECT_EQ(entry[0], 2);
  EXPECT_EQ(entry[1], second);
  EXPECT_EQ(entry[2], prompt(7));
  EXPECT_EQ(entry[3]["client_id"], "me");
  EXPECT_GT(entry[3]["create_time"], 1700000000000);
  EXPECT_EQ(entry[4], Json::array({"9"}));
  EXPECT_EQ(get_json("/prompt")["exec_info"]["queue_remaining"], 2);
  runtime_->open();
}

TEST_F(ComfyQueue, PutsInFrontWhatIsToBe) {
  running();
  const std::string last = submit(prompt());
  const std::string front = submit(prompt(), {{"front", true}});
  const std::string first = submit(prompt(), {{"number", -100}});
  EXPECT_EQ(waiting(), (std::vector<std::string>{first, front, last}));
  runtime_->open();
}

TEST_F(ComfyQueue, DropsWhatWaitsAndNotWhatRuns) {
  const std::string runs = running();
  const std::string second = submit(prompt());
  submit(prompt());
  EXPECT_EQ(ask("POST", "/queue", body("delete", second)).status, 200);
  EXPECT_EQ(waiting().size(), 1u);
  EXPECT_EQ(ask("POST", "/queue", body("delete", runs)).body, "");
  EXPECT_EQ(ask("POST", "/queue", R"({"clear": true})").status, 200);
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(get_json("/queue")["queue_running"].size(), 1u);
  EXPECT_EQ(get_json("/history/" + second), Json::object());
  runtime_->open();
  EXPECT_EQ(wait_for(runs)["status"]["status_str"], "success");
}

TEST_F(ComfyQueue, IsInterruptedByNameOrWhateverRuns) {
  const std::string first = running();
  const std::string second = submit(prompt());
  ask("POST", "/interrupt", R"({"prompt_id": "another"})");
  EXPECT_EQ(get_json("/history/" + first), Json::object());
  ask("POST", "/interrupt", Json{{"prompt_id", first}}.dump());
  const Json status = wait_for(first)["status"];
  EXPECT_EQ(status["status_str"], "error");
  EXPECT_EQ(status["completed"], false);
  EXPECT_EQ(status["messages"].back()[0], "execution_interrupted");
  while (get_json("/queue")["queue_running"].empty()) std::this_thread::yield();
  ask("POST", "/interrupt", R"({"client_id": "me"})");
  wait_for(second);
}

TEST_F(ComfyQueue, HasAHistoryThatIsReadInParts) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(submit(prompt(1)));
    wait_for(ids.back());
  }
  EXPECT_EQ(get_json("/history").size(), 3u);
  EXPECT_EQ(get_json("/history?max_items=1").items().begin().key(), ids[2]);
  EXPECT_EQ(get_json("/history?max_items=1&offset=1").items().begin().key(), ids[1]);
  EXPECT_EQ(get_json("/history?offset=9"), Json::object());
  EXPECT_EQ(get("/history?max_items=x").status, 400);
  ask("POST", "/history", body("delete", ids[0]));
  EXPECT_EQ(get_json("/history").size(), 2u);
  ask("POST", "/history", R"({"clear": true})");
  EXPECT_EQ(get_json("/history"), Json::object());
}

// Clients ask for it until it is there.
TEST_F(ComfyQueue, HasNoHistoryYetOfWhatIsUnknownOrRuns) {
  EXPECT_EQ(get_json("/history/none"), Json::object());
  const std::string id = running();
  EXPECT_EQ(get_json("/history/" + id), Json::object());
  runtime_->open();
}

TEST_F(ComfyQueue, IsListedAsJobs) {
  const Json workflow = {{"extra_pnginfo", {{"workflow", {{"id", "w1"}}}}}};
  const std::string done = submit(prompt(), {{"extra_data", workflow}});
  wait_for(done);
  running();
  submit(prompt());
  const Json all = get_json("/api/jobs?sort_order=asc");
  ASSERT_EQ(all["jobs"].size(), 3u);
  EXPECT_EQ(all["jobs"][0]["status"], "completed");
  EXPECT_EQ(all["jobs"][1]["status"], "in_progress");
  EXPECT_EQ(all["jobs"][2]["status"], "pending");
  EXPECT_EQ(all["pagination"], (Json{{"offset", 0}, {"limit", 3}, {"total", 3}, {"has_more", false}}));
  const Json first = all["jobs"][0];
  EXPECT_EQ(first["workflow_id"], "w1");
  EXPECT_EQ(first["outputs_count"], 1);
  EXPECT_EQ(first["preview_output"]["filename"], "star_00001_.png");
  EXPECT_EQ(first["preview_output"]["nodeId"], "9");
  EXPECT_EQ(first["preview_output"]["mediaType"], "images");
  EXPECT_GE(first["execution_end_time"], first["execution_start_time"]);
  EXPECT_EQ(get_json("/api/jobs?status=in_progress,pending&limit=1")["jobs"].size(), 1u);
  EXPECT_EQ(get_json("/api/jobs?status=in_progress,pending&limit=1")["pagination"]["has_more"], true);
  EXPECT_EQ(get_json("/api/jobs?workflow_id=w1")["jobs"].size(), 1u);
  EXPECT_EQ(get_json("/api/jobs?workflow_id=w1&status=failed")["jobs"].size(), 0u);
  for (const char* wrong : {"status=done", "limit=-1", "sort_by=name", "sort_order=up"}) {
    EXPECT_EQ(get(std::string("/api/jobs?") + wrong).status, 400) << wrong;
  }
  runtime_->open();
}

TEST_F(ComfyQueue, ShowsAJobWithItsWorkflowAndOutputs) {
  const std::string id = submit(prompt());
  wait_for(id);
  const Json job = get_json("/api/jobs/" + id);
  EXPECT_EQ(job["workflow"]["prompt"], prompt());
  EXPECT_EQ(job["outputs"]["9"]["images"][0]["type"], "output");
  EXPECT_EQ(job["execution_status"]["completed"], true);
  EXPECT_EQ(get("/api/jobs/none").status, 404);
}

TEST_F(ComfyQueue, HasFailedJobsWithTheirError) {
  const std::string id = submit(prompt(3, 13));
  wait_for(id);
  const Json job = get_json("/api/jobs?status=failed")["jobs"][0];
  EXPECT_EQ(job["id"], id);
  EXPECT_EQ(job["execution_error"]["node_id"], "4");
}

TEST_F(ComfyQueue, CancelsJobsThatRunOrWait) {
  const std::string runs = running();
  const std::string waits = submit(prompt());
  EXPECT_EQ(Json::parse(ask("POST", "/api/jobs/" + waits + "/cancel").body)["cancelled"], true);
  EXPECT_EQ(Json::parse(ask("POST", "/api/jobs/" + waits + "/cancel").body)["cancelled"], false);
  EXPECT_EQ(Json::parse(ask("POST", "/api/jobs/cancel", body("job_ids", runs)).body)["cancelled"],
            true);
  wait_for(runs);
  EXPECT_EQ(get_json("/api/jobs/" + runs)["status"], "cancelled");
  EXPECT_EQ(ask("POST", "/api/jobs/cancel", "[").status, 400);
}

TEST_F(ComfyQueue, LosesNothingWhenItsClientGoes) {
  runtime_->hold();
  const auto socket = connect("me");
  const std::string id = submit(prompt(), {{"client_id", "me"}});
  clients_.at(socket.get()).closed();
  runtime_->open();
  EXPECT_EQ(wait_for(id)["status"]["status_str"], "success");
}

TEST_F(ComfyQueue, LetsGoOfModels) {
  EXPECT_EQ(ask("POST", "/free", R"({"unload_models": true, "free_memory": true})").status, 200);
  EXPECT_EQ(runtime_->times_let_go, 1);
  EXPECT_EQ(ask("POST", "/free", "").status, 200);
  EXPECT_EQ(runtime_->times_let_go, 1);
}

class ShortComfyQueue : public ComfyCase {
 protected:
  ShortComfyQueue() : ComfyCase({.queued = 1}) {}
};

TEST_F(ShortComfyQueue, SaysThatItIsFull) {
  runtime_->hold();
  submit(prompt());
  while (get_json("/queue")["queue_running"].empty()) std::this_thread::yield();
  submit(prompt());
  const HttpResponse response = post_prompt(prompt());
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Json::parse(response.body)["error"]["type"], "queue_full");
  EXPECT_EQ(get_json("/prompt")["exec_info"]["queue_remaining"], 2);
  runtime_->open();
}

}  // namespace
}  // namespace ksampler::test
