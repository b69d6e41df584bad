// A pipeline of a text, checked and run.
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/embed/arguments.hpp"
#include "host/graph/pipeline.hpp"
#include "host/nodes/input_checks.hpp"
#include "host/pipelines/pipelines.hpp"
#include "host/pipelines/told.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <vector>

using namespace ksampler;
using embed::answered;
using embed::BadArgument;
using pipelines::Told;

namespace {

// What hands out its pictures, and writes nothing else.
constexpr std::array kPictureNodes = {"ImageCompare", "PreviewImage", "SaveImage", "SaveImageAdvanced"};

ParsedPipeline parsed(ks_pipelines& host, const char* text, const ks_pipeline_settings& settings) {
  if (text == nullptr) throw BadArgument("the text is null");
  return ParsedPipeline({.file = settings.name == nullptr ? "pipeline" : settings.name,
                         .folder = settings.folder == nullptr ? "." : settings.folder,
                         .text = text,
                         .files = host.files()});
}

std::vector<Setting> inputs_of(const ks_pipeline_settings& settings) {
  std::vector<Setting> inputs;
  for (std::uint32_t i = 0; i < settings.input_count; ++i) {
    if (settings.inputs == nullptr || settings.inputs[i] == nullptr) {
      throw BadArgument("an input is null; expected \"node.input=value\"");
    }
    inputs.push_back(parse_setting(settings.inputs[i]));
  }
  return inputs;
}

void refuse_files(const Pipeline& pipeline) {
  std::vector<Diagnostic> writing;
  for (const Node& node : pipeline.nodes) {
    if (!node.decl->is_output ||
        std::ranges::find(kPictureNodes, node.decl->type) != kPictureNodes.end())
      continue;
    writing.push_back({.place = node.place,
                       .message = sentence("node {} ({}) writes a file, and this run has no folder for "
                                           "it: expected ks_pipeline_settings.out",
                                           quote(node.name), node.decl->type),
                       .kind = Diagnostic::Kind::not_allowed,
                       .node = node.name});
  }
  if (!writing.empty()) throw Error(std::move(writing));
}

Pipeline checked_pipeline(ks_pipelines& host, const Registry& registry, const char* text,
                          const ks_pipeline_settings& settings) {
  const ParsedPipeline source = parsed(host, text, settings);
  std::vector<Diagnostic> wrong = foreign_plugin_folders(
      source, registry.folders(),
      "of which this host does not know: expected one of ks_pipelines_settings.plugin_folders");
  for (const std::string& plugin : source.isolation()) {
    if (host.isolates(plugin)) continue;
    Diagnostic trusted;
    trusted.kind = Diagnostic::Kind::not_allowed;
    trusted.place.file = source.source().file.string();
    trusted.message = sentence(
        "'isolation' names {}, which this host runs in its own process: expected it in "
        "ks_pipelines_settings.isolate",
        quote(plugin));
    wrong.push_back(std::move(trusted));
  }
  try {
    Pipeline pipeline = check_whole_pipeline(source, registry, inputs_of(settings));
    if (settings.out == nullptr) refuse_files(pipeline);
    if (wrong.empty()) return pipeline;
  } catch (const BadArgument&) {
    throw;
  } catch (const Error& error) {
    wrong.insert(wrong.end(), error.diagnostics().begin(), error.diagnostics().end());
  }
  throw Error(std::move(wrong));
}

template <typename Struct>
Struct or_defaults(const Struct* given, const char* what) {
  return given == nullptr ? Struct{} : embed::copied(given, what);
}

void run(ks_pipelines& host, const char* text, const ks_pipeline_settings& settings,
         const ks_pipeline_callbacks& callbacks) {
  const std::shared_ptr<const Registry> registry = host.plugins().current();
  const Pipeline pipeline = checked_pipeline(host, *registry, text, settings);
  for (const Diagnostic& note : pipeline.notes) host.say(KS_LOG_WARNING, "", note.text());
  Told told(host, callbacks);
  RunOptions options;
  options.device = host.device();
  options.memory = host.memory();
  options.out = settings.out == nullptr ? "." : settings.out;
  options.stop = &told.stop();
  options.preview_every = callbacks.picture == nullptr ? 0 : callbacks.preview_every;
  options.hands_out_pictures = callbacks.picture != nullptr;
  options.writes_pictures = settings.out != nullptr;
  options.rescue = settings.out != nullptr;
  try {
    host.runtime().run(pipeline, *registry, options, told);
    if (told.status() != KS_OK) throw Stopped();  // said too late for a step to come
  } catch (const Stopped&) {
    if (told.status() == KS_STOPPED) throw;
    throw Error(Diagnostic::Kind::stopped,
                sentence("the program's callback failed (status {})", told.status()));
  }
}

}  // namespace

ks_status ks_pipeline_check(ks_pipelines* host, const char* text,
                            const ks_pipeline_settings* settings) {
  return answered([&] {
    ks_pipelines& checked = pipelines::checked(host);
    checked_pipeline(checked, *checked.plugins().current(), text,
                     or_defaults(settings, "ks_pipeline_settings"));
  });
}

ks_status ks_pipeline_run(ks_pipelines* host, const char* text, const ks_pipeline_settings* settings,
                          const ks_pipeline_callbacks* callbacks) {
  return answered([&] {
    run(pipelines::checked(host), text, or_defaults(settings, "ks_pipeline_settings"),
        or_defaults(callbacks, "ks_pipeline_callbacks"));
  });
}
