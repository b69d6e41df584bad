// What is said on a socket, and in which order: clients rely on it.
#include "tests/serve/comfy/comfy_case.hpp"

#include <algorithm>

namespace ksampler::test {
namespace {

using ComfyEvents = ComfyCase;

std::vector<std::string> without(std::vector<std::string> story, const std::string& type) {
  std::erase(story, type);
  return story;
}

TEST_F(ComfyEvents, BeginWithTheStateOfTheQueueAndTheClientsId) {
  const auto socket = connect("me");
  const Json first = socket->messages().at(0);
  EXPECT_EQ(first, Json::parse(R"({"type": "status", "data":
      {"status": {"exec_info": {"queue_remaining": 0}}, "sid": "me"}})"));
  EXPECT_EQ(connect("")->messages().at(0)["data"]["sid"].get<std::string>().size(), 32u);
}

TEST_F(ComfyEvents, TellWhoSentAJobOfEachNodeInTurn) {
  const auto socket = connect("me");
  const auto other = connect("other");
  submit(prompt(1), {{"client_id", "me"}});
  socket->wait_for_end();
  const std::vector<std::string> expected = {"execution_start", "execution_cached",  "executing 1",
                                             "executing 2",     "executing 3",       "executing 4",
                                             "progress",        "executing 5",       "executing 9",
                                             "executed 9",      "execution_success", "executing -"};
  EXPECT_EQ(without(socket->story(), "progress_state"), expected);
  EXPECT_EQ(other->story(), std::vector<std::string>{});
}

TEST_F(ComfyEvents, CountWhatWaitsAndRunsForAll) {
  const auto other = connect("other");
  const auto socket = connect("me");
  submit(prompt(), {{"client_id", "me"}});
  socket->wait_for_end();
  std::vector<int> counts;
  for (const Json& message : other->messages()) {
    counts.push_back(message["data"]["status"]["exec_info"]["queue_remaining"]);
  }
  EXPECT_EQ(counts, (std::vector<int>{0, 1, 1, 0}));
}

TEST_F(ComfyEvents, SayWhichFilesANodeWrote) {
  const auto socket = connect("me");
  const std::string id = submit(prompt(), {{"client_id", "me"}});
  socket->wait_for_end();
  const Json images =
      Json::parse(R"([{"filename": "star_00001_.png", "subfolder": "sub", "type": "output"}])");
  EXPECT_EQ(
      socket->last("executed"),
      (Json{
          {"node", "9"}, {"display_node", "9"}, {"output", {{"images", images}}}, {"prompt_id", id}}));
}

TEST_F(ComfyEvents, HoldTheStateOfAllNodesSoFar) {
  const auto socket = connect("me");
  submit(prompt(5), {{"client_id", "me"}});
  socket->wait_for_end();
  const Json nodes = socket->last("progress_state")["nodes"];
  ASSERT_EQ(nodes.size(), 6u);
  for (const auto& [id, node] : nodes.items()) EXPECT_EQ(node["state"], "finished") << id;
  EXPECT_EQ(nodes["4"]["value"], 5);
  EXPECT_EQ(nodes["4"]["max"], 5);
  EXPECT_EQ(socket->last("progress")["value"], 5);
}

TEST_F(ComfyEvents, NameTheOldFilesOfAPromptThatWasRunBefore) {
  runtime_->keeps = true;
  const auto socket = connect("me");
  submit(prompt(1), {{"client_id", "me"}});
  socket->wait_for_end();
  const Json first = socket->last("executed")["output"];
  const auto again = connect("again");
  const std::string id = submit(prompt(1), {{"client_id", "again"}});
  again->wait_for_end();
  const std::vector<std::string> expected = {"execution_start", "execution_cached", "executed 9",
                                             "execution_success", "executing -"};
  EXPECT_EQ(again->story(), expected);
  EXPECT_EQ(again->last("execution_cached")["nodes"].size(), 6u);
  EXPECT_EQ(again->last("executed")["output"], first);
  EXPECT_EQ(get_json("/history/" + id)[id]["outputs"]["9"], first);
}

TEST_F(ComfyEvents, ComeAfterTheJobIsInTheHistory) {
  const auto socket = connect("me");
  const std::string id = submit(prompt(), {{"client_id", "me"}});
  socket->wait_for_end();
  EXPECT_TRUE(get_json("/history/" + id).contains(id));
  EXPECT_EQ(get_json("/prompt")["exec_info"]["queue_remaining"], 0);
}

TEST_F(ComfyEvents, SayWhereARunFailedAndWithWhat) {
  const auto socket = connect("me");
  submit(prompt(3, 13), {{"client_id", "me"}});
  socket->wait_for_end();
  const Json error = socket->last("execution_error");
  EXPECT_EQ(error["node_id"], "4");
  EXPECT_EQ(error["node_type"], "KSampler");
  EXPECT_NE(error["exception_message"].get<std::string>().find("no luck"), std::string::npos) << error;
  EXPECT_EQ(error["current_inputs"]["steps"], Json::array({3}));
  EXPECT_EQ(error["executed"], Json::array({"1", "2", "3"}));
  EXPECT_EQ(socket->last("progress_state")["nodes"]["4"]["state"], "error");
  EXPECT_TRUE(socket->last("execution_success").is_null());
}

TEST_F(ComfyEvents, TellAllOfAnInterruptedRun) {
  runtime_->hold();
  const auto socket = connect("me");
  const auto other = connect("other");
  submit(prompt(), {{"client_id", "me"}});
  while (socket->story().empty() || socket->story().back() != "executing 4") std::this_thread::yield();
  EXPECT_EQ(ask("POST", "/interrupt").status, 200);
  socket->wait_for_end();
  EXPECT_EQ(socket->last("execution_interrupted")["node_id"], "4");
  EXPECT_EQ(other->story(), std::vector<std::string>{"execution_interrupted"});
}

TEST_F(ComfyEvents, HavePreviewsForThoseWhoKnowThem) {
  const auto socket = connect("me");
  say(socket, {{"type", "feature_flags"}, {"data", {{"supports_preview_metadata", true}}}});
  EXPECT_EQ(socket->last("feature_flags")["supports_preview_metadata"], true);
  const std::string id = submit(prompt(2), {{"client_id", "me"}});
  socket->wait_for_end();
  ASSERT_EQ(socket->pictures().size(), 2u);
  const std::string bytes = socket->pictures()[0];
  EXPECT_EQ(bytes.substr(0, 4), std::string("\0\0\0\4", 4));
  const auto length =
      static_cast<unsigned char>(bytes[6]) * 256u + static_cast<unsigned char>(bytes[7]);
  const Json about = Json::parse(bytes.substr(8, length));
  EXPECT_EQ(about["node_id"], "4");
  EXPECT_EQ(about["prompt_id"], id);
  EXPECT_EQ(bytes.substr(8 + length, 4), "\x89PNG");
}

// They take any binary message for a result.
TEST_F(ComfyEvents, HaveNoPreviewsForOthersUnlessTheyAskForThem) {
  const auto socket = connect("me");
  submit(prompt(2), {{"client_id", "me"}});
  socket->wait_for_end();
  EXPECT_TRUE(socket->pictures().empty());
  wait_for(
      submit(prompt(2), {{"client_id", "me"}, {"extra_data", {{"preview_method", "latent2rgb"}}}}));
  ASSERT_EQ(socket->pictures().size(), 2u);
  EXPECT_EQ(socket->pictures()[0].substr(0, 12), std::string("\0\0\0\1\0\0\0\2\x89PNG", 12));
}

// The workers were told nothing of decoders, which is latent2rgb.
TEST_F(ComfyEvents, HavePreviewsOfTheMethodThatThePromptAsksFor) {
  const auto decodes = [&](const Json& method) {
    wait_for(submit(prompt(2), {{"extra_data", {{"preview_method", method}}}}));
    return runtime_->decodes.load();
  };
  EXPECT_TRUE(decodes("taesd"));
  EXPECT_FALSE(decodes("latent2rgb"));
  EXPECT_TRUE(decodes("taesd"));
  EXPECT_FALSE(decodes("auto"));
  EXPECT_FALSE(decodes("default"));
  EXPECT_FALSE(decodes("of another kind"));
  EXPECT_FALSE(decodes(7));
}

TEST_F(ComfyEvents, SayWhereAJobIsToWhoComesLater) {
  runtime_->hold();
  submit(prompt(), {{"client_id", "late"}});
  while (get_json("/queue")["queue_running"].empty()) std::this_thread::yield();
  std::shared_ptr<KeptSocket> socket;
  for (bool there = false; !there; there = !socket->last("executing").is_null())
    socket = connect("late");
  EXPECT_FALSE(socket->last("executing")["node"].is_null());
  runtime_->open();
}

TEST_F(ComfyEvents, GoToTheLastSocketOfAnId) {
  const auto before = connect("me");
  const auto socket = connect("me");
  EXPECT_TRUE(before->closed);
  clients_.at(before.get()).closed();
  submit(prompt(), {{"client_id", "me"}});
  socket->wait_for_end();
  EXPECT_TRUE(before->story().empty());
}

TEST_F(ComfyEvents, OfAJobOfNobodyAreProgressAlone) {
  const auto socket = connect("me");
  const std::string id = submit(prompt(1));
  wait_for(id);
  std::vector<std::string> story = socket->story();
  EXPECT_NE(std::ranges::find(story, "progress"), story.end());
  EXPECT_EQ(without(without(story, "progress"), "progress_state"), std::vector<std::string>{});
}

TEST_F(ComfyEvents, AreOfWhatIsLoggedForThoseWhoSubscribed) {
  const auto socket = connect("me");
  ask("PATCH", "/internal/logs/subscribe", R"({"enabled": true, "clientId": "me"})");
  submit(prompt());
  EXPECT_EQ(socket->last("logs")["entries"][0]["m"], "got prompt\n");
  EXPECT_EQ(get_json("/internal/logs/raw")["entries"][0]["m"], "got prompt\n");
}

}  // namespace
}  // namespace ksampler::test
