#include "host/plugin/generations.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ksampler {

std::uint64_t Generations::next(const std::string& plugin) const {
  const std::lock_guard lock(mutex_);
  const auto at = numbers_.find(plugin);
  return at == numbers_.end() ? 1 : at->second + 1;
}

void Generations::publish(Generation generation, const std::shared_ptr<const Library>& library,
                          const std::string& why_mapped) {
  remove(generation.plugin);
  const std::lock_guard lock(mutex_);
  numbers_[generation.plugin] = generation.number;
  generation.current = true;
  records_.push_back({std::move(generation), why_mapped, library});
  retire_closed();
}

void Generations::remove(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  for (Record& record : records_) {
    if (record.generation.plugin == plugin) record.generation.current = false;
  }
}

std::uint64_t Generations::current(const std::string& plugin) const {
  const std::lock_guard lock(mutex_);
  for (const Record& record : records_) {
    if (record.generation.current && record.generation.plugin == plugin)
      return record.generation.number;
  }
  return 0;
}

std::vector<Generation> Generations::held(long owners) {
  const std::lock_guard lock(mutex_);
  retire_closed();
  std::vector<Generation> all;
  for (const Record& record : records_) {
    all.push_back(record.generation);
    all.back().leases =
        std::max(0L, record.library.use_count() - (record.generation.current ? owners : 0));
  }
  std::sort(all.begin(), all.end(), [](const Generation& a, const Generation& b) {
    return std::tie(a.plugin, a.number) < std::tie(b.plugin, b.number);
  });
  return all;
}

std::vector<RetiredGenerations> Generations::retired() {
  const std::lock_guard lock(mutex_);
  retire_closed();
  std::vector<RetiredGenerations> all;
  for (const auto& [plugin, retired] : retired_) all.push_back(retired);
  return all;
}

void Generations::retire_closed() {
  std::erase_if(records_, [this](const Record& record) {
    if (!record.library.expired()) return false;
    RetiredGenerations& retired = retired_[record.generation.plugin];
    retired.plugin = record.generation.plugin;
    ++(record.why_mapped.empty() ? retired.unmapped : retired.mapped);
    if (!record.why_mapped.empty()) retired.why_mapped = record.why_mapped;
    return true;
  });
}

}  // namespace ksampler
