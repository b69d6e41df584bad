// /object_info and the lists of models.
#include "tests/serve/comfy/comfy_case.hpp"

#include "host/nodes/declarations.hpp"
#include "host/serve/comfy/object_info.hpp"

namespace ksampler::test {
namespace {

class ComfyNodes : public ComfyCase {
 protected:
  Json node(const std::string& type) const { return get_json("/object_info/" + type)[type]; }
  Json input(const std::string& type, const std::string& name) const {
    return node(type)["input"]["required"][name];
  }
};

TEST_F(ComfyNodes, AreAllDeclaredWithWhatThePageNeeds) {
  const Json all = get_json("/api/object_info");
  EXPECT_EQ(all.size(), node_declarations().size());
  for (const auto& [type, node] : all.items()) {
    EXPECT_EQ(node["name"], type);
    for (const char* key : {"display_name", "description", "python_module", "category"}) {
      EXPECT_FALSE(node[key].get<std::string>().empty()) << type << " " << key;
    }
    EXPECT_EQ(node["output"].size(), node["output_name"].size());
    EXPECT_EQ(node["output"].size(), node["output_is_list"].size());
    EXPECT_TRUE(node["output_node"].is_boolean());
  }
}

TEST_F(ComfyNodes, HaveComfyUIsOrderOfInputsAndOutputs) {
  const Json order = node("KSampler")["input_order"]["required"];
  EXPECT_EQ(order, Json::array({"model", "seed", "steps", "cfg", "sampler_name", "scheduler",
                                "positive", "negative", "latent_image", "denoise"}));
  EXPECT_EQ(node("CLIPTextEncode")["input_order"]["required"], Json::array({"text", "clip"}));
  EXPECT_EQ(node("CheckpointLoaderSimple")["output"], Json::array({"MODEL", "CLIP", "VAE"}));
  EXPECT_EQ(node("KSampler")["output_name"], Json::array({"LATENT"}));
  EXPECT_EQ(node("SamplerCustomAdvanced")["output_name"], Json::array({"output", "denoised_output"}));
}

TEST_F(ComfyNodes, HaveRangesAndDefaults) {
  EXPECT_EQ(input("KSampler", "steps")[0], "INT");
  EXPECT_EQ(input("KSampler", "steps")[1]["default"], 20);
  EXPECT_EQ(input("KSampler", "steps")[1]["max"], 10000);
  const Json seed = input("KSampler", "seed")[1];
  EXPECT_EQ(seed["max"].dump(), "18446744073709551615");
  EXPECT_EQ(seed["control_after_generate"], true);
  EXPECT_EQ(input("EmptyLatentImage", "width")[1]["step"], 8);
  EXPECT_EQ(input("KSampler", "cfg")[0], "FLOAT");
  EXPECT_EQ(input("CLIPTextEncode", "text")[1]["multiline"], true);
  EXPECT_EQ(input("CLIPTextEncode", "text")[1]["dynamicPrompts"], true);
  EXPECT_FALSE(input("SaveImage", "filename_prefix")[1].contains("multiline"));
  EXPECT_EQ(input("LoadImage", "image")[1]["image_upload"], true);
  EXPECT_EQ(input("VAEDecode", "samples")[0], "LATENT");
}

TEST_F(ComfyNodes, HaveTheWidgetsThatWorkflowsKeepByPlace) {
  const Json order = node("CLIPLoader")["input_order"];
  EXPECT_EQ(order["required"], Json::array({"clip_name", "type"}));
  EXPECT_EQ(order["optional"], Json::array({"device"}));
  const Json type = input("CLIPLoader", "type");
  EXPECT_EQ(type[0].size(), 29u);
  EXPECT_EQ(type[0][11], "chroma");
  EXPECT_EQ(type[1]["default"], "stable_diffusion");
}

TEST_F(ComfyNodes, BringWhatIsThereForSomeValuesOfAChoiceAlone) {
  const Json resize = input("ResizeImageMaskNode", "resize_type");
  EXPECT_EQ(resize[0], "COMFY_DYNAMICCOMBO_V3");
  std::map<std::string, Json> by_key;
  for (const Json& each : resize[1]["options"]) by_key[each["key"]] = each["inputs"];
  EXPECT_EQ(by_key.size(), 9u);
  EXPECT_EQ(by_key["scale dimensions"]["required"].size(), 3u);
  EXPECT_EQ(by_key["scale dimensions"]["required"]["width"][0], "INT");
  EXPECT_EQ(by_key["scale by multiplier"]["required"]["multiplier"][1]["default"], 1.0);
  EXPECT_EQ(by_key["match size"]["optional"]["match"][0], "*");
  EXPECT_EQ(node("ResizeImageMaskNode")["input_order"]["required"],
            Json::array({"input", "resize_type", "scale_method"}));
  EXPECT_FALSE(node("ResizeImageMaskNode")["input"].contains("optional"));
}

TEST_F(ComfyNodes, LeaveToThePageWhatItAddsToACustomCombo) {
  EXPECT_EQ(node("CustomCombo")["input_order"]["required"], Json::array({"choice"}));
  EXPECT_EQ(input("CustomCombo", "choice")[0], Json::array());
}

TEST_F(ComfyNodes, HaveNoFieldForWhatMayBeLeftOut) {
  const Json area = node("ToyConditioning")["input"]["optional"]["end_percent"];
  EXPECT_EQ(area[1]["forceInput"], true);
}

TEST_F(ComfyNodes, ListSamplersOfThePluginsThatAreLoaded) {
  EXPECT_EQ(input("KSampler", "sampler_name")[0], Json::array({"once", "tenfold"}));
  EXPECT_EQ(input("KSampler", "scheduler")[0], Json::array({"line"}));
  plugin_.put_manifest(3);
  plugin_.put(3);
  plugins_.swap("swap");
  EXPECT_GT(input("KSampler", "sampler_name")[0].size(), 2u);
}

TEST_F(ComfyNodes, ListModelsOfTheirFolders) {
  EXPECT_EQ(input("CheckpointLoaderSimple", "ckpt_name")[0],
            Json::array({"b.safetensors", "sub/a.ckpt"}));
  EXPECT_EQ(get_json("/models/checkpoints"), Json::array({"b.safetensors", "sub/a.ckpt"}));
  EXPECT_EQ(get("/models/nothing").status, 404);
  const Json kinds = get_json("/models");
  EXPECT_EQ(kinds, Json::array({"checkpoints", "diffusers", "embeddings", "loras"}));
  EXPECT_EQ(get_json("/embeddings"), Json::array({"good"}));
  EXPECT_EQ(get_json("/experiment/models")[0]["name"], "checkpoints");
  EXPECT_EQ(get_json("/experiment/models/loras")[0]["name"], "fine.safetensors");
  EXPECT_EQ(get_json("/internal/folder_paths")["loras"][0], (models_ / "loras").string());
}

TEST_F(ComfyNodes, ListFoldersThatDiffusersWrote) {
  EXPECT_EQ(input("DiffusersLoader", "model_path")[0], Json::array({"all"}));
}

TEST_F(ComfyNodes, ShowWhatAModelSaysOfItself) {
  const std::string header = R"({"__metadata__": {"author": "me"}})";
  write_text(models_ / "loras/said.safetensors",
             std::string{static_cast<char>(header.size())} + std::string(7, '\0') + header);
  EXPECT_EQ(get_json("/view_metadata/loras?filename=said.safetensors"), (Json{{"author", "me"}}));
  EXPECT_EQ(get("/view_metadata/loras?filename=fine.safetensors").status, 404);
  EXPECT_EQ(get("/view_metadata/loras?filename=..%2Fcheckpoints%2Fb.safetensors").status, 404);
}

TEST_F(ComfyNodes, ThatAreUnknownAreNone) {
  EXPECT_EQ(get_json("/object_info/Nothing"), Json::object());
}

TEST(ComfyDisplayName, PutsSpacesBetweenWords) {
  EXPECT_EQ(comfy::display_name("VAEDecode"), "VAE Decode");
  EXPECT_EQ(comfy::display_name("KSampler"), "KSampler");
  EXPECT_EQ(comfy::display_name("CLIPSetLastLayer"), "CLIP Set Last Layer");
}

TEST(ComfyDisplayName, IsComfyUIsWhereItHasAnother) {
  EXPECT_EQ(comfy::display_name("CheckpointLoaderSimple"), "Load Checkpoint");
  EXPECT_EQ(comfy::display_name("KSamplerAdvanced"), "KSampler (Advanced)");
}

}  // namespace
}  // namespace ksampler::test
