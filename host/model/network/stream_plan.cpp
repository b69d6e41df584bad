#include "host/model/network/stream_plan.hpp"

#include <algorithm>
#include <numeric>

namespace ksampler {
namespace {

constexpr std::uint64_t kSmall = 8;  // of the largest, an eighth

class Planner {
 public:
  Planner(std::span<const std::uint64_t> sizes, std::uint64_t room) : sizes_(sizes), room_(room) {
    plan_.stays.resize(sizes.size(), false);
  }

  // Where it fits.
  void keep(std::size_t i) {
    if (plan_.stays[i] || plan_.resident + sizes_[i] > room_) return;
    plan_.stays[i] = true;
    plan_.resident += sizes_[i];
  }

  // Of those that are left, `share` of the bytes, evenly.
  void keep_evenly(double share) {
    double owed = 0.0;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      if (plan_.stays[i]) continue;
      const auto size = static_cast<double>(sizes_[i]);
      owed += share * size;
      if (owed < size) continue;
      keep(i);
      if (plan_.stays[i]) owed -= size;
    }
  }

  StreamPlan plan() {
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      if (!plan_.stays[i]) plan_.buffer = std::max(plan_.buffer, sizes_[i]);
    }
    return std::move(plan_);
  }

  std::uint64_t left() const { return room_ - plan_.resident; }

 private:
  std::span<const std::uint64_t> sizes_;
  std::uint64_t room_;
  StreamPlan plan_;
};

}  // namespace

StreamPlan plan_stream(std::span<const std::uint64_t> sizes, std::uint64_t room,
                       std::uint64_t buffers) {
  const std::uint64_t all = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  const std::uint64_t largest = sizes.empty() ? 0 : *std::ranges::max_element(sizes);
  const std::uint64_t passing = buffers * largest;
  const bool fits = all <= room;
  Planner planner(sizes, fits ? room : room - std::min(room, passing));
  std::uint64_t large = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const bool is_small = sizes[i] <= largest / kSmall;
    if (fits || is_small) planner.keep(i);
    if (!is_small) large += sizes[i];
  }
  if (!fits && large > 0) {
    planner.keep_evenly(static_cast<double>(planner.left()) / static_cast<double>(large));
    for (std::size_t i = 0; i < sizes.size(); ++i) planner.keep(i);
  }
  return planner.plan();
}

}  // namespace ksampler
