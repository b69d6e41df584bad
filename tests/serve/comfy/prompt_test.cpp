// POST /prompt: what is taken, and what is said of what is not.
#include "tests/serve/comfy/comfy_case.hpp"

#include "host/files/png.hpp"

namespace ksampler::test {
namespace {

class ComfyPrompt : public ComfyCase {
 protected:
  // The answer to a prompt that is refused.
  Json refused(const Json& prompt, const Json& more = Json::object()) const {
    const HttpResponse response = post_prompt(prompt, more);
    EXPECT_EQ(response.status, 400) << response.body;
    return Json::parse(response.body);
  }
  // The one error of a node, where that is all that is wrong.
  Json error_of(const Json& prompt, const std::string& node) const {
    const Json answer = refused(prompt);
    EXPECT_EQ(answer["error"]["type"], "prompt_outputs_failed_validation");
    EXPECT_EQ(answer["node_errors"].size(), 1u) << answer;
    const Json errors =
        answer["node_errors"].value(node, Json::object()).value("errors", Json::array());
    EXPECT_EQ(errors.size(), 1u) << answer;
    return errors.empty() ? Json::object() : errors[0];
  }
  static Json with(const std::string& input, const Json& value) {
    Json changed = prompt();
    changed["4"]["inputs"][input] = value;
    return changed;
  }
};

TEST_F(ComfyPrompt, IsAnsweredWithItsIdAndNumber) {
  const HttpResponse response = post_prompt(prompt());
  const Json answer = Json::parse(response.body);
  EXPECT_EQ(answer["prompt_id"].get<std::string>().size(), 36u);
  EXPECT_EQ(answer["number"], 1);
  EXPECT_EQ(answer["node_errors"], Json::object());
}

TEST_F(ComfyPrompt, IsTakenUnderApiAndBelowThePageToo) {
  const std::string body = Json{{"prompt", prompt()}}.dump();
  for (const char* path : {"/prompt", "/api/prompt", "/comfy/api/prompt"}) {
    EXPECT_EQ(ask("POST", path, body, {{"Content-Type", "application/x-www-form-urlencoded"}}).status,
              200);
  }
}

TEST_F(ComfyPrompt, KeepsTheIdThatItCameWith) {
  const std::string id = "05cbf00c-0375-4a72-b0eb-50d6c993ce46";
  EXPECT_EQ(submit(prompt(), {{"prompt_id", id}}), id);
  EXPECT_EQ(refused(prompt(), {{"prompt_id", id}})["error"]["type"], "invalid_prompt_id");
  EXPECT_EQ(refused(prompt(), {{"prompt_id", "mine"}})["error"]["type"], "invalid_prompt_id");
}

TEST_F(ComfyPrompt, IsInTheHistoryAsItWasSent) {
  Json sent = prompt();
  sent["4"]["inputs"]["speak_and_recognation"] = {{"__value__", {false, true}}};
  sent["4"]["inputs"]["seed"] = "7";
  const Json extra = {{"extra_pnginfo", {{"workflow", {{"id", "w"}, {"nodes", Json::array()}}}}},
                      {"auth_token_comfy_org", "secret"}};
  const std::string id = submit(sent, {{"client_id", "me"}, {"extra_data", extra}});
  const Json entry = wait_for(id);
  EXPECT_EQ(entry["prompt"][1], id);
  EXPECT_EQ(entry["prompt"][2], sent);
  EXPECT_EQ(entry["prompt"][3]["client_id"], "me");
  EXPECT_EQ(entry["prompt"][3]["extra_pnginfo"]["workflow"]["id"], "w");
  EXPECT_FALSE(entry["prompt"][3].contains("auth_token_comfy_org"));
  EXPECT_EQ(entry["prompt"][4], Json::array({"9"}));
  EXPECT_EQ(entry["status"]["status_str"], "success");
  EXPECT_EQ(entry["outputs"]["9"]["images"][0]["filename"], "star_00001_.png");
}

TEST_F(ComfyPrompt, IsInThePictureWithTheWorkflow) {
  const Json workflow = {{"id", "w\xC3\xBC"}, {"nodes", Json::array()}};
  wait_for(submit(prompt(), {{"extra_data", {{"extra_pnginfo", {{"workflow", workflow}}}}}}));
  const auto text = read_png(folder_ / "base/output/sub/star_00001_.png").text;
  EXPECT_EQ(Json::parse(text.at("prompt")), prompt());
  EXPECT_EQ(Json::parse(text.at("workflow")), workflow);
  EXPECT_EQ(text.at("workflow").find('\xC3'), std::string::npos) << "no ASCII";
}

TEST_F(ComfyPrompt, IsReadAsKindlyAsComfyUIDoes) {
  for (const auto& [input, value] : std::vector<std::pair<std::string, Json>>{
           {"steps", "2"}, {"steps", 2.0}, {"cfg", "7.5"}, {"seed", 3.0}, {"unknown", "x"}}) {
    EXPECT_EQ(wait_for(submit(with(input, value)))["status"]["status_str"], "success")
        << input << value;
  }
}

TEST_F(ComfyPrompt, HasNodesOfAnyNames) {
  Json named = Json::object();
  const std::string text = prompt().dump();
  std::string replaced = text;
  for (std::size_t at = 0; (at = replaced.find("\"4\"", at)) != std::string::npos; at += 3) {
    replaced.replace(at, 3, "\"12:3 \xC3\xA4.$\"");
  }
  const auto socket = connect("me");
  const std::string id = submit(Json::parse(replaced), {{"client_id", "me"}});
  EXPECT_EQ(wait_for(id)["status"]["status_str"], "success");
  EXPECT_EQ(socket->last("progress")["node"], "12:3 \xC3\xA4.$");
}

TEST_F(ComfyPrompt, WithoutOneIsRefused) {
  for (const char* body : {"{}", "[]", "", R"({"prompt": 3})", R"({"prompt": []})"}) {
    const HttpResponse response = ask("POST", "/prompt", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(Json::parse(response.body)["error"]["type"], "no_prompt") << body;
  }
  EXPECT_EQ(ask("POST", "/prompt", "{").status, 400);
  EXPECT_EQ(ask("POST", "/prompt", std::string(100000, '[')).status, 400);
}

TEST_F(ComfyPrompt, OfAnUnknownNodeNamesItAndTheNearest) {
  Json changed = prompt();
  changed["4"]["class_type"] = "KSampla";
  const Json error = refused(changed)["error"];
  EXPECT_EQ(error["type"], "missing_node_type");
  EXPECT_EQ(error["extra_info"],
            (Json{{"node_id", "4"}, {"class_type", "KSampla"}, {"node_title", "The sampler"}}));
  EXPECT_NE(error["message"].get<std::string>().find("did you mean 'KSampler'?"), std::string::npos);
  changed["4"].erase("class_type");  // as the page sends what it doesn't know
  EXPECT_EQ(refused(changed)["error"]["extra_info"]["class_type"], Json());
}

TEST_F(ComfyPrompt, ThatWritesNothingIsRefused) {
  Json changed = prompt();
  changed.erase("9");
  EXPECT_EQ(refused(changed)["error"]["type"], "prompt_no_outputs");
  EXPECT_EQ(refused(Json::object())["error"]["type"], "prompt_no_outputs");
  EXPECT_EQ(refused(prompt(), {{"partial_execution_targets", {"4"}}})["error"]["type"],
            "prompt_no_outputs");
}

TEST_F(ComfyPrompt, WithValuesOutsideOfTheirRangeSaysWhich) {
  const Json large = error_of(with("steps", 100000), "4");
  EXPECT_EQ(large["type"], "value_bigger_than_max");
  EXPECT_EQ(large["extra_info"]["input_name"], "steps");
  EXPECT_EQ(large["extra_info"]["received_value"], 100000);
  EXPECT_EQ(large["extra_info"]["input_config"][1]["max"], 10000);
  EXPECT_EQ(error_of(with("steps", -5), "4")["type"], "value_smaller_than_min");
}

// JavaScript knows no 2^64 - 1, and sends 2^64.
TEST_F(ComfyPrompt, WithANumberAboveAllSeedsSaysSo) {
  const Json error = error_of(with("seed", 18446744073709552000.0), "4");
  EXPECT_EQ(error["type"], "value_bigger_than_max");
  EXPECT_EQ(error["extra_info"]["input_name"], "seed");
}

TEST_F(ComfyPrompt, WithOtherMistakesSaysWhichByComfyUIsTypes) {
  EXPECT_EQ(error_of(with("steps", "many"), "4")["type"], "invalid_input_type");
  EXPECT_EQ(error_of(with("sampler_name", "eular"), "4")["type"], "value_not_in_list");
  EXPECT_EQ(error_of(with("model", {"77", 0}), "4")["type"], "bad_linked_input");
  const Json mismatch = error_of(with("model", {"2", 0}), "4");
  EXPECT_EQ(mismatch["type"], "return_type_mismatch");
  EXPECT_EQ(mismatch["extra_info"]["received_type"], "CONDITIONING");
  EXPECT_EQ(mismatch["extra_info"]["linked_node"], Json::array({"2", 0}));
  Json circle = with("latent_image", {"4", 0});
  EXPECT_EQ(error_of(circle, "4")["type"], "dependency_cycle");
}

TEST_F(ComfyPrompt, WithoutAnInputThatComfyUIRequiresSaysWhich) {
  for (const std::string input : {"positive", "steps", "sampler_name"}) {
    Json less = prompt();
    less["4"]["inputs"].erase(input);
    const Json expected = {{"type", "required_input_missing"},
                           {"message", "Required input is missing"},
                           {"details", input},
                           {"extra_info", {{"input_name", input}}}};
    EXPECT_EQ(error_of(less, "4"), expected);
  }
}

TEST_F(ComfyPrompt, NeedsWhatAChoiceShows) {
  Json less = prompt();
  less["9"] = {{"class_type", "SaveImageAdvanced"},
               {"inputs",
                {{"images", {"5", 0}},
                 {"filename_prefix", "a"},
                 {"format", "png"},
                 {"format.input_color_space", "sRGB"}}}};
  const Json error = error_of(less, "9");
  EXPECT_EQ(error["type"], "required_input_missing");
  EXPECT_EQ(error["details"], "bit_depth");
  EXPECT_EQ(error["extra_info"], (Json{{"input_name", "format.bit_depth"}}));
}

TEST_F(ComfyPrompt, MayLackWhatIsNoInputOfComfyUIs) {
  Json less = prompt();
  less["5"]["inputs"].erase("scale");
  EXPECT_EQ(wait_for(submit(less))["status"]["status_str"], "success");
}

TEST_F(ComfyPrompt, WithAPictureThatIsNotThereSaysSoInThePagesWords) {
  const Json loading = {
      {"1", {{"class_type", "LoadImage"}, {"inputs", {{"image", "none.png"}, {"upload", "image"}}}}},
      {"2", {{"class_type", "PreviewImage"}, {"inputs", {{"images", {"1", 0}}}}}}};
  const Json error = error_of(loading, "1");
  EXPECT_EQ(error["type"], "custom_validation_failed");
  EXPECT_TRUE(error["details"].get<std::string>().starts_with("Invalid image file")) << error;
}

TEST_F(ComfyPrompt, NamesTheOutputsThatCannotBeMade) {
  const Json answer = refused(with("steps", -1));
  EXPECT_EQ(answer["node_errors"]["4"]["dependent_outputs"], Json::array({"9"}));
  EXPECT_EQ(answer["node_errors"]["4"]["class_type"], "KSampler");
}

TEST_F(ComfyPrompt, RunsTheOutputsThatAreRight) {
  Json both = with("steps", -1);
  both["20"] = {{"class_type", "EmptyImage"},
                {"inputs", {{"width", 8}, {"height", 8}, {"batch_size", 1}, {"color", 0}}}};
  both["21"] = {{"class_type", "PreviewImage"}, {"inputs", {{"images", {"20", 0}}}}};
  const HttpResponse response = post_prompt(both);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json answer = Json::parse(response.body);
  EXPECT_EQ(answer["node_errors"]["4"]["errors"][0]["type"], "value_smaller_than_min");
  const Json entry = wait_for(answer["prompt_id"]);
  EXPECT_EQ(entry["prompt"][4], Json::array({"21"}));
  EXPECT_EQ(entry["prompt"][2], both);
  EXPECT_EQ(entry["outputs"]["21"]["images"][0]["type"], "temp");
}

TEST_F(ComfyPrompt, RunsTheOutputsThatAreWanted) {
  Json both = prompt();
  both["21"] = {{"class_type", "PreviewImage"}, {"inputs", {{"images", {"5", 0}}}}};
  const Json entry = wait_for(submit(both, {{"partial_execution_targets", {"21"}}}));
  EXPECT_EQ(entry["outputs"].size(), 1u);
  EXPECT_TRUE(entry["outputs"].contains("21"));
}

TEST_F(ComfyPrompt, IsARunAsOthersAre) {
  const std::string id = submit(prompt());
  wait_for(id);
  const RunView run = book_.all().at(0);
  EXPECT_EQ(run.state, RunState::done);
  EXPECT_EQ(run.files, std::vector<std::string>{"output/sub/star_00001_.png"});
  EXPECT_TRUE(std::filesystem::exists(run.folder / run.files[0]));
}

}  // namespace
}  // namespace ksampler::test
