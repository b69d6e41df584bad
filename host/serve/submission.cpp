#include "host/serve/submission.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/json_text.hpp"
#include "host/graph/comfy/workflow.hpp"
#include "host/nodes/input_checks.hpp"
#include "host/serve/media_type.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 100;
constexpr const char* kNameless = "pipeline.yaml";
const std::vector<std::string> kKeys = {"name", "pipeline", "set"};

const std::string& text_in(const nlohmann::json& value, const std::string& key) {
  if (!value.is_string()) throw Error(sentence("'{}' is no text", key));
  return value.get_ref<const std::string&>();
}

void add_settings(const nlohmann::json& set, std::vector<std::string>& settings) {
  if (!set.is_object() && !set.is_array()) {
    throw Error(R"('set' takes {"node.input": value}, or a list of "node.input=value")");
  }
  for (const auto& [key, value] : set.items()) {
    // A text is YAML, as on the command line; all other JSON is YAML as it stands.
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    settings.push_back(set.is_array() ? text : key + "=" + text);
  }
}

bool has_pipeline(const std::string& body) {
  const nlohmann::json json = json_or_nothing(body);
  return json.is_object() && json.contains("pipeline") && json["pipeline"].is_string();
}

SubmissionRequest read_json(SubmissionRequest request) {
  nlohmann::json json;
  try {
    json = parse_json(request.body);
  } catch (const Error& error) {
    throw Error(std::string("the body is ") + error.what());
  }
  if (!json.is_object() || !json.contains("pipeline")) {
    throw Error(R"(the body is JSON without a "pipeline"; it takes {"pipeline": "nodes: ..."})");
  }
  for (const auto& [key, value] : json.items()) {
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      throw Error(sentence("unknown key {}{}", quote(key), suggestion(key, kKeys)));
    }
    if (key == "set") add_settings(value, request.set);
    if (key == "name") request.name = text_in(value, key);
  }
  request.body = text_in(json.at("pipeline"), "pipeline");
  return request;
}

}  // namespace

Submission read_submission(const SubmissionRequest& sent, const fs::path& folder,
                           const FileFolders& files) {
  const bool is_json = media_type(sent.content_type) == "application/json";
  // A workflow of ComfyUI is JSON, too; and one may be what "pipeline" is.
  const bool is_wrapped = is_json && (!may_be_workflow(sent.body) || has_pipeline(sent.body));
  const SubmissionRequest request = is_wrapped ? read_json(sent) : sent;
  const std::string name = request.name.empty() ? kNameless : printable(request.name, kLongestName);
  Submission submission{name, ParsedPipeline({name, folder, request.body, files}), {}};
  for (const std::string& text : request.set) submission.settings.push_back(parse_setting(text));
  return submission;
}

void check_submission(const Submission& submission, const Registry& registry) {
  std::vector<Diagnostic> diagnostics =
      foreign_plugin_folders(submission.pipeline, registry.folders(),
                             "of which this server does not know; it is started with `--plugins DIR` "
                             "for each folder that pipelines may use");
  try {
    check_whole_pipeline(submission.pipeline, registry, submission.settings);
  } catch (const Error& error) {
    diagnostics.insert(diagnostics.end(), error.diagnostics().begin(), error.diagnostics().end());
  }
  if (!diagnostics.empty()) throw Error(std::move(diagnostics));
}

}  // namespace ksampler
