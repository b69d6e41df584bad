// Some 760 workflows that others published, each read and checked as `ksampler check` does.
#include "host/graph/comfy/workflow.hpp"
#include "host/graph/pipeline.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/input_checks.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ksampler::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct PublicFile {
  fs::path path;
  PipelineSource source;
  Json json;
};

// Those that are workflows: the packages hold lists of them, too.
std::vector<PublicFile> public_files() {
  std::vector<PublicFile> files;
  const char* folder = std::getenv("KSAMPLER_WORKFLOWS");
  if (folder == nullptr || !fs::is_directory(folder)) return files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    PipelineSource source = read_pipeline(entry.path());
    Json json = Json::parse(source.text);
    if (json.is_object() && json.contains("nodes")) {
      files.push_back({entry.path(), std::move(source), std::move(json)});
    }
  }
  std::ranges::sort(files, {}, &PublicFile::path);
  return files;
}

class PublicWorkflows : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = public_files(); }
  static void TearDownTestSuite() { files_.clear(); }
  void SetUp() override {
    if (files_.empty()) GTEST_SKIP() << "there are none: tests/workflows/get.sh gets them";
  }

  // All that is wrong with a file. What is no Error fails the test that asks.
  std::vector<Diagnostic> wrong_with(const PublicFile& file) const {
    try {
      check_inputs(check_pipeline(file.source, node_declarations(), plugins_), registry_);
    } catch (const Error& error) {
      return error.diagnostics();
    }
    return {};
  }

  static std::vector<PublicFile> files_;
  const Registry registry_{{fs::path(BINARY_DIR) / "plugins"}};
  const PluginInputs plugins_ = plugin_inputs(registry_);
};
std::vector<PublicFile> PublicWorkflows::files_;

const char* reason(Diagnostic::Kind kind) {
  using Kind = Diagnostic::Kind;
  switch (kind) {
    case Kind::other:
      return "other";
    case Kind::syntax:
      return "no workflow";
    case Kind::unknown_type:
      return "node types that are not here";
    case Kind::unknown_input:
      return "unknown input";
    case Kind::missing_input:
      return "missing input";
    case Kind::wrong_type:
      return "wrong type";
    case Kind::too_small:
      return "too small";
    case Kind::too_large:
      return "too large";
    case Kind::unknown_choice:
      return "unknown choice";
    case Kind::bad_link:
      return "bad link";
    case Kind::wrong_link:
      return "link of another type";
    case Kind::no_file:
      return "files that are not here";
    case Kind::bad_file:
    case Kind::not_written:
    case Kind::out_of_memory:
    case Kind::plugin:
    case Kind::unavailable:
    case Kind::not_allowed:
    case Kind::stopped:
    case Kind::bad_argument:
      return "of a run";
    case Kind::no_output:
      return "nothing is written";
  }
  return "?";
}

bool has(const std::vector<Diagnostic>& diagnostics, Diagnostic::Kind kind) {
  return std::ranges::any_of(diagnostics, [&](const auto& each) { return each.kind == kind; });
}

TEST_F(PublicWorkflows, AreReadAndWhatIsWrongWithThemIsSaid) {
  std::map<std::string, int> files_by_reason;
  for (const PublicFile& file : files_) {
    SCOPED_TRACE(file.path.filename());
    std::vector<Diagnostic> wrong;
    ASSERT_NO_THROW(wrong = wrong_with(file));
    std::set<std::string> reasons;
    for (const Diagnostic& each : wrong) reasons.insert(reason(each.kind));
    for (const std::string& each : reasons) ++files_by_reason[each];
    if (wrong.empty()) ++files_by_reason["fine"];
    EXPECT_FALSE(has(wrong, Diagnostic::Kind::syntax)) << wrong.front().text();
  }
  std::cout << files_.size() << " workflows\n";
  for (const auto& [each, count] : files_by_reason) std::cout << "  " << count << "  " << each << "\n";
}

bool is_part(const PublicFile& file) {
  return file.path.string().find("comfyui_subgraph_blueprints") != std::string::npos;
}

TEST_F(PublicWorkflows, PassButForFilesWhereTheirNodeTypesAreAllHere) {
  int all_here = 0;
  for (const PublicFile& file : files_) {
    SCOPED_TRACE(file.path.filename());
    const std::vector<Diagnostic> wrong = wrong_with(file);
    if (has(wrong, Diagnostic::Kind::unknown_type)) continue;
    ++all_here;
    for (const Diagnostic& each : wrong) {
      // Blueprints are parts: what they make goes to nodes that are not in them, and what they work on
      // comes from such.
      const bool of_parts = each.kind == Diagnostic::Kind::no_output ||
                            (each.kind == Diagnostic::Kind::missing_input &&
                             (each.text().find("a link of type") != std::string::npos ||
                              each.text().find("a link of any type") != std::string::npos));
      if (is_part(file) && of_parts) continue;
      // A loader is here, and what one of its choices loads is not.
      if (each.text().find("models of that family are not known") != std::string::npos) continue;
      EXPECT_EQ(each.kind, Diagnostic::Kind::no_file) << reason(each.kind) << ": " << each.text();
    }
  }
  EXPECT_GT(all_here, 0);
  std::cout << all_here << " of " << files_.size() << " have node types that are all here\n";
}

// The texts among a node's values that are long enough to be found in a message by no accident.
void add_texts(const Json& value, std::set<std::string>& texts) {
  constexpr std::size_t kTelling = 12;
  if (value.is_string() && value.get_ref<const std::string&>().size() >= kTelling) {
    texts.insert(value.get<std::string>());
  }
  if (value.is_structured()) {
    for (const Json& each : value) add_texts(each, texts);
  }
}

// The texts of nodes of types that are known, or not.
void add_texts_of(const Json& nodes, bool of_known, const std::set<std::string>& known,
                  std::set<std::string>& texts) {
  for (const Json& node : nodes) {
    if (!node.is_object() || !node.contains("widgets_values")) continue;
    if (known.contains(node.value("type", "")) == of_known) add_texts(node["widgets_values"], texts);
  }
}

TEST_F(PublicWorkflows, ShowNoValueOfANodeThatIsNotKnown) {
  std::size_t values = 0;
  for (const PublicFile& file : files_) {
    SCOPED_TRACE(file.path.filename());
    std::set<std::string> known;
    for (const NodeDecl& each : node_declarations()) known.insert(each.type);
    const Json subgraphs =
        file.json.value("definitions", Json::object()).value("subgraphs", Json::array());
    // Instances of subgraphs hold values of the nodes in them.
    for (const Json& each : subgraphs) known.insert(each.value("id", ""));
    std::set<std::string> secret;
    std::set<std::string> shown;
    const auto add = [&](const Json& nodes) {
      add_texts_of(nodes, false, known, secret);
      add_texts_of(nodes, true, known, shown);
    };
    add(file.json["nodes"]);
    for (const Json& each : subgraphs) add(each.value("nodes", Json::array()));
    std::erase_if(secret, [&](const std::string& text) {
      return std::ranges::any_of(shown, [&](const auto& each) { return each.find(text) != each.npos; });
    });
    values += secret.size();
    std::string said;
    for (const Diagnostic& each : wrong_with(file)) said += each.message + "\n";
    for (const std::string& text : secret) EXPECT_EQ(said.find(text), std::string::npos) << text;
  }
  EXPECT_GT(values, files_.size());  // there was something to be silent of
}

}  // namespace
}  // namespace ksampler::test
