#include "host/serve/run_workers.hpp"

#include "host/base/sentence.hpp"
#include "host/graph/cut_text.hpp"
#include "host/graph/node_title.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/input_checks.hpp"

#include <charconv>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "run-";

// Notes in the book what a run says of itself, and passes it on.
class BookReporter : public Reporter {
 public:
  BookReporter(RunBook& book, RunId id, const fs::path& folder, RunListener& listener)
      : book_(book), id_(id), folder_(folder), listener_(listener) {}

  void node_known(const Node& node, const std::vector<fs::path>& files) override {
    for (const fs::path& file : files) {
      book_.file_written(id_, file.lexically_relative(folder_).generic_string());
    }
    listener_.node_known(node, files);
  }
  void node_begins(const Node& node) override {
    book_.node_begins(id_, node.name);
    listener_.node_begins(node);
  }
  void step_done(const Node& node, std::uint32_t step, std::uint32_t steps) override {
    book_.step_done(id_, step, steps);
    listener_.step_done(node, step, steps);
  }
  void preview(const Node& node, std::uint32_t step, std::uint32_t steps,
               const PreviewPicture& picture) override {
    book_.picture(id_, picture);
    listener_.preview(node, step, steps, picture);
  }
  void file_written(const Node& node, const fs::path& file) override {
    book_.file_written(id_, file.lexically_relative(folder_).generic_string());
    listener_.file_written(node, file);
  }
  void warning(const Node& node, const std::string& message) override {
    book_.warn(id_, sentence("{}: {}", title(node), message));
    listener_.warning(node, message);
  }

 private:
  RunBook& book_;
  RunId id_;
  fs::path folder_;
  RunListener& listener_;
};

std::vector<Diagnostic> diagnostic(std::string message) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  return {std::move(diagnostic)};
}

}  // namespace

fs::path run_folder(const fs::path& out, RunId id) { return out / (kFolder + std::to_string(id)); }

RunId first_free_run(const fs::path& out) {
  RunId highest = 0;
  std::error_code error;
  for (fs::directory_iterator at(out, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(kFolder)) continue;
    RunId id = 0;
    const char* digits = name.data() + std::char_traits<char>::length(kFolder);
    const auto read = std::from_chars(digits, name.data() + name.size(), id);
    // Beyond this, no further number would fit a JavaScript number.
    if (read.ec == std::errc() && id < (RunId{1} << 52)) highest = std::max(highest, id);
  }
  return highest + 1;
}

RunWorkers::RunWorkers(RunBook& book, ServedPlugins& plugins, std::shared_ptr<Runtime> runtime,
                       int jobs, WorkerOptions options)
    : book_(book), plugins_(plugins), options_(std::move(options)), runtime_(std::move(runtime)) {
  for (int i = 0; i < jobs; ++i) threads_.emplace_back([this] { work(); });
}

RunWorkers::~RunWorkers() {
  book_.close();
  for (std::thread& thread : threads_) thread.join();
}

void RunWorkers::work() {
  while (auto task = book_.take()) {
    if (task->submission.listener == nullptr)
      task->submission.listener = std::make_shared<RunListener>();
    try {
      task->submission.listener->begins();
      run(*task);
      book_.end(task->id, RunState::done);
    } catch (const Stopped&) {
      book_.end(task->id, RunState::cancelled);
    } catch (const Error& error) {
      book_.end(task->id, RunState::failed, error.diagnostics());
    } catch (const std::exception& error) {
      book_.end(task->id, RunState::failed, diagnostic(std::string("internal error: ") + error.what()));
    }
  }
}

// Plugins and files may be others than when the pipeline was sent: it is checked again, against those
// that it is run with.
void RunWorkers::run(RunBook::Task& task) {
  const ParsedPipeline& parsed = task.submission.pipeline;
  const std::shared_ptr<const Registry> registry = plugins_.current(parsed.isolation());
  const Pipeline pipeline = check_whole_pipeline(parsed, *registry, task.submission.settings);
  const RunPlace& place = task.submission.place;
  const bool own = place.folder.empty();
  const fs::path folder = own ? run_folder(options_.out, task.id) : place.folder;
  BookReporter reporter(book_, task.id, folder, *task.submission.listener);
  for (const Diagnostic& note : pipeline.notes) {
    book_.warn(task.id, Error(note.place, note.message).what());
  }
  for (const Diagnostic& cut : cut_texts(parsed, node_declarations())) {
    book_.warn(task.id, Error(cut.place, cut.message).what());
  }
  RunOptions options;
  options.device = options_.device;
  options.out = own ? folder : place.out;
  options.previews = place.previews;
  options.record = place.record;
  if (task.submission.reuse) options.reuse = registry;
  options.stop = task.stop;
  options.preview_every = options_.preview_every;
  options.decoded_previews = task.submission.decoded_previews.value_or(options_.decoded_previews);
  options.types = options_.types;
  options.memory = options_.memory;
  runtime_->run(pipeline, *registry, options, reporter);
}

}  // namespace ksampler
