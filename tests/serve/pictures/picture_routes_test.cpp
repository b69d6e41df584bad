#include "host/serve/pictures/routes.hpp"

#include "host/files/base64.hpp"
#include "host/files/png.hpp"
#include "host/serve/run_listener.hpp"
#include "host/serve/run_workers.hpp"
#include "tests/support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <thread>

namespace ksampler::test {
namespace {

using Json = nlohmann::json;

constexpr const char* kPost = "POST";

// The routes on a book whose runs end at once: each writes a picture of one pixel, without LibTorch.
class PictureRoutes : public ::testing::Test {
 protected:
  PictureRoutes() {
    const auto pipeline = [&](const char* config) {
      return std::make_shared<const PicturePipeline>(
          read_pipeline(std::string(SOURCE_DIR "/configs/") + config), *plugins_.current());
    };
    const PicturePipelines pipelines{pipeline("quickstart.yaml"), pipeline("photo_to_photo.yaml")};
    add_openai_routes(router_, pipelines, runs_);
    add_a1111_routes(router_, pipelines, runs_, plugins_);
  }
  ~PictureRoutes() override {
    book_.close();
    worker_.join();
  }

  HttpResponse ask(const std::string& method, const std::string& path, const Json& body = nullptr) {
    HttpRequest request;
    request.method = method;
    request.target = path;
    for (std::size_t at = 1; at != 0;) {
      const std::size_t end = path.find('/', at);
      request.path.push_back(path.substr(at, end - at));
      at = end == std::string::npos ? 0 : end + 1;
    }
    request.headers = {{"Host", "127.0.0.1:7801"}};
    if (!body.is_null()) request.body = body.dump();
    return router_.answer(request);
  }
  Json json(const HttpResponse& response) { return Json::parse(response.body); }

  void work() {
    while (auto task = book_.take()) {
      settings_.clear();
      for (const Setting& each : task->submission.settings) settings_.push_back(each.text);
      if (fails_) {
        book_.end(task->id, RunState::failed, {Diagnostic{.place = {}, .message = "out of memory"}});
        continue;
      }
      const std::filesystem::path folder = run_folder(folder_.path(), task->id);
      std::filesystem::create_directories(folder);
      std::ofstream stream(folder / "a_00001_.png", std::ios::binary);
      stream.write(reinterpret_cast<const char*>(picture_.data()),
                   static_cast<std::streamsize>(picture_.size()));
      stream.close();
      tell(*task->submission.listener, "save", folder / "a_00001_.png");
      tell(*task->submission.listener, "after", folder / "a_00001_.png");
      tell(*task->submission.listener, "before", folder / "b_00001_.png");
      book_.end(task->id, RunState::done);
    }
  }
  static void tell(RunListener& listener, const std::string& name, const std::filesystem::path& file) {
    Node node;
    node.name = name;
    listener.file_written(node, file);
  }
  bool was_set(const std::string& setting) const { return std::ranges::count(settings_, setting) == 1; }
  std::string picture() const {
    return {reinterpret_cast<const char*>(picture_.data()), picture_.size()};
  }

  const TemporaryFolder folder_;
  const std::vector<std::byte> picture_ = png_bytes(1, 1, std::vector<std::uint8_t>{255, 0, 0});
  ServedPlugins plugins_{{std::filesystem::path(BINARY_DIR) / "plugins"}, {}};
  Changes changes_;
  RunBook book_{changes_, {}};
  const std::shared_ptr<PictureRuns> runs_ =
      std::make_shared<PictureRuns>(book_, plugins_, changes_, folder_.path());
  Router router_;
  std::atomic<bool> fails_ = false;
  std::vector<std::string> settings_;  // of the last run; read once it has ended
  std::thread worker_{[this] { work(); }};
};

TEST_F(PictureRoutes, OpenAisGivePicturesAsBytesOrAsAddresses) {
  const HttpResponse bytes =
      ask(kPost, "/v1/images/generations",
          {{"prompt", "a star"}, {"size", "130x64"}, {"response_format", "b64_json"}});
  ASSERT_EQ(bytes.status, 200) << bytes.body;
  EXPECT_EQ(json(bytes)["data"][0]["b64_json"], base64(picture()));
  EXPECT_TRUE(was_set("positive.text=\"a star\""));
  EXPECT_TRUE(was_set("canvas.width=128"));  // whole cells
  EXPECT_TRUE(was_set("canvas.batch_size=1"));
  const HttpResponse address = ask(kPost, "/v1/images/generations", {{"prompt", "a star"}, {"n", 2}});
  EXPECT_EQ(json(address)["data"][0]["url"], "http://127.0.0.1:7801/runs/2/files/a_00001_.png");
  EXPECT_TRUE(was_set("canvas.batch_size=2"));
}

TEST_F(PictureRoutes, OpenAisSayWhichValueIsWrong) {
  const auto refused = [&](const Json& body) {
    const HttpResponse response = ask(kPost, "/v1/images/generations", body);
    EXPECT_EQ(response.status, 400);
    return json(response)["error"];
  };
  EXPECT_EQ(refused({{"size", "64x64"}})["param"], "prompt");
  EXPECT_EQ(refused({{"prompt", 3}})["message"], "'prompt' is no text");
  EXPECT_EQ(refused({{"prompt", "a"}, {"n", 11}})["message"], "'n' takes a whole number from 1 to 10");
  EXPECT_EQ(refused({{"prompt", "a"}, {"size", "big"}})["message"],
            "'size' is 'big'; it takes \"auto\", or pixels such as \"1024x768\"");
  EXPECT_EQ(refused({{"prompt", "a"}, {"stream", true}})["param"], "stream");
  EXPECT_EQ(refused({{"prompt", "a"}, {"size", "999999x64"}})["type"], "invalid_request_error");
}

TEST_F(PictureRoutes, SayOfARunThatFailedThatTheServerDid) {
  fails_ = true;
  const HttpResponse openai = ask(kPost, "/v1/images/generations", {{"prompt", "a"}});
  EXPECT_EQ(openai.status, 500);
  EXPECT_EQ(json(openai)["error"]["message"], "out of memory");
  EXPECT_EQ(ask(kPost, "/sdapi/v1/txt2img", {{"prompt", "a"}}).status, 500);
}

TEST_F(PictureRoutes, OfTheWebUiTakeItsNamesAndGiveItsAnswer) {
  const HttpResponse response = ask(kPost, "/sdapi/v1/txt2img",
                                    {{"prompt", "a star"},
                                     {"negative_prompt", "red"},
                                     {"seed", 5},
                                     {"steps", 12},
                                     {"cfg_scale", 6.5},
                                     {"sampler_name", "DPM++ 2M Karras"},
                                     {"n_iter", 2}});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(json(response)["images"].size(), 2u);
  EXPECT_EQ(json(response)["images"][0], base64(picture()));
  const Json info = Json::parse(json(response)["info"].get<std::string>());
  EXPECT_EQ(info["all_seeds"], (Json{5, 6}));
  EXPECT_TRUE(was_set("base.seed=6"));
  EXPECT_TRUE(was_set("base.steps=12"));
  EXPECT_TRUE(was_set("base.cfg=6.5"));
  EXPECT_TRUE(was_set("base.sampler_name=\"dpmpp_2m\""));
  EXPECT_TRUE(was_set("base.scheduler=\"karras\""));
  EXPECT_TRUE(was_set("negative.text=\"red\""));
}

TEST_F(PictureRoutes, OfTheWebUiPutASentPictureWhereThePipelineLoadsOne) {
  const HttpResponse response =
      ask(kPost, "/sdapi/v1/img2img",
          {{"prompt", "a"}, {"init_images", {"data:image/png;base64," + base64(picture())}}});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(json(response)["images"].size(), 1u);  // not the one before
  EXPECT_TRUE(was_set("base.denoise=0.75"));
  EXPECT_EQ(std::ranges::count_if(settings_,
                                  [](const auto& each) { return each.starts_with("photo.image="); }),
            1);
  EXPECT_FALSE(json(response)["parameters"].contains("init_images"));
  const HttpResponse none = ask(kPost, "/sdapi/v1/img2img", {{"prompt", "a"}});
  EXPECT_EQ(none.status, 422);
  EXPECT_EQ(json(none)["detail"], "'init_images' is missing: pictures in base64");
  const HttpResponse masked = ask(kPost, "/sdapi/v1/img2img",
                                  {{"init_images", {base64(picture())}}, {"mask", base64(picture())}});
  EXPECT_EQ(json(masked)["detail"],
            "pipeline 'photo_to_photo' has no place for a mask: a LoadImageMask");
}

// It has no place for how many at once: each run makes as many as it makes, whatever the request says.
TEST_F(PictureRoutes, OfTheWebUiCountSeedsOnByWhatAPipelineMakesAtOnce) {
  const HttpResponse response = ask(kPost, "/sdapi/v1/img2img",
                                    {{"prompt", "a"},
                                     {"init_images", {base64(picture())}},
                                     {"seed", 5},
                                     {"batch_size", std::numeric_limits<std::int64_t>::max()},
                                     {"n_iter", 3}});
  ASSERT_EQ(response.status, 200) << response.body;
  const Json info = Json::parse(json(response)["info"].get<std::string>());
  EXPECT_EQ(info["all_seeds"], (Json{5, 6, 7}));
}

TEST_F(PictureRoutes, OfTheWebUiNameTheNearestSampler) {
  const HttpResponse response = ask(kPost, "/sdapi/v1/txt2img", {{"sampler_name", "Euler b"}});
  EXPECT_EQ(response.status, 422);
  EXPECT_NE(response.body.find("did you mean"), std::string::npos) << response.body;
}

TEST_F(PictureRoutes, OfTheWebUiListWhatPluginsHave) {
  const auto names = [&](const char* path) {
    std::vector<std::string> found;
    for (const Json& each : json(ask("GET", path))) found.push_back(each["name"]);
    return found;
  };
  const auto samplers = names("/sdapi/v1/samplers");
  EXPECT_EQ(std::ranges::count(samplers, "Euler a"), 1);
  EXPECT_EQ(std::ranges::count(samplers, "res_multistep"), 1);
  EXPECT_EQ(names("/sdapi/v1/schedulers").front(), "automatic");
  EXPECT_EQ(json(ask("GET", "/sdapi/v1/progress"))["progress"], 0.0);
  EXPECT_EQ(ask(kPost, "/sdapi/v1/interrupt").status, 200);
  EXPECT_EQ(json(ask("GET", "/sdapi/v1/options"))["sd_model_checkpoint"], "quickstart");
  EXPECT_EQ(json(ask("GET", "/v1/models"))["data"][0]["id"], "quickstart");
}

}  // namespace
}  // namespace ksampler::test
