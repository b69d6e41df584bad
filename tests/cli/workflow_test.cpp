// Workflows of ComfyUI on the command line.
#include "host/files/png.hpp"
#include "tests/cli/program.hpp"

namespace ksampler::test {
namespace {

// Loads a picture, makes it smaller, and writes it; a node of another pack beside it.
const std::string kSmall =
    R"({"1": {"class_type": "LoadImage", "inputs": {"image": "in.png"}},
        "2": {"class_type": "ImageScale", "inputs": {"image": ["1", 0], "upscale_method": "area",
              "width": 4, "height": "3", "crop": "disabled"}, "_meta": {"title": "Make it small"}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "small"}},
        "4": {"class_type": "FancyFilter", "inputs": {"image": ["1", 0], "key": "hunter2"}}})";

class WorkflowVerbs : public Program {
 protected:
  WorkflowVerbs() {
    std::filesystem::create_directories(folder_ / "comfy/models/checkpoints");
    std::filesystem::create_directories(folder_ / "comfy/input");
    std::filesystem::copy_file(TEST_DATA "/pictures/rgb8.png", folder_ / "comfy/input/in.png");
    write("small.json", kSmall);
  }
};

TEST_F(WorkflowVerbs, RunThemWithTheFilesOfComfyUi) {
  const Outcome outcome =
      run_built({"run", "small.json", "--models", "comfy", "--out", "out", "--quiet"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(read_png(folder_ / "out/small_00001_.png").height, 3u);
  EXPECT_NE(outcome.err.find("node '4' (FancyFilter) is left out"), std::string::npos);
  EXPECT_EQ(outcome.err.find("hunter2"), std::string::npos);
}

TEST_F(WorkflowVerbs, FindTheComfyUiInWhichTheyLie) {
  write("comfy/small.json", kSmall);
  EXPECT_EQ(run({"check", "comfy/small.json"}).code, 0);
  EXPECT_EQ(run({"check", "small.json"}).code, 1);
}

TEST_F(WorkflowVerbs, NameTheNearestFileOfComfyUisFolders) {
  std::string text = kSmall;
  text.replace(text.find("in.png"), 6, "im.png");
  write("near.json", text);
  const Outcome outcome = run({"check", "near.json", "--models", "comfy"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("did you mean 'in.png'?"), std::string::npos) << outcome.err;
}

TEST_F(WorkflowVerbs, GiveTheSamePicturesAsWhatTheyAreConvertedTo) {
  ASSERT_EQ(run_built({"run", "small.json", "--models", "comfy", "--out", "out", "--quiet"}).code, 0);
  const Outcome yaml = run({"convert", "small.json"});
  EXPECT_EQ(yaml.code, 0) << yaml.err;
  EXPECT_NE(yaml.out.find("make_it_small: "), std::string::npos) << yaml.out;
  write("small.yaml", yaml.out);
  ASSERT_EQ(run_built({"run", "small.yaml", "--models", "comfy", "--out", "out", "--quiet"}).code, 0);
  const Outcome api = run({"convert", "small.yaml", "--to", "api", "--models", "comfy"});
  EXPECT_EQ(api.code, 0) << api.err;
  write("again.json", api.out);
  ASSERT_EQ(run_built({"run", "again.json", "--models", "comfy", "--out", "out", "--quiet"}).code, 0);
  const Picture first = read_png(folder_ / "out/small_00001_.png");
  EXPECT_EQ(read_png(folder_ / "out/small_00002_.png").rgba, first.rgba);
  EXPECT_EQ(read_png(folder_ / "out/small_00003_.png").rgba, first.rgba);
}

TEST_F(WorkflowVerbs, SayThatTheFolderAboveOneKindOfModelIsMeant) {
  for (const char* given : {"comfy/models/checkpoints", "comfy/models/checkpoints/"}) {
    const Outcome outcome = run({"check", "small.json", "--models", given});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("that is the folder of one kind of model; the one that has a folder for "
                               "each is meant: --models " +
                               (folder_ / "comfy/models").string()),
              std::string::npos)
        << outcome.err;
  }
}

TEST_F(WorkflowVerbs, ListWhatIsMissingOverManyFiles) {
  write(
      "a.json",
      R"({"1": {"class_type": "FancyLoader"}, "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}})");
  write("b.json",
        R"({"nodes": [{"id": 1, "type": "FancyLoader", "properties": {"cnr_id": "fancy-pack"}},
                      {"id": 2, "type": "SaveImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 1}], "widgets_values": ["a"]}],
            "links": [[1, 1, 0, 2, 0, "IMAGE"]]})");
  const Outcome outcome = run({"check", "--missing", "a.json", "b.json", "small.json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out,
            "Node types that there are not, and how many pipelines need each:\n"
            "      2  FancyLoader\n"
            "Files that are not there:\n"
            "      1  input/in.png\n");
  EXPECT_NE(run({"check", "b.json"}).err.find("one of the pack 'fancy-pack'"), std::string::npos);
}

TEST_F(WorkflowVerbs, SayWhatIsWrongWithAFileThatLacksNothing) {
  write("broken.json", "{ no JSON");
  const Outcome outcome = run({"check", "--missing", "broken.json", "nowhere.json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("broken.json"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("nowhere.json"), std::string::npos) << outcome.err;
  write(
      "fine.json",
      R"({"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}},
      "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}})");
  EXPECT_EQ(run({"check", "--missing", "fine.json"}).out, "Nothing is missing.\n");
}

TEST_F(WorkflowVerbs, RefuseWhatIsSetThatANodeDoesNotTake) {
  write(
      "fine.json",
      R"({"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0, "more": 1}},
      "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}})");
  EXPECT_EQ(run({"check", "fine.json"}).code, 0);
  const Outcome outcome = run({"check", "fine.json", "--set", "1.widht=64"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("has no input 'widht'; did you mean 'width'?"), std::string::npos)
      << outcome.err;
}

TEST_F(WorkflowVerbs, ConvertNamesOfNodesInNamesOfFiles) {
  write(
      "w.json",
      R"({"1": {"class_type": "EmptyImage", "inputs": {"width": 70}, "_meta": {"title": "The ground"}},
      "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0],
            "filename_prefix": "%1.width%_%The ground.height%_50%_%date:yyyy%_%9.a%"}},
      "3": {"class_type": "Fancy", "inputs": {}}})");
  const Outcome outcome = run({"convert", "w.json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("%the_ground.width%_%the_ground.height%_50%_%date:yyyy%_%9.a%"),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.err.find("Fancy"), std::string::npos) << outcome.err;
}

TEST_F(WorkflowVerbs, SayThatSeveralNodesHaveATitle) {
  write(
      "two.json",
      R"({"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}, "_meta": {"title": "Empty"}},
      "3": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}, "_meta": {"title": "Empty"}},
      "4": {"class_type": "ImageBatch", "inputs": {"image1": ["1", 0], "image2": ["3", 0]}},
      "2": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "a"}}})");
  const Outcome outcome = run({"check", "two.json", "--set", "Empty.width=64"});
  EXPECT_NE(outcome.err.find("several nodes are called 'Empty': 1, 3"), std::string::npos)
      << outcome.err;
}

}  // namespace
}  // namespace ksampler::test
