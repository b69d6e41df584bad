// rgthree's loader of a row of LoRAs, which a workflow's is taken apart into.
#include "tests/graph/comfy/workflow_case.hpp"

namespace ksampler::test {
namespace {

using PowerLora = WorkflowCase;

const std::string kRows =
    R"json("PowerLoraLoaderHeaderWidget": {"type": "PowerLoraLoaderHeaderWidget"},
       "lora_1": {"on": true, "lora": "a.safetensors", "strength": 0.8, "strengthTwo": 0.5},
       "lora_2": {"on": false, "lora": "b.safetensors", "strength": 1},
       "lora_3": {"on": true, "lora": "c.safetensors", "strength": 0.25, "strengthTwo": null},
       "lora_4": {"on": true, "lora": "d.safetensors", "strength": 0},
       "lora_5": {"on": true, "lora": "None", "strength": 1},
       "Add Lora": "")json";

// In the API's form: nodes 1 and 2 give a model and a text encoder, 4 takes both.
std::string loading(const std::string& inputs) {
  return R"json({"1": {"class_type": "Source", "inputs": {}},
                 "2": {"class_type": "Source", "inputs": {}},
                 "3": {"class_type": "Power Lora Loader (rgthree)", "inputs": {)json" +
         inputs + R"json(}},
                 "4": {"class_type": "Mix", "inputs": {"a": ["3", 0], "b": ["3", 1]}}})json";
}

const std::string kSources = "1 Source\n2 Source\n";
const std::string kModel = R"json("model": ["1", 0])json";
const std::string kClip = R"json("clip": ["2", 0])json";

TEST_F(PowerLora, IsALoaderForEachThatIsSwitchedOn) {
  EXPECT_EQ(flat(loading(kModel + ", " + kClip + ", " + kRows)),
            kSources +
                "3.1 LoraLoader model=[1,0] clip=[2,0] lora_name='a.safetensors' strength_model=0.8 "
                "strength_clip=0.5\n"
                "3 LoraLoader model=[3.1,0] clip=[3.1,1] lora_name='c.safetensors' strength_model=0.25 "
                "strength_clip=0.25\n"
                "4 Mix a=[3,0] b=[3,1]\n");
}

TEST_F(PowerLora, ChangesTheModelAloneWithoutATextEncoder) {
  EXPECT_EQ(flat(loading(kModel + ", " + kRows)),
            kSources +
                "3.1 LoraLoaderModelOnly model=[1,0] lora_name='a.safetensors' strength_model=0.8\n"
                "3 LoraLoaderModelOnly model=[3.1,0] lora_name='c.safetensors' strength_model=0.25\n"
                "4 Mix a=[3,0] b=[3,1]\n");
}

TEST_F(PowerLora, IsGoneAroundWhereNothingIsSwitchedOn) {
  EXPECT_EQ(flat(loading(kModel + ", " + kClip)), kSources + "4 Mix a=[1,0] b=[2,0]\n");
  // Without a model it does nothing, as rgthree's.
  EXPECT_EQ(flat(loading(kClip + ", " + kRows)), kSources + "4 Mix b=[2,0]\n");
}

TEST_F(PowerLora, EndsWhereTwoOfThemAreACircle) {
  EXPECT_EQ(flat(R"json({
      "1": {"class_type": "Power Lora Loader (rgthree)", "inputs": {"model": ["2", 0]}},
      "2": {"class_type": "Power Lora Loader (rgthree)", "inputs": {"model": ["1", 0]}},
      "4": {"class_type": "Mix", "inputs": {"a": ["2", 0]}}})json"),
            "4 Mix\n");
}

TEST_F(PowerLora, HasItsRowsAmongTheValuesOfTheEditor) {
  EXPECT_EQ(flat(R"json({"nodes": [
      {"id": 1, "type": "Source", "outputs": [{"type": "CLOUD"}]},
      {"id": 3, "type": "Power Lora Loader (rgthree)",
       "inputs": [{"name": "model", "type": "MODEL", "link": 1}, {"name": "clip", "type": "CLIP", "link": null}],
       "outputs": [{"type": "MODEL"}, {"type": "CLIP"}],
       "widgets_values": [{}, {"type": "PowerLoraLoaderHeaderWidget"},
         {"on": true, "lora": "a.safetensors", "strength": 0.8, "strengthTwo": null}, {}, ""]},
      {"id": 4, "type": "Mix", "inputs": [{"name": "a", "type": "CLOUD", "link": 2}]}],
      "links": [[1, 1, 0, 3, 0, "MODEL"], [2, 3, 0, 4, 0, "MODEL"]]})json"),
            "1 Source\n3 LoraLoaderModelOnly model=[1,0] lora_name='a.safetensors' strength_model=0.8\n"
            "4 Mix a=[3,0]\n");
}

}  // namespace
}  // namespace ksampler::test
