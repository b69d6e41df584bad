#include "host/files/safetensors_header.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace ksampler {
namespace {

using nlohmann::json;

DType type_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(DType::f64); ++i) {
    if (name == name_of(static_cast<DType>(i))) return static_cast<DType>(i);
  }
  return DType::unknown;
}

// A value as a message shows it.
std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 60) + "...";
  return text;
}

std::string twice(const std::string& key) {
  return sentence("the header has the key {} twice", quote(key));
}

// What the parser finds, gathered into one value for each key of the header's object: time and memory
// grow with the header and no faster. (A callback of json::parse looks through the object around each
// object that ends.)
class HeaderEvents : public json::json_sax_t {
 public:
  using Fail = std::function<void(const std::string&)>;  // throws
  using Member = std::function<void(const std::string& name, const json& value)>;
  HeaderEvents(Fail fail, Member member) : fail_(std::move(fail)), member_(std::move(member)) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not of JSON's text

  bool start_object(std::size_t) override {
    if (in_root_ || !open_.empty()) return begin(json::object());
    in_root_ = true;
    return true;
  }
  bool start_array(std::size_t) override { return begin(json::array()); }
  bool key(string_t& name) override {
    // JSON leaves open which of two equal keys counts: a file with two says two things.
    if (!open_.empty() && open_.back()->contains(name)) fail_(twice(name));
    (open_.empty() ? name_ : key_) = std::move(name);
    return true;
  }
  bool end_object() override { return open_.empty() || end(); }
  bool end_array() override { return end(); }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
    constexpr int kOutOfRange = 406;
    if (error.id == kOutOfRange) fail_("the header holds a number that is out of every range");
    fail_(sentence("the header is not JSON: error at byte {} of the file", 8 + position));
    return false;
  }

 private:
  // A tensor's shape is three deep. What is deeper would be followed by recursion.
  static constexpr std::size_t kDeepest = 128;

  // Into what is open, as the last of an array or under the last key of an object.
  json& place(json value) {
    if (open_.empty()) return value_ = std::move(value);
    json& around = *open_.back();
    if (around.is_object()) return around[std::exchange(key_, {})] = std::move(value);
    around.push_back(std::move(value));
    return around.back();
  }
  bool add(json value) {
    place(std::move(value));
    if (open_.empty()) give();
    return true;
  }
  bool begin(json empty) {
    if (open_.size() + 2 > kDeepest) {
      fail_(sentence("the header is nested more than {} deep", kDeepest));
    }
    open_.push_back(&place(std::move(empty)));
    return true;
  }
  bool end() {
    open_.pop_back();
    if (open_.empty()) give();
    return true;
  }
  // A value that is whole: a member of the header, or something else in the header's place.
  void give() {
    if (!in_root_) fail_(sentence("the header is {}; a JSON object is wanted", shown(value_)));
    member_(name_, value_);
  }

  Fail fail_;
  Member member_;
  bool in_root_ = false;
  std::string name_;         // of the member that is being read
  json value_;               // and what was read of it
  std::vector<json*> open_;  // arrays and objects within it, the innermost last
  std::string key_;          // within the innermost
};

// The checks of one file, with its name at hand for messages.
class HeaderReader {
 public:
  HeaderReader(const std::string& file, std::uint64_t data_size) : file_(file), data_size_(data_size) {}

  SafetensorsHeader read(std::string_view text) const {
    SafetensorsHeader header;
    bool has_metadata = false;
    HeaderEvents events([this](const std::string& message) { fail(message); },
                        [&](const std::string& name, const json& value) {
                          if (name == kMetadataKey) {
                            if (std::exchange(has_metadata, true)) fail(twice(name));
                            header.metadata = metadata(value);
                          } else if (!header.tensors.emplace(name, entry(name, value)).second) {
                            fail(twice(name));
                          }
                        });
    json::sax_parse(text, &events);
    check_layout(header);
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw Error(Place{file_}, message); }
  [[noreturn]] void fail(const std::string& tensor, const std::string& message) const {
    fail(sentence("tensor {}: {}", quote(tensor), message));
  }

  std::map<std::string, std::string> metadata(const json& value) const {
    if (value.is_null()) return {};
    if (!value.is_object()) {
      fail(sentence("{} is {}; an object of strings is wanted", kMetadataKey, shown(value)));
    }
    std::map<std::string, std::string> result;
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) {
        fail(sentence("{}: {} is {}; a string is wanted", kMetadataKey, quote(key), shown(text)));
      }
      result.emplace(key, text.get<std::string>());
    }
    return result;
  }

  TensorEntry entry(const std::string& name, const json& value) const {
    if (!value.is_object()) {
      fail(name,
           sentence("is {}; an object with dtype, shape and data_offsets is wanted", shown(value)));
    }
    TensorEntry entry;
    entry.type_name = type_name(name, member(name, value, "dtype"));
    entry.type = type_named(entry.type_name);
    entry.shape = shape(name, member(name, value, "shape"));
    std::tie(entry.begin, entry.end) = offsets(name, member(name, value, "data_offsets"));
    check_size(name, entry);
    return entry;
  }

  const json& member(const std::string& name, const json& value, const char* key) const {
    const auto found = value.find(key);
    if (found != value.end()) return *found;
    std::vector<std::string> keys;
    for (const auto& item : value.items()) keys.push_back(item.key());
    const std::string near(nearest(key, keys));
    fail(name,
         sentence("{} is missing{}", key, near.empty() ? "" : sentence(" (found {})", quote(near))));
  }

  // One that is not known is an error to who reads the tensor: most files are read in part.
  std::string type_name(const std::string& name, const json& value) const {
    if (!value.is_string()) fail(name, sentence("dtype is {}; a string is wanted", shown(value)));
    return value.get<std::string>();
  }

  std::vector<std::int64_t> shape(const std::string& name, const json& value) const {
    if (!value.is_array()) {
      fail(name,
           sentence("shape is {}; a list of whole numbers of at least 0 is wanted", shown(value)));
    }
    std::vector<std::int64_t> shape;
    for (const json& size : value) {
      if (!size.is_number_unsigned() ||
          size.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        fail(name, sentence("shape {} holds {}; whole numbers of at least 0 are wanted", shown(value),
                            shown(size)));
      }
      shape.push_back(size.get<std::int64_t>());
    }
    return shape;
  }

  std::pair<std::uint64_t, std::uint64_t> offsets(const std::string& name, const json& value) const {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number_unsigned() ||
        !value[1].is_number_unsigned()) {
      fail(name,
           sentence("data_offsets is {}; two whole numbers of at least 0 are wanted", shown(value)));
    }
    const auto begin = value[0].get<std::uint64_t>();
    const auto end = value[1].get<std::uint64_t>();
    if (begin > end) fail(name, sentence("data_offsets {} end before they begin", shown(value)));
    if (end > data_size_) {
      fail(name, sentence("data_offsets {} end outside the file, which has {} bytes of data",
                          shown(value), data_size_));
    }
    return {begin, end};
  }

  void check_size(const std::string& name, const TensorEntry& entry) const {
    if (entry.type == DType::unknown) return;
    const std::int64_t wanted = tensor_bytes(entry.type, entry.shape);
    const std::string what = sentence("{} of shape {}", entry.type_name, shown(json(entry.shape)));
    if (wanted < 0) fail(name, what + " is more bytes than can be counted");
    const std::uint64_t found = entry.end - entry.begin;
    if (found == static_cast<std::uint64_t>(wanted)) return;
    fail(name, sentence("{} needs {} bytes, and data_offsets span {}", what, wanted, found));
  }

  // Every byte of the data belongs to one tensor.
  void check_layout(const SafetensorsHeader& header) const {
    using Item = std::pair<const std::string, TensorEntry>;
    std::vector<const Item*> order;
    for (const Item& item : header.tensors) order.push_back(&item);
    std::stable_sort(order.begin(), order.end(), [](const Item* a, const Item* b) {
      return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
    });
    std::uint64_t reached = 0;
    const std::string* before = nullptr;
    for (const Item* item : order) {
      const std::uint64_t begin = item->second.begin;
      if (begin < reached) {
        fail(item->first, sentence("data begins at byte {} and overlaps tensor {}, which ends at {}",
                                   begin, quote(*before), reached));
      }
      if (begin > reached) {
        fail(item->first, sentence("data begins at byte {} and leaves a hole from {}", begin, reached));
      }
      reached = item->second.end;
      before = &item->first;
    }
    if (reached < data_size_) {
      fail(sentence("the tensors end at byte {} of the data, which has {} bytes; nothing may follow",
                    reached, data_size_));
    }
  }

  const std::string& file_;
  std::uint64_t data_size_;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(const std::string& file, std::string_view json,
                                           std::uint64_t data_size) {
  return HeaderReader(file, data_size).read(json);
}

std::int64_t tensor_bytes(DType type, const std::vector<std::int64_t>& shape) {
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size < 0; })) return -1;
  // An empty tensor is empty whatever its other sizes.
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  auto bytes = static_cast<std::int64_t>(bytes_of(type));
  for (const std::int64_t size : shape) {
    if (__builtin_mul_overflow(bytes, size, &bytes)) return -1;
  }
  return bytes;
}

}  // namespace ksampler
