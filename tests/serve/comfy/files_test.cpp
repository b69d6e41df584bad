// /view, /upload and /userdata: files by their names, which lead out of no folder.
#include "tests/serve/comfy/comfy_case.hpp"

#include "host/files/png.hpp"

namespace ksampler::test {
namespace {

namespace fs = std::filesystem;

class ComfyFiles : public ComfyCase {
 protected:
  fs::path base() const { return folder_ / "base"; }
  int status_of(const std::string& target) const { return get(target).status; }
  // What an upload is answered with.
  HttpResponse upload(const std::string& path, const std::string& name, const std::string& content,
                      const std::vector<std::pair<std::string, std::string>>& values = {}) const {
    std::string body;
    for (const auto& [key, value] : values) {
      body += "--xyz\r\nContent-Disposition: form-data; name=\"" + key + "\"\r\n\r\n" + value + "\r\n";
    }
    body += "--xyz\r\nContent-Disposition: form-data; name=\"image\"; filename=\"" + name +
            "\"\r\nContent-Type: image/png\r\n\r\n" + content + "\r\n--xyz--\r\n";
    return ask("POST", path, body, {{"Content-Type", "multipart/form-data; boundary=xyz"}});
  }
  static std::string png(std::uint8_t red, std::uint8_t alpha) {
    const std::vector<std::uint8_t> pixel = {red, 0, 0, alpha};
    const auto bytes = png_bytes_with_alpha(1, 1, pixel);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  static Picture decoded(const std::string& bytes) { return decode_png("test", bytes_of_text(bytes)); }
};

TEST_F(ComfyFiles, AreViewedByTypeAndSubfolder) {
  write_text(base() / "output/sub/a b.png", "1");
  write_text(base() / "input/a.png", "2");
  EXPECT_EQ(get("/view?filename=a+b.png&subfolder=sub&rand=0.5").file, base() / "output/sub/a b.png");
  EXPECT_EQ(get("/view?subfolder=&type=input&filename=a.png").file, base() / "input/a.png");
  EXPECT_EQ(get("/api/view?filename=a.png%20%5Binput%5D").file, base() / "input/a.png");
  EXPECT_EQ(status_of("/view?filename=a.png"), 404);
  const HttpResponse response = get("/view?filename=a.png&type=input");
  EXPECT_EQ(header_of(response, "Content-Type"), "image/png");
}

TEST_F(ComfyFiles, OutsideOfTheirFoldersAreNotViewed) {
  write_text(folder_ / "secret.png", "1");
  EXPECT_EQ(status_of("/view?filename=../secret.png"), 400);
  EXPECT_EQ(status_of("/view?filename=/etc/passwd"), 400);
  EXPECT_EQ(status_of("/view"), 400);
  EXPECT_EQ(status_of("/view?filename=secret.png&subfolder=../.."), 403);
  EXPECT_EQ(status_of("/view?filename=passwd&subfolder=/etc"), 403);
  EXPECT_EQ(status_of("/view?filename=secret.png&type=.."), 403);
  fs::create_symlink(folder_.path(), base() / "output/link");
  EXPECT_EQ(status_of("/view?filename=secret.png&subfolder=link"), 403);
}

TEST_F(ComfyFiles, ThatABrowserCouldRunAreSavedInstead) {
  write_text(base() / "output/page.html", "<script>1</script>");
  const HttpResponse response = get("/view?filename=page.html");
  EXPECT_EQ(header_of(response, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(header_of(response, "Content-Disposition"), "attachment; filename=\"page.html\"");
}

TEST_F(ComfyFiles, AreViewedInTheChannelsThatAMaskEditorWants) {
  write_text(base() / "input/a.png", png(200, 50));
  const Picture rgb = decoded(get("/view?filename=a.png&type=input&channel=rgb").body);
  EXPECT_FALSE(rgb.has_alpha);
  EXPECT_EQ(rgb.rgba[0], 200 * 257);
  const Picture alpha = decoded(get("/view?filename=a.png&type=input&channel=a").body);
  EXPECT_EQ(alpha.rgba[0], 0);
  EXPECT_EQ(alpha.rgba[3], 50 * 257);
}

TEST_F(ComfyFiles, ThatAreUploadedAreKeptUnderFreeNames) {
  const auto name_of = [](const HttpResponse& response) {
    return Json::parse(response.body).value("name", "");
  };
  const HttpResponse first = upload("/upload/image", "a.png", "one");
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(Json::parse(first.body), (Json{{"name", "a.png"}, {"subfolder", ""}, {"type", "input"}}));
  EXPECT_EQ(name_of(upload("/api/upload/image", "a.png", "one")), "a.png");
  EXPECT_EQ(name_of(upload("/upload/image", "a.png", "two")), "a (1).png");
  EXPECT_EQ(name_of(upload("/upload/image", "a.png", "three", {{"overwrite", "true"}})), "a.png");
  EXPECT_EQ(read_text(base() / "input/a.png"), "three");
  EXPECT_EQ(read_text(base() / "input/a (1).png"), "two");
  const Json listed = get_json("/internal/files/input");
  EXPECT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0], "a.png [input]");
}

TEST_F(ComfyFiles, ThatAreUploadedGoToTheFoldersAlone) {
  upload("/upload/image", "C:\\pictures\\..\\b.png", "1", {{"subfolder", "temp/x"}});
  EXPECT_EQ(read_text(base() / "input/temp/x/b.png"), "1");
  upload("/upload/image", "../../c.png", "1", {{"type", "temp"}});
  EXPECT_EQ(read_text(base() / "temp/c.png"), "1");
  EXPECT_EQ(upload("/upload/image", "d.png", "1", {{"subfolder", "../.."}}).status, 400);
  EXPECT_EQ(upload("/upload/image", "d.png", "1", {{"type", "user"}}).status, 400);
  EXPECT_EQ(upload("/upload/image", "..", "1").status, 400);
  EXPECT_EQ(ask("POST", "/upload/image", "x", {{"Content-Type", "text/plain"}}).status, 400);
  EXPECT_EQ(
      ask("POST", "/upload/image", "--xyz\r\n", {{"Content-Type", "multipart/form-data; boundary=xyz"}})
          .status,
      400);
}

TEST_F(ComfyFiles, ThatAreMasksTakeTheColoursOfAnother) {
  upload("/upload/image", "a.png", png(200, 255));
  const HttpResponse response = upload("/upload/mask", "masked.png", png(7, 60),
                                       {{"original_ref", R"({"filename": "a.png", "type": "input"})"}});
  EXPECT_EQ(response.status, 200) << response.body;
  const Picture masked = decoded(read_text(base() / "input/masked.png"));
  EXPECT_EQ(masked.rgba[0], 200 * 257);
  EXPECT_EQ(masked.rgba[3], 60 * 257);
  EXPECT_EQ(
      upload("/upload/mask", "m.png", png(7, 60), {{"original_ref", R"({"filename": "../x"})"}}).status,
      400);
  EXPECT_EQ(upload("/upload/mask", "m.png", png(7, 60)).status, 400);
}

TEST_F(ComfyFiles, ThatAreUploadedCanBeLoaded) {
  upload("/upload/image", "new.png", png(1, 2));
  for (const char* name : {"new.png", "new.png [input]"}) {
    const Json loading = {{"1", {{"class_type", "LoadImage"}, {"inputs", {{"image", name}}}}},
                          {"2", {{"class_type", "PreviewImage"}, {"inputs", {{"images", {"1", 0}}}}}}};
    EXPECT_EQ(wait_for(submit(loading))["status"]["status_str"], "success");
  }
  EXPECT_EQ(get_json("/object_info/LoadImage")["LoadImage"]["input"]["required"]["image"][0],
            Json::array({"new.png"}));
}

TEST_F(ComfyFiles, OfTheUserAreNotMovedToNamesThatNoDiskTakes) {
  ask("POST", "/userdata/workflows%2Fa.json", "{}");
  const std::string long_name(300, 'x');
  EXPECT_EQ(ask("POST", "/userdata/workflows%2Fa.json/move/workflows%2Fb%2F" + long_name).status, 400);
  EXPECT_EQ(ask("POST", "/userdata/workflows%2Fa.json/move/workflows%2Fa.json%2Fb.json").status, 400);
  EXPECT_EQ(ask("POST", "/userdata/workflows%2Fc%2F" + long_name, "{}").status, 400);
  EXPECT_EQ(ask("POST", "/userdata/workflows%2Fa.json%2Fb.json", "{}").status, 400);
  EXPECT_EQ(get("/userdata/workflows%2Fa.json").status, 200);
}

TEST_F(ComfyFiles, WithNamesThatNoDiskTakesAreSaidToBeTooLong) {
  const std::string long_name(300, 'x');
  const std::string long_path = [] {
    std::string path;
    for (int i = 0; i < 50; ++i) path += std::string(100, 'y') + "%2F";
    return path + "a.json";
  }();
  const std::string from = "/userdata/workflows%2Fa.json";
  ask("POST", from, "{}");
  for (const std::string& name : {long_name, long_name + "%2Fa.json", long_path}) {
    const std::string file = "/userdata/" + name;
    for (const HttpResponse& response :
         {get(file), ask("POST", file, "{}"), ask("DELETE", file), ask("POST", from + "/move/" + name),
          get("/userdata?dir=" + name), get("/view?filename=" + name)}) {
      EXPECT_EQ(response.status, 400) << name;
      EXPECT_NE(response.body.find("a name has at most 255 bytes"), std::string::npos) << response.body;
    }
  }
  EXPECT_NE(upload("/upload/image", long_name, "1").body.find("a name has at most 255 bytes"),
            std::string::npos);
}

TEST_F(ComfyFiles, OfTheUserAreWrittenListedMovedAndRemoved) {
  const std::string file = "/api/userdata/workflows%2Fmy%20flow.json";
  EXPECT_EQ(get("/userdata/workflows%2Fmy%20flow.json").status, 404);
  EXPECT_EQ(ask("POST", file, "{}").body, "\"workflows/my flow.json\"\n");
  EXPECT_EQ(ask("POST", file + "?overwrite=false", "{}").status, 409);
  const Json written = Json::parse(ask("POST", file + "?overwrite=true&full_info=true", "{ }").body);
  EXPECT_EQ(written["path"], "workflows/my flow.json");
  EXPECT_EQ(written["size"], 3);
  EXPECT_GT(written["modified"], 1700000000000);
  ask("POST", "/userdata/workflows%2Fa%2Fb.json", "{}");
  const Json names = get_json("/userdata?dir=workflows&recurse=true");
  EXPECT_EQ(names, Json::array({"a/b.json", "my flow.json"}));
  EXPECT_EQ(get_json("/userdata?dir=workflows"), Json::array({"my flow.json"}));
  EXPECT_EQ(get_json("/userdata?dir=workflows&recurse=true&split=true")[0],
            Json::array({"a/b.json", "a", "b.json"}));
  EXPECT_EQ(get_json("/userdata?dir=workflows&recurse=true&full_info=true")[1]["path"], "my flow.json");
  EXPECT_EQ(ask("POST", file + "/move/workflows%2Fa%2Fb.json?overwrite=false").status, 409);
  EXPECT_EQ(ask("POST", file + "/move/workflows%2Fc.json").body, "\"workflows/c.json\"\n");
  EXPECT_EQ(ask("POST", file + "/move/workflows%2Fd.json").status, 404);
  EXPECT_EQ(ask("DELETE", "/userdata/workflows%2Fc.json").status, 204);
  EXPECT_EQ(ask("DELETE", "/userdata/workflows%2Fc.json").status, 404);
}

TEST_F(ComfyFiles, OfTheUserStayInTheirFolder) {
  for (const char* name : {"..%2Fx", "%2Fetc%2Fpasswd", "a%2F..%2F..%2Fx", "%2e%2e%2fx"}) {
    EXPECT_EQ(ask("POST", std::string("/userdata/") + name, "1").status, 403) << name;
    EXPECT_EQ(ask("GET", std::string("/userdata/") + name).status, 403) << name;
    EXPECT_EQ(ask("DELETE", std::string("/userdata/") + name).status, 403) << name;
  }
  EXPECT_EQ(get("/userdata?dir=..").status, 403);
  EXPECT_EQ(get("/userdata").status, 400);
  EXPECT_EQ(get_json("/userdata?dir=subgraphs"), Json::array());
}

TEST_F(ComfyFiles, ThatThePageAlwaysAsksForAreEmpty) {
  EXPECT_EQ(get("/api/userdata/user.css").status, 200);
  EXPECT_EQ(get_json("/userdata/comfy.templates.json"), Json::array());
  EXPECT_EQ(get_json("/userdata/workflows%2F.index.json"), (Json{{"bookmarks", Json::array()}}));
}

}  // namespace
}  // namespace ksampler::test
