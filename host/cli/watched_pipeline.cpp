#include "host/cli/watched_pipeline.hpp"

#include "host/base/sentence.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/program_runtime.hpp"
#include "host/cli/search.hpp"
#include "host/graph/cut_text.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/input_checks.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <chrono>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

}  // namespace

WatchedPipeline::WatchedPipeline(RunRequest request, fs::path file, fs::path folder, Report& report,
                                 Progress& progress)
    : request_(std::move(request)),
      file_(std::move(file)),
      folder_(std::move(folder)),
      report_(report),
      progress_(progress) {
  files_[file_] = stamp_of(file_);
}

std::optional<RunResult> WatchedPipeline::run() {
  is_checked_ = false;
  files_[file_] = stamp_of(file_);  // before it is read: what is written later is a change
  PipelineSource source = read_pipeline(file_);
  if (!folder_.empty()) source.folder = folder_;
  source.files = request_.source.files;
  const ParsedPipeline parsed(std::move(source));
  find_plugins_of(parsed);
  const std::shared_ptr<const Registry> registry = plugins_->current();
  const Pipeline pipeline =
      check_pipeline(parsed, node_declarations(), plugin_inputs(*registry), request_.settings);
  note_dependencies(pipeline, *registry);
  check_inputs(pipeline, *registry);
  for (const Diagnostic& note : pipeline.notes) report_.print(note, Severity::warning);
  for (const Diagnostic& cut : cut_texts(parsed, node_declarations())) {
    report_.print(cut, Severity::warning);
  }
  check_output_folder(request_.out);

  const auto began = std::chrono::steady_clock::now();
  const std::size_t files_before = progress_.files().size();
  FileStamps files = files_;
  const FileStamps plugins = plugin_files(*registry);
  files.insert(plugins.begin(), plugins.end());
  const StopOnChange change(std::move(files), interrupted());
  if (runtime_ == nullptr) runtime_ = open_program_runtime();
  try {
    runtime_->run(pipeline, *registry,
                  {request_.device, request_.out, &change.stop(), request_.preview_every,
                   request_.types, request_.memory},
                  progress_);
  } catch (const Stopped&) {
    progress_.end_line();
    if (change.changed() && !interrupted()) return std::nullopt;
    throw;
  } catch (...) {
    progress_.end_line();
    throw;
  }
  progress_.end_line();
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
  const auto& written = progress_.files();
  return RunResult{{written.begin() + static_cast<std::ptrdiff_t>(files_before), written.end()},
                   time.count()};
}

// They are loaded once, and swapped from then on; anew only where the pipeline's own lists change.
void WatchedPipeline::find_plugins_of(const ParsedPipeline& parsed) {
  std::vector<fs::path> folders;
  for (const ParsedPipeline::Folder& folder : parsed.plugin_folders()) folders.push_back(folder.path);
  std::vector<std::string> isolated = parsed.isolation();
  if (plugins_ != nullptr && folders == plugin_folders_ && isolated == isolated_) return;
  PluginSearch search =
      plugin_search(request_.plugins, &parsed, report_, request_.isolated, request_.isolate_seconds);
  plugins_ = std::make_unique<LivePlugins>(
      std::move(search.folders),
      [this](auto level, auto plugin, auto line) { progress_.plugin_says(level, plugin, line); },
      std::move(search.isolation));
  plugin_folders_ = std::move(folders);
  isolated_ = std::move(isolated);
  report_search(*plugins_->current(), report_, request_.isolated);
}

void WatchedPipeline::note_dependencies(const Pipeline& pipeline, const Registry& registry) {
  FileStamps files = {{file_, files_[file_]}};
  used_.clear();
  for (const Node& node : pipeline.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const auto* literal = std::get_if<Literal>(&node.inputs[i]);
      if (literal == nullptr) continue;
      const InputKind kind = node.decl->inputs[i].kind;
      const auto* file = std::get_if<std::string>(literal);
      const auto* plugin = std::get_if<PluginChoice>(literal);
      if (kind == InputKind::file && file != nullptr && !file->empty()) files[*file] = stamp_of(*file);
      if (plugin == nullptr) continue;
      for (const Manifest* const used : plugins_of(registry, kind, plugin->name)) {
        used_.insert(used->plugin.name);
      }
    }
  }
  files_ = std::move(files);
  is_checked_ = true;
}

// Of those that the pipeline uses.
FileStamps WatchedPipeline::plugin_files(const Registry& registry) const {
  FileStamps files;
  for (const Manifest& manifest : registry.plugins()) {
    if (!used_.contains(manifest.plugin.name)) continue;
    files[manifest.file] = stamp_of(manifest.file);
    files[manifest.library] = stamp_of(manifest.library);
  }
  return files;
}

std::vector<std::string> WatchedPipeline::changes() {
  std::vector<std::string> reasons;
  for (auto& [file, stamp] : files_) {
    auto now = stamp_of(file);
    // One that is away for a moment is being written.
    if (!now || now == stamp) continue;
    stamp = now;
    reasons.push_back(file.filename().string() + " changed");
  }
  if (plugins_ == nullptr) return reasons;
  for (const PluginChange& change : plugins_->refresh()) {
    const std::string sentence = sentence_of(change);
    if (sentence.empty()) continue;
    if (!is_checked_ || used_.contains(change.plugin)) {
      reasons.push_back(sentence);
    } else {
      progress_.say(sentence + "; the pipeline does not use it");
    }
  }
  return reasons;
}

// Empty where there is nothing new to run.
std::string WatchedPipeline::sentence_of(const PluginChange& change) {
  const std::string name = "plugin " + change.plugin;
  const std::string generation = sentence(" (generation {})", change.generation);
  switch (change.kind) {
    case PluginChange::Kind::swapped:
      return sentence("{} swapped{}", name, generation);
    case PluginChange::Kind::added:
      return sentence("{} is new{}", name, generation);
    case PluginChange::Kind::removed:
      return name + " is gone";
    case PluginChange::Kind::refused:
      progress_.end_line();
      report_.print(Error(change.problems));
      if (change.generation > 0) progress_.say(sentence("{} stays as it was{}", name, generation));
      return {};
    case PluginChange::Kind::unchanged:
      return {};
  }
  return {};
}

std::set<fs::path> WatchedPipeline::folders() const {
  std::set<fs::path> folders;
  for (const auto& [file, stamp] : files_) folders.insert(fs::absolute(file).parent_path());
  if (plugins_ == nullptr) return folders;
  const auto registry = plugins_->current();
  for (const fs::path& folder : registry->folders()) {
    folders.insert(folder);
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      if (at->is_directory(ignored)) folders.insert(at->path());
    }
  }
  for (const Manifest& manifest : registry->plugins()) folders.insert(manifest.library.parent_path());
  return folders;
}

}  // namespace ksampler
