#include "host/model/load/model_cache.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace ksampler {

const std::any& ModelCache::find(const std::filesystem::path& file, const std::string& kind,
                                 const std::string& variant, const std::function<std::any()>& load) {
  Key key{file, kind, variant, {}, 0};
  // A file that cannot be asked is for `load` to complain about.
  std::error_code ignored;
  key.changed = std::filesystem::last_write_time(file, ignored);
  key.size = std::filesystem::file_size(file, ignored);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().value;
  }
  // What was made of the file before it changed is let go first: it may be large.
  entries_.remove_if(
      [&](const Entry& entry) { return entry.key.file == file && entry.key.kind == kind; });
  while (entries_.size() >= capacity_) entries_.pop_back();
  entries_.push_front({std::move(key), load()});
  return entries_.front().value;
}

}  // namespace ksampler
