#include "host/model/network/weight_stream.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {

std::size_t WeightStream::add(const at::Tensor& in_file) {
  const std::lock_guard lock(mutex_);
  if (!weights_.empty()) weights_.back().next = weights_.size();
  weights_.push_back({.in_file = in_file, .next = 0});  // as far as it is known
  sizes_.push_back(in_file.nbytes());
  planned_ = false;
  return weights_.size() - 1;
}

at::Tensor WeightStream::use(std::size_t index) {
  const std::lock_guard lock(mutex_);
  if (first_ == kNone) first_ = index;
  if (index == first_) {
    place_->pass_begins(passes_ == 0);
    if (++passes_ <= 2) planned_ = false;  // the first pass shows how much room there is
  }
  if (last_ != kNone) weights_[last_].next = index;
  last_ = index;
  std::uint64_t here = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) here += weights_[i].used ? sizes_[i] : 0;
  plan_for(place_->room(here, *std::ranges::max_element(sizes_)));

  const std::size_t ahead = ahead_of(index);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (weights_[i].here && !plan_.stays[i] && i != index && i != ahead) let_go(i);
  }
  if (!weights_[index].here) fetch(index);
  weights_[index].used = true;
  const at::Tensor weight = place_->get(index);
  if (ahead != kNone && !weights_[ahead].here) fetch(ahead);
  return weight;
}

void WeightStream::start_over() {
  const std::lock_guard lock(mutex_);
  passes_ = 0;
  first_ = last_ = kNone;
}

std::size_t WeightStream::staying() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count(plan_.stays, true));
}

std::size_t WeightStream::size() const {
  const std::lock_guard lock(mutex_);
  return weights_.size();
}

// A plan is kept while it fits: another one would have others stay, which are to be read first.
void WeightStream::plan_for(std::uint64_t room) {
  const std::uint64_t needed = plan_.resident + place_->buffers() * plan_.buffer;
  if (planned_ && needed <= room) return;
  const std::vector<bool> before =
      std::exchange(plan_, plan_stream(sizes_, room, place_->buffers())).stays;
  planned_ = true;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (weights_[i].here && before[i] != plan_.stays[i]) let_go(i);  // it is in the wrong place
  }
}

// The next weight in the order of use that does not stay.
std::size_t WeightStream::ahead_of(std::size_t index) const {
  std::size_t next = index;
  for (std::size_t hops = 0; hops < weights_.size(); ++hops) {
    next = weights_[next].next;
    if (next == index) return kNone;
    if (!plan_.stays[next]) return next;
  }
  return kNone;
}

void WeightStream::fetch(std::size_t index) {
  place_->fetch(index, weights_[index].in_file, plan_.stays[index]);
  weights_[index].here = true;
}

void WeightStream::let_go(std::size_t index) {
  place_->let_go(index);
  weights_[index].here = weights_[index].used = false;
}

}  // namespace ksampler
