// The page, and what it asks for besides.
#include "tests/serve/comfy/comfy_case.hpp"

#include "host/serve/comfy/multipart.hpp"
#include "host/serve/http/target.hpp"

namespace ksampler::test {
namespace {

using ComfyPage = ComfyCase;

TEST_F(ComfyPage, IsServedUnderComfyWithARuleForWhatItMayLoad) {
  const HttpResponse page = get("/comfy/");
  EXPECT_EQ(page.file, page_ / "index.html");
  EXPECT_EQ(header_of(page, "Cache-Control"), "no-store");
  EXPECT_NE(header_of(page, "Content-Security-Policy").find("connect-src 'self'"), std::string::npos);
  EXPECT_EQ(header_of(get("/comfy"), "Location"), "/comfy/");
}

TEST_F(ComfyPage, ThatIsNotInstalledIsSaidHowToGet) {
  ComfyOptions options;
  options.base = folder_ / "without";
  options.folder = SOURCE_DIR "/configs";
  options.runtime = runtime_;
  Comfy bare(options, book_, plugins_);
  Router router;
  bare.add_to(router);
  for (const std::string path : {"/comfy", "/comfy/", "/comfy/assets/a.js"}) {
    const HttpResponse response = router.answer({.method = "GET",
                                                 .target = path,
                                                 .path = path_of(path),
                                                 .query = {},
                                                 .headers = {},
                                                 .body = {}});
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find("pip install comfyui-frontend-package"), std::string::npos)
        << response.body;
  }
}

TEST_F(ComfyPage, HasItsFilesWithTheirTypes) {
  const HttpResponse script = get("/comfy/assets/index-1f.js");
  EXPECT_EQ(script.file, page_ / "assets/index-1f.js");
  EXPECT_EQ(header_of(script, "Content-Type"), "text/javascript");
  EXPECT_NE(header_of(script, "Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(get("/comfy/assets/index-1f.js.map").status, 404);
  EXPECT_EQ(get("/comfy/..%2Fsecret").status, 404);
  EXPECT_EQ(get("/comfy/user.css").status, 200);
}

TEST_F(ComfyPage, FindsTheApiBelowItself) {
  EXPECT_EQ(get_json("/comfy/api/users"), (Json{{"storage", "server"}, {"migrated", true}}));
  EXPECT_EQ(get_json("/comfy/internal/files/input"), Json::array());
}

TEST_F(ComfyPage, KeepsItsSettings) {
  EXPECT_EQ(get_json("/api/settings/Comfy.InstalledVersion"), Json());
  EXPECT_EQ(ask("POST", "/api/settings/Comfy.InstalledVersion", "\"1.58.1\"").body, "");
  EXPECT_EQ(ask("POST", "/settings", R"({"a": {"b": [1]}, "c": true})").status, 200);
  EXPECT_EQ(get_json("/settings/Comfy.InstalledVersion"), "1.58.1");
  EXPECT_EQ(get_json("/settings")["a"]["b"][0], 1);
  EXPECT_EQ(Json::parse(read_text(folder_ / "base/user/default/comfy.settings.json"))["c"], true);
  EXPECT_EQ(ask("POST", "/settings", "[").status, 400);
  EXPECT_EQ(ask("POST", "/settings", "[1]").status, 400);
}

TEST_F(ComfyPage, IsToldOfTheMachine) {
  const Json stats = get_json("/system_stats");
  EXPECT_EQ(stats["system"]["argv"], Json::array({"ksampler", "--disable-api-nodes"}));
  EXPECT_GT(stats["system"]["ram_total"], 1000);
  EXPECT_EQ(stats["devices"][0]["name"], "cpu");
  EXPECT_EQ(stats["devices"][0]["vram_total"], 2000);
  EXPECT_EQ(stats["devices"][0]["vram_free"], 1000);
  EXPECT_EQ(get_json("/features")["max_upload_size"], 104857600);
  EXPECT_EQ(get_json("/extensions"), Json::array());
  EXPECT_EQ(get_json("/i18n"), Json::object());
}

TEST_F(ComfyPage, OffersOurExamplesAsTemplates) {
  const Json index = get_json("/templates/index.json");
  ASSERT_FALSE(index.empty());
  const std::string name = index[0]["templates"][0]["name"];
  EXPECT_EQ(get("/comfy/templates/" + name + ".json").status, 200);
  EXPECT_EQ(get("/templates/..%2Ficons.yaml").status, 404);
}

TEST_F(ComfyPage, IsReachedByLinksOfOtherSitesAndNothingElseIs) {
  const TextPairs foreign = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}};
  EXPECT_EQ(ask("GET", "/view?filename=a.png", "", foreign).status, 403);
  EXPECT_EQ(ask("GET", "/comfy/", "", foreign).status, 403);
  const TextPairs link = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}};
  EXPECT_EQ(ask("GET", "/comfy/", "", link).status, 200);
  EXPECT_EQ(ask("GET", "/history", "", link).status, 403);
}

TEST(ComfyForm, IsTakenApart) {
  const std::string body =
      "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\r\n2\r\n"
      "--b\r\ncontent-disposition: form-data; name=image; filename=\"x \\\"y\\\".png\"\r\nX: y\r\n\r\n"
      "x--b--not\r\n--b\r\nContent-Disposition: form-data; name=\"image\"; "
      "filename*=utf-8''%C3%A4.png\r\n"
      "\r\n\r\n--b--\r\n";
  const auto parts = comfy::form_parts("Multipart/Form-Data; boundary=\"b\"", body);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].content, "1\r\n\r\n2");
  EXPECT_EQ(parts[1].name, "image");
  EXPECT_EQ(parts[1].filename, "x \"y\".png");
  EXPECT_EQ(parts[1].content, "x--b--not");
  EXPECT_EQ(parts[2].filename, "\xC3\xA4.png");
  EXPECT_EQ(parts[2].content, "");
  EXPECT_EQ(comfy::form_value(parts, "a"), "1\r\n\r\n2");
}

TEST(ComfyForm, CutShortIsRefused) {
  const std::string whole = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
  for (std::size_t size = 0; size + 4 < whole.size(); ++size) {
    EXPECT_THROW(comfy::form_parts("multipart/form-data; boundary=b", whole.substr(0, size)), Error)
        << size;
  }
}

}  // namespace
}  // namespace ksampler::test
