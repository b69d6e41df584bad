// Networks that were loaded, kept between the runs of a process while their file stays as it was.
// Thread rule: one thread.
#ifndef KSAMPLER_MODEL_LOAD_MODEL_CACHE_HPP
#define KSAMPLER_MODEL_LOAD_MODEL_CACHE_HPP

#include <any>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace ksampler {

class ModelCache {
 public:
  // Keeps the `capacity` that were used last: a checkpoint is three, a LoRA on it two.
  explicit ModelCache(std::size_t capacity = 10) : capacity_(capacity) {}

  // What `load` made of this file, or makes now. `kind` says what it is ("unet float16 cuda"), and is
  // always asked for as the same T. Of one file and kind, one `variant` is kept.
  template <typename T>
  T get(const std::filesystem::path& file, const std::string& kind, const std::function<T()>& load,
        const std::string& variant = {}) {
    return std::any_cast<T>(find(file, kind, variant, [&] { return std::any(load()); }));
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Key {
    std::filesystem::path file;
    std::string kind;
    std::string variant;
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const Key&) const = default;
  };
  struct Entry {
    Key key;
    std::any value;
  };

  const std::any& find(const std::filesystem::path& file, const std::string& kind,
                       const std::string& variant, const std::function<std::any()>& load);

  std::size_t capacity_;
  std::list<Entry> entries_;  // the latest first
};

}  // namespace ksampler

#endif
