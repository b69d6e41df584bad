#include "host/serve/pictures/picture_runs.hpp"

#include "host/serve/run_listener.hpp"
#include "host/serve/run_workers.hpp"
#include "host/serve/submission.hpp"

#include <fstream>
#include <iterator>
#include <utility>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLook{1000};  // at most, between two looks at whether all ends

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Notes the pictures that some nodes write.
class WrittenPictures final : public RunListener {
 public:
  explicit WrittenPictures(std::set<std::string> nodes) : nodes_(std::move(nodes)) {}

  void file_written(const Node& node, const fs::path& file) override {
    const std::lock_guard lock(mutex_);
    if (nodes_.contains(node.name) && file.extension() == ".png") files_.push_back(file);
  }
  std::vector<fs::path> files() const {
    const std::lock_guard lock(mutex_);
    return files_;
  }

 private:
  const std::set<std::string> nodes_;
  mutable std::mutex mutex_;
  std::vector<fs::path> files_;
};

bool has_ended(RunState state) { return state != RunState::queued && state != RunState::running; }

}  // namespace

MadePictures PictureRuns::make(Submission submission, const std::set<std::string>& nodes) {
  check_submission(submission, *plugins_.current());
  const auto written = std::make_shared<WrittenPictures>(nodes);
  submission.listener = written;
  std::uint64_t seen = changes_.wait_past(0, std::chrono::milliseconds(0));
  std::optional<RunView> run = book_.add(std::move(submission));
  if (!run) throw QueueIsFull();
  const RunId id = run->id;
  {
    const std::lock_guard lock(mutex_);
    waited_for_.insert(id);
  }
  while (!has_ended(run->state) && !changes_.closed()) {
    seen = changes_.wait_past(seen, kLook);
    run = book_.find(id);
    if (!run) break;  // ended, and forgotten already
  }
  {
    const std::lock_guard lock(mutex_);
    waited_for_.erase(id);
  }
  if (!run || run->state == RunState::cancelled || !has_ended(run->state)) throw Stopped();
  if (run->state == RunState::failed) throw RunFailed(run->errors);
  MadePictures made{id, {}};
  for (const fs::path& file : written->files()) {
    const fs::path name = file.lexically_relative(run_folder(out_, id));
    made.pictures.push_back({name.generic_string(), bytes_of(file)});
  }
  if (made.pictures.empty()) throw RunFailed("the pipeline wrote no picture");
  return made;
}

std::set<RunId> PictureRuns::waited_for() const {
  const std::lock_guard lock(mutex_);
  return waited_for_;
}

std::optional<RunView> PictureRuns::running() const {
  for (const RunId id : waited_for()) {
    std::optional<RunView> run = book_.find(id);
    if (run && run->state == RunState::running) return run;
  }
  return std::nullopt;
}

void PictureRuns::interrupt() {
  for (const RunId id : waited_for()) book_.cancel(id);
}

}  // namespace ksampler
