#include "host/serve/comfy/jobs.hpp"

#include <algorithm>
#include <chrono>
#include <random>

namespace ksampler::comfy {
namespace {

constexpr std::size_t kIdLength = 36;

bool is_dash(std::size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

}  // namespace

const char* state_name(JobState state) {
  constexpr const char* names[] = {"pending", "in_progress", "completed", "failed", "cancelled"};
  return names[static_cast<std::size_t>(state)];
}

void Jobs::add(const Job& job) {
  const std::lock_guard lock(mutex_);
  open_[job.id] = job;
}

void Jobs::change(const std::string& id, const std::function<void(Job&)>& edit) {
  const std::lock_guard lock(mutex_);
  if (const auto at = open_.find(id); at != open_.end()) edit(at->second);
}

void Jobs::end(const std::string& id, const std::function<void(Job&)>& edit) {
  const std::lock_guard lock(mutex_);
  auto node = open_.extract(id);
  if (node.empty()) return;
  edit(node.mapped());
  ended_.push_back(std::move(node.mapped()));
  forget_oldest();
}

void Jobs::forget_oldest() {
  std::size_t bytes = 0;
  for (const Job& job : ended_) bytes += job.sent->bytes;
  while (ended_.size() > 1 && (ended_.size() > limits_.ended || bytes > limits_.bytes)) {
    bytes -= ended_.front().sent->bytes;
    ended_.pop_front();
  }
}

void Jobs::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(ended_, [&](const Job& job) { return job.id == id; });
  const auto at = open_.find(id);
  if (at != open_.end() && at->second.state == JobState::pending) open_.erase(at);
}

void Jobs::forget_ended() {
  const std::lock_guard lock(mutex_);
  ended_.clear();
}

std::optional<Job> Jobs::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (const auto at = open_.find(id); at != open_.end()) return at->second;
  const auto at = std::ranges::find(ended_, id, &Job::id);
  if (at == ended_.end()) return std::nullopt;
  return *at;
}

bool Jobs::contains(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return open_.contains(id) || std::ranges::find(ended_, id, &Job::id) != ended_.end();
}

std::size_t Jobs::open() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

std::vector<Job> Jobs::of_state(JobState state) const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> jobs;
  for (const auto& [id, job] : open_) {
    if (job.state == state) jobs.push_back(job);
  }
  std::ranges::sort(jobs, [](const Job& a, const Job& b) {
    return a.number != b.number ? a.number < b.number : a.run < b.run;
  });
  return jobs;
}

std::vector<Job> Jobs::pending() const { return of_state(JobState::pending); }
std::vector<Job> Jobs::running() const { return of_state(JobState::in_progress); }

std::vector<Job> Jobs::ended() const {
  const std::lock_guard lock(mutex_);
  return {ended_.begin(), ended_.end()};
}

std::int64_t now_in_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string new_job_id() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string id;
  while (id.size() < kIdLength) {
    if (is_dash(id.size())) {
      id += '-';
    } else if (id.size() == 14) {
      id += '4';  // version 4: random
    } else if (id.size() == 19) {
      id += digits[8 + random() % 4];
    } else {
      id += digits[random() % 16];
    }
  }
  return id;
}

bool is_job_id(const std::string& text) {
  if (text.size() != kIdLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (is_dash(i) ? c != '-' : !digit) return false;
  }
  return true;
}

}  // namespace ksampler::comfy
