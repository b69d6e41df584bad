#include "host/serve/run_book.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kMostWarnings = 100;  // a node may warn at each step

}  // namespace

const char* state_name(RunState state) {
  constexpr const char* names[] = {"queued", "running", "done", "failed", "cancelled"};
  return names[static_cast<std::size_t>(state)];
}

std::optional<RunView> RunBook::add(Submission submission) {
  const std::lock_guard lock(mutex_);
  if (closed_ || queue_.size() >= limits_.queued) return std::nullopt;
  const RunId id = next_++;
  Entry& entry = runs_[id];
  entry.view.id = id;
  entry.view.name = submission.name;
  entry.view.folder = submission.place.folder;
  const auto count = static_cast<double>(id);
  entry.view.number = submission.number.value_or(submission.front ? -count : count);
  entry.listener = submission.listener;
  entry.submission = std::move(submission);
  enqueue(entry);
  note(entry);
  if (entry.listener != nullptr) entry.listener->queued(entry.view);
  queued_or_closed_.notify_one();
  return view_of(entry);
}

// Behind those of the same number.
void RunBook::enqueue(Entry& entry) {
  const auto before = [&](double number, RunId other) { return number < runs_.at(other).view.number; };
  const auto at = std::upper_bound(queue_.begin(), queue_.end(), entry.view.number, before);
  queue_.insert(at, entry.view.id);
}

RunView RunBook::view_of(const Entry& entry) const {
  RunView view = entry.view;
  if (view.state == RunState::running) {
    view.seconds = std::chrono::duration<double>(Clock::now() - entry.began).count();
  }
  return view;
}

std::vector<RunView> RunBook::changed_since(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  std::vector<RunView> views;
  for (const auto& [id, entry] : runs_) {
    if (entry.view.changed > number) views.push_back(view_of(entry));
  }
  return views;
}

std::optional<RunView> RunBook::find(RunId id) const {
  const std::lock_guard lock(mutex_);
  const auto at = runs_.find(id);
  if (at == runs_.end()) return std::nullopt;
  return view_of(at->second);
}

std::optional<PreviewPicture> RunBook::preview(RunId id) const {
  const std::lock_guard lock(mutex_);
  const auto at = runs_.find(id);
  if (at == runs_.end()) return std::nullopt;
  return at->second.picture;
}

RunBook::Cancelled RunBook::cancel(RunId id) {
  std::unique_lock lock(mutex_);
  const auto at = runs_.find(id);
  if (at == runs_.end()) return Cancelled::unknown;
  Entry& entry = at->second;
  if (entry.view.state != RunState::queued && entry.view.state != RunState::running) {
    return Cancelled::ended_before;
  }
  const std::shared_ptr<RunListener> ended = stop(entry);
  lock.unlock();
  if (ended != nullptr) ended->ends(RunState::cancelled, {});
  return Cancelled::fine;
}

std::shared_ptr<RunListener> RunBook::stop(Entry& entry) {
  note(entry);
  if (entry.view.state == RunState::running) {
    entry.stop = true;
    entry.view.stopping = true;
    return nullptr;
  }
  std::erase(queue_, entry.view.id);
  return finish(entry, RunState::cancelled);
}

std::shared_ptr<RunListener> RunBook::finish(Entry& entry, RunState state) {
  if (entry.view.state == RunState::running) entry.view = view_of(entry);  // the time that it took
  entry.view.state = state;
  entry.view.stopping = false;
  entry.submission.reset();       // up to a megabyte of text
  if (state == RunState::done) {  // there are files to look at
    entry.picture.reset();
    entry.view.previews = 0;
  }
  finished_.push_back(entry.view.id);
  while (finished_.size() > limits_.finished) {
    if (finished_.front() == entry.view.id) break;  // the caller is not done with it
    runs_.erase(finished_.front());
    finished_.pop_front();
  }
  return std::exchange(entry.listener, nullptr);
}

std::optional<RunBook::Task> RunBook::take() {
  std::unique_lock lock(mutex_);
  queued_or_closed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
  if (closed_) return std::nullopt;
  const RunId id = queue_.front();
  queue_.pop_front();
  Entry& entry = runs_.at(id);
  entry.view.state = RunState::running;
  entry.began = Clock::now();
  note(entry);
  return Task{id, std::move(entry.submission).value(), &entry.stop};
}

void RunBook::change(RunId id, const std::function<void(Entry&)>& edit) {
  const std::lock_guard lock(mutex_);
  Entry& entry = runs_.at(id);
  edit(entry);
  note(entry);
}

void RunBook::node_begins(RunId id, const std::string& node) {
  change(id, [&](Entry& entry) {
    entry.view.node = node;
    entry.view.step = entry.view.steps = 0;
  });
}

void RunBook::step_done(RunId id, std::uint32_t step, std::uint32_t steps) {
  change(id, [&](Entry& entry) {
    entry.view.step = step;
    entry.view.steps = steps;
  });
}

void RunBook::file_written(RunId id, const std::string& file) {
  change(id, [&](Entry& entry) { entry.view.files.push_back(file); });
}

void RunBook::warn(RunId id, const std::string& message) {
  change(id, [&](Entry& entry) {
    if (entry.view.warnings.size() < kMostWarnings) entry.view.warnings.push_back(message);
  });
}

void RunBook::picture(RunId id, const PreviewPicture& picture) {
  change(id, [&](Entry& entry) {
    entry.picture = picture;
    ++entry.view.previews;
  });
}

void RunBook::end(RunId id, RunState state, const std::vector<Diagnostic>& errors) {
  std::shared_ptr<RunListener> listener;
  change(id, [&](Entry& entry) {
    entry.view.errors = errors;
    listener = finish(entry, state);
  });
  if (listener != nullptr) listener->ends(state, errors);
}

void RunBook::close() {
  std::vector<std::shared_ptr<RunListener>> ended;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& [id, entry] : runs_) {
      const RunState state = entry.view.state;
      if (state == RunState::queued || state == RunState::running) ended.push_back(stop(entry));
    }
    queued_or_closed_.notify_all();
  }
  for (const auto& listener : ended) {
    if (listener != nullptr) listener->ends(RunState::cancelled, {});
  }
}

}  // namespace ksampler
