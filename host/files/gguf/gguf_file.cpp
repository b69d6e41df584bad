#include "host/files/gguf/gguf_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/gguf/block_formats.hpp"
#include "host/files/gguf/gguf_names.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint64_t kMostTensors = 100'000;
constexpr std::uint64_t kMostValues = 100'000;
constexpr std::uint64_t kLongestName = 4096;
constexpr std::uint64_t kLongestText = 65'536;  // that is kept
constexpr std::uint32_t kMostDimensions = 8;
constexpr std::uint64_t kUsualAlignment = 32;
constexpr std::string_view kShapeKey = "comfy.gguf.orig_shape.";

enum ValueType : std::uint32_t { kText = 8, kArray = 9, kInt32 = 5, kUint32 = 4 };

// Of a value type that has a size: ggml's numbers, in their order.
std::optional<std::uint64_t> size_of(std::uint32_t type) {
  constexpr std::array<std::uint64_t, 13> kSizes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  if (type >= kSizes.size() || kSizes.at(type) == 0) return std::nullopt;
  return kSizes.at(type);
}

struct PlainType {
  std::uint32_t id;
  DType type;
};
constexpr std::array<PlainType, 8> kPlainTypes = {{{0, DType::f32},
                                                   {1, DType::f16},
                                                   {24, DType::i8},
                                                   {25, DType::i16},
                                                   {26, DType::i32},
                                                   {27, DType::i64},
                                                   {28, DType::f64},
                                                   {30, DType::bf16}}};

class Cursor {
 public:
  explicit Cursor(const ByteSource& source) : source_(source) {}

  std::uint64_t at() const { return at_; }

  template <typename T>
  T number() {
    T value{};
    read(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }

  // Of a text that may be no longer; another one is passed over, and is empty.
  std::string text(std::uint64_t longest) {
    const auto size = number<std::uint64_t>();
    if (size > longest) {
      skip(size);
      return {};
    }
    std::string text(size, '\0');
    read(std::as_writable_bytes(std::span(text)));
    return text;
  }

  void skip(std::uint64_t bytes) {
    if (bytes > source_.size - at_) cut_short();
    at_ += bytes;
  }

  [[noreturn]] void cut_short() const {
    throw Error({source_.name}, "is cut short: it ends within its header");
  }

 private:
  void read(std::span<std::byte> to) {
    if (to.size() > source_.size - at_) cut_short();
    for (std::size_t done = 0; done < to.size();) {
      if (at_ < begin_ || at_ >= begin_ + buffer_.size()) fill();
      const std::size_t from = at_ - begin_;
      const std::size_t count = std::min(to.size() - done, buffer_.size() - from);
      std::memcpy(to.data() + done, buffer_.data() + from, count);
      done += count;
      at_ += count;
    }
  }

  void fill() {
    constexpr std::uint64_t kAtOnce = 65'536;
    begin_ = at_;
    buffer_.resize(std::min(kAtOnce, source_.size - at_));
    source_.read(begin_, buffer_);
  }

  const ByteSource& source_;
  std::uint64_t at_ = 0;
  std::uint64_t begin_ = 0;  // of the buffer
  std::vector<std::byte> buffer_;
};

class GgufReader {
 public:
  explicit GgufReader(const ByteSource& source) : source_(source), cursor_(source) {}

  TensorFileHeader read() {
    cursor_.skip(kMagic.size());
    const auto version = cursor_.number<std::uint32_t>();
    if (version != 2 && version != 3) {
      complain(sentence("is a GGUF file of version {}; expected 2 or 3, little-endian", version));
    }
    const std::uint64_t tensors = count("tensors", kMostTensors);
    const std::uint64_t values = count("values", kMostValues);
    for (std::uint64_t i = 0; i < values; ++i) read_value();
    for (std::uint64_t i = 0; i < tensors; ++i) read_tensor_place();
    place_tensors();
    check_overlaps();
    use_names_of_transformers(header_);
    return std::move(header_);
  }

 private:
  [[noreturn]] void complain(const std::string& what) const { throw Error({source_.name}, what); }

  std::uint64_t count(const char* what, std::uint64_t most) {
    const auto number = cursor_.number<std::uint64_t>();
    if (number > most)
      complain(sentence("says that it has {} {}; at most {} are accepted", number, what, most));
    return number;
  }

  void read_value() {
    const std::string key = cursor_.text(kLongestName);
    const auto type = cursor_.number<std::uint32_t>();
    if (type == kText) {
      header_.metadata[key] = cursor_.text(kLongestText);
    } else if (type == kArray) {
      read_array(key);
    } else if (type == kUint32 && key == "general.alignment") {
      alignment_ = cursor_.number<std::uint32_t>();
      if (alignment_ == 0 || alignment_ % 8 != 0) {
        complain(sentence("says that its alignment is {}; expected a multiple of 8", alignment_));
      }
    } else if (const auto size = size_of(type)) {
      cursor_.skip(*size);
    } else {
      complain(sentence("has a value {} of type {}, which is not known", quote(key), type));
    }
  }

  void read_array(const std::string& key) {
    const auto type = cursor_.number<std::uint32_t>();
    const auto length = cursor_.number<std::uint64_t>();
    if (type == kInt32 && length <= kMostDimensions && key.starts_with(kShapeKey)) {
      std::vector<std::int64_t>& shape = shapes_[key.substr(kShapeKey.size())];
      shape.clear();
      for (std::uint64_t i = 0; i < length; ++i) shape.push_back(cursor_.number<std::int32_t>());
    } else if (type == kText) {
      for (std::uint64_t i = 0; i < length; ++i) cursor_.text(0);
    } else if (const auto size = size_of(type)) {
      if (length > source_.size / *size) cursor_.cut_short();
      cursor_.skip(length * *size);
    } else {
      complain(sentence("has a list {} of type {}, which is not known", quote(key), type));
    }
  }

  // The last dimension comes first.
  void read_tensor_place() {
    const std::string name = cursor_.text(kLongestName);
    const auto dimensions = cursor_.number<std::uint32_t>();
    if (name.empty() || dimensions > kMostDimensions) {
      complain(sentence("has a tensor {} of {} dimensions; expected a name, and at most {}",
                        quote(name), dimensions, kMostDimensions));
    }
    TensorEntry entry;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      const auto size = cursor_.number<std::uint64_t>();
      if (size > source_.size * 8) complain(sentence("tensor {} is larger than the file", quote(name)));
      entry.shape.insert(entry.shape.begin(), static_cast<std::int64_t>(size));
    }
    const auto id = cursor_.number<std::uint32_t>();
    entry.begin = cursor_.number<std::uint64_t>();
    set_type(name, id, entry);
    if (!header_.tensors.emplace(name, std::move(entry)).second) {
      complain(sentence("has two tensors {}", quote(name)));
    }
  }

  void set_type(const std::string& name, std::uint32_t id, TensorEntry& entry) {
    std::uint64_t values = 1;
    for (const std::int64_t size : entry.shape) {
      if (size != 0 && values > source_.size * 8 / static_cast<std::uint64_t>(size)) {
        complain(sentence("tensor {} is larger than the file", quote(name)));
      }
      values *= static_cast<std::uint64_t>(size);
    }
    const auto* const plain = std::ranges::find(kPlainTypes, id, &PlainType::id);
    if (plain != kPlainTypes.end()) {
      entry.type = plain->type;
      entry.type_name = name_of(plain->type);
      entry.end = values * bytes_of(plain->type);
      return;
    }
    const auto formats = block_formats();
    const auto format = std::ranges::find(formats, id, &BlockFormat::id);
    if (format == formats.end()) {
      std::vector<std::string> known;
      for (const BlockFormat& each : formats) known.emplace_back(each.name);
      complain(
          sentence("tensor {} is of ggml's type {}, which is not known; known are {}, F32, F16 and "
                   "BF16",
                   quote(name), id, listed(known)));
    }
    const std::int64_t row = entry.shape.empty() ? 1 : entry.shape.back();
    if (row % format->values != 0) {
      complain(sentence("tensor {} has rows of {} values in blocks of {}", quote(name), row,
                        format->values));
    }
    entry.type = DType::blocks;
    entry.type_name = format->name;
    entry.end = values / static_cast<std::uint64_t>(format->values) * format->bytes;
  }

  // Tensors may leave holes, and share nothing.
  void check_overlaps() const {
    std::vector<std::pair<const TensorEntry*, const std::string*>> places;
    for (const auto& [name, entry] : header_.tensors) {
      if (entry.bytes() > 0) places.emplace_back(&entry, &name);
    }
    std::ranges::sort(places, {}, [](const auto& place) { return place.first->begin; });
    for (std::size_t i = 1; i < places.size(); ++i) {
      if (places[i - 1].first->end <= places[i].first->begin) continue;
      complain(sentence("tensors {} and {} lie one over the other", quote(*places[i - 1].second),
                        quote(*places[i].second)));
    }
  }

  // So far `begin` is from the start of the data, and `end` is a size.
  void place_tensors() {
    const std::uint64_t start = (cursor_.at() + alignment_ - 1) / alignment_ * alignment_;
    for (auto& [name, entry] : header_.tensors) {
      const std::uint64_t size = entry.end;
      const bool inside = start <= source_.size && entry.begin <= source_.size - start &&
                          size <= source_.size - start - entry.begin;
      if (!inside) {
        complain(
            sentence("tensor {} lies beyond the file's end: it is cut short, as a download that "
                     "was not finished",
                     quote(name)));
      }
      entry.begin += start;
      entry.end = entry.begin + size;
      restore_shape(name, entry);
    }
  }

  // Of tensors of more dimensions than ggml has, or of rows that are no whole blocks.
  void restore_shape(const std::string& name, TensorEntry& entry) const {
    const auto said = shapes_.find(name);
    if (said == shapes_.end()) return;
    const auto values = [](const std::vector<std::int64_t>& shape) {
      std::int64_t product = 1;
      for (const std::int64_t size : shape) {
        if (size < 1 || product > (std::int64_t{1} << 48) / size) return std::int64_t{-1};
        product *= size;
      }
      return product;
    };
    if (values(said->second) < 0 || values(said->second) != values(entry.shape)) {
      complain(sentence("says that tensor {} had another number of values", quote(name)));
    }
    entry.shape = said->second;
  }

  const ByteSource& source_;
  Cursor cursor_;
  std::uint64_t alignment_ = kUsualAlignment;
  std::map<std::string, std::vector<std::int64_t>> shapes_;
  TensorFileHeader header_;
};

}  // namespace

bool is_gguf(std::span<const std::byte> start) {
  return start.size() >= kMagic.size() && std::memcmp(start.data(), kMagic.data(), kMagic.size()) == 0;
}

TensorFileHeader read_gguf_header(const ByteSource& source) { return GgufReader(source).read(); }

}  // namespace ksampler
