#include "host/serve/submission.hpp"

#include "tests/support/error_text.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

namespace ksampler::test {
namespace {

Submission read(const SubmissionRequest& request) { return read_submission(request, "/pipelines"); }

std::string json_error(const std::string& body) {
  return error_text([&] { read({body, "application/json", {}, ""}); });
}

std::vector<std::string> texts(const Submission& submission) {
  std::vector<std::string> texts;
  for (const Setting& setting : submission.settings) texts.push_back(setting.text);
  return texts;
}

TEST(Submission, IsThePipelineItself) {
  const Submission sent = read({"nodes: {}", "text/plain", {"a.b=1", "a.c=[1, 2]"}, "mine.yaml"});
  EXPECT_EQ(sent.pipeline.source().text, "nodes: {}");
  EXPECT_EQ(sent.pipeline.source().folder, "/pipelines");
  EXPECT_EQ(sent.pipeline.source().file, "mine.yaml");
  EXPECT_EQ(sent.name, "mine.yaml");
  EXPECT_EQ(texts(sent), (std::vector<std::string>{"a.b=1", "a.c=[1, 2]"}));
}

TEST(Submission, IsJsonWithAPipeline) {
  const Submission sent = read(
      {R"({"pipeline": "nodes: {}", "set": {"a.b": 1, "a.c": "x", "a.d": {"name": "e"}}, "name": "n"})",
       "application/json; charset=utf-8",
       {},
       ""});
  EXPECT_EQ(sent.pipeline.source().text, "nodes: {}");
  EXPECT_EQ(sent.name, "n");
  EXPECT_EQ(texts(sent), (std::vector<std::string>{"a.b=1", "a.c=x", R"(a.d={"name":"e"})"}));
  EXPECT_EQ(texts(read({R"({"pipeline": "", "set": ["a.b=1"]})", "application/json", {}, ""})),
            (std::vector<std::string>{"a.b=1"}));
}

TEST(Submission, IsAWorkflowByItselfOrAsThePipelineOfJson) {
  const std::string workflow = R"({"1": {"class_type": "EmptyLatentImage", "inputs": {}}})";
  EXPECT_EQ(read({workflow, "application/json", {}, ""}).pipeline.source().text, workflow);
  const std::string wrapped = nlohmann::json({{"pipeline", workflow}, {"name", "n"}}).dump();
  const Submission sent = read({wrapped, "application/json", {}, ""});
  EXPECT_EQ(sent.pipeline.source().text, workflow);
  EXPECT_EQ(sent.name, "n");
}

TEST(Submission, HasANameThatIsFitForALine) {
  EXPECT_EQ(read({"", "", {}, ""}).name, "pipeline.yaml");
  EXPECT_EQ(read({"", "", {}, "a\nb"}).name.find('\n'), std::string::npos);
  EXPECT_LE(read({"", "", {}, std::string(10000, 'x')}).name.size(), 110u);
}

TEST(Submission, SaysWhatIsWrongWithItsJson) {
  EXPECT_EQ(json_error("[1, ").rfind("the body is no JSON: ", 0), 0u) << json_error("[1, ");
  EXPECT_EQ(json_error("[]"),
            "the body is JSON without a \"pipeline\"; it takes {\"pipeline\": \"nodes: ...\"}");
  EXPECT_EQ(json_error(R"({"pipeline": 3})"), "'pipeline' is no text");
  EXPECT_EQ(json_error(R"({"pipeline": "", "sett": []})"), "unknown key 'sett'; did you mean 'set'?");
  EXPECT_EQ(json_error(R"({"pipeline": "", "set": 3})"),
            "'set' takes {\"node.input\": value}, or a list of \"node.input=value\"");
  EXPECT_NE(json_error(R"({"pipeline": "", "set": ["nonsense"]})").find("it takes node.input=value"),
            std::string::npos);
}

TEST(Submission, IsJsonWhateverTheCaseOfItsType) {
  for (const char* type :
       {"Application/JSON", "application/JSON;charset=utf-8", " application/json ; a=b"}) {
    EXPECT_EQ(read({R"({"pipeline": "nodes: {}"})", type, {}, ""}).pipeline.source().text, "nodes: {}")
        << type;
  }
  EXPECT_EQ(read({"{}", "application/jsonl", {}, ""}).pipeline.source().text, "{}");
}

TEST(Submission, IsNotNestedDeeperThanAnyPipelineNeeds) {
  std::string body = R"({"pipeline": "", "set": {"a.b": )";
  body.append(100000, '[').append(100000, ']').append("}}");
  EXPECT_EQ(json_error(body),
            "the body is JSON that is nested deeper than 64 levels, which nothing here needs to be");
}

TEST(Submission, MayNotBringFoldersOfPluginsAlong) {
  const Registry registry({"/pipelines/known"});
  const auto error = [&](const std::string& folder) {
    return error_text([&] {
      check_submission(read({"plugins: [" + folder + "]\nnodes: {}\n", "", {}, ""}), registry);
    });
  };
  EXPECT_NE(
      error("/tmp").find("pipeline.yaml:1:11: 'plugins' names '/tmp', of which this server does not "
                         "know; it is started with `--plugins DIR`"),
      std::string::npos)
      << error("/tmp");
  EXPECT_EQ(error("known").find("this server does not know"), std::string::npos) << error("known");
  EXPECT_EQ(error("x/../known").find("this server does not know"), std::string::npos);
}

}  // namespace
}  // namespace ksampler::test
