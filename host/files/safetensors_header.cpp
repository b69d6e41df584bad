#include "host/files/safetensors_header.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace ksampler {
namespace {

using nlohmann::json;

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(DType::f64); ++i) {
    names.emplace_back(name_of(static_cast<DType>(i)));
  }
  return names;
}

std::optional<DType> type_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(DType::f64); ++i) {
    if (name == name_of(static_cast<DType>(i))) return static_cast<DType>(i);
  }
  return std::nullopt;
}

// A value as a message shows it.
std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 60) + "...";
  return text;
}

// The checks of one file, with its name at hand for messages.
class HeaderReader {
 public:
  HeaderReader(const std::string& file, std::uint64_t data_size) : file_(file), data_size_(data_size) {}

  SafetensorsHeader read(std::string_view text) const {
    const json root = parsed(text);
    if (!root.is_object()) fail("the header is " + shown(root) + "; a JSON object is wanted");
    SafetensorsHeader header;
    for (const auto& [name, value] : root.items()) {
      if (name == kMetadataKey) {
        header.metadata = metadata(value);
      } else {
        header.tensors.emplace(name, entry(name, value));
      }
    }
    check_layout(header);
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw Error(Place{file_}, message); }
  [[noreturn]] void fail(const std::string& tensor, const std::string& message) const {
    fail("tensor " + quote(tensor) + ": " + message);
  }

  // A tensor's shape is three deep. What is deeper would be followed by recursion.
  static constexpr int kDeepest = 16;

  json parsed(std::string_view text) const {
    // JSON leaves open which of two equal keys counts: a file with two says two things.
    std::vector<std::set<std::string>> keys;
    const json::parser_callback_t refuse_twice = [&](int depth, json::parse_event_t event,
                                                     json& value) {
      if (depth > kDeepest)
        fail("the header is nested more than " + std::to_string(kDeepest) + " deep");
      if (event == json::parse_event_t::object_start) keys.emplace_back();
      if (event == json::parse_event_t::object_end) keys.pop_back();
      if (event == json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
        fail("the header has the key " + quote(value.get<std::string>()) + " twice");
      }
      return true;
    };
    try {
      return json::parse(text, refuse_twice);
    } catch (const json::parse_error& error) {
      fail("the header is not JSON: error at byte " + std::to_string(8 + error.byte) + " of the file");
    } catch (const json::out_of_range&) {
      fail("the header holds a number that is out of every range");
    }
  }

  std::map<std::string, std::string> metadata(const json& value) const {
    if (!value.is_object()) {
      fail(std::string(kMetadataKey) + " is " + shown(value) + "; an object of strings is wanted");
    }
    std::map<std::string, std::string> result;
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) {
        fail(std::string(kMetadataKey) + ": " + quote(key) + " is " + shown(text) +
             "; a string is wanted");
      }
      result.emplace(key, text.get<std::string>());
    }
    return result;
  }

  TensorEntry entry(const std::string& name, const json& value) const {
    if (!value.is_object()) {
      fail(name, "is " + shown(value) + "; an object with dtype, shape and data_offsets is wanted");
    }
    TensorEntry entry;
    entry.type = type(name, member(name, value, "dtype"));
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
    fail(name, std::string(key) + " is missing" + (near.empty() ? "" : " (found " + quote(near) + ")"));
  }

  DType type(const std::string& name, const json& value) const {
    if (!value.is_string()) fail(name, "dtype is " + shown(value) + "; a string is wanted");
    const auto text = value.get<std::string>();
    if (const auto type = type_named(text)) return *type;
    fail(name, "unknown dtype " + quote(text) + "; accepted are " + listed(type_names()));
  }

  std::vector<std::int64_t> shape(const std::string& name, const json& value) const {
    if (!value.is_array()) {
      fail(name, "shape is " + shown(value) + "; a list of whole numbers of at least 0 is wanted");
    }
    std::vector<std::int64_t> shape;
    for (const json& size : value) {
      if (!size.is_number_unsigned() ||
          size.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        fail(name, "shape " + shown(value) + " holds " + shown(size) +
                       "; whole numbers of at least 0 are wanted");
      }
      shape.push_back(size.get<std::int64_t>());
    }
    return shape;
  }

  std::pair<std::uint64_t, std::uint64_t> offsets(const std::string& name, const json& value) const {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number_unsigned() ||
        !value[1].is_number_unsigned()) {
      fail(name, "data_offsets is " + shown(value) + "; two whole numbers of at least 0 are wanted");
    }
    const auto begin = value[0].get<std::uint64_t>();
    const auto end = value[1].get<std::uint64_t>();
    if (begin > end) fail(name, "data_offsets " + shown(value) + " end before they begin");
    if (end > data_size_) {
      fail(name, "data_offsets " + shown(value) + " end outside the file, which has " +
                     std::to_string(data_size_) + " bytes of data");
    }
    return {begin, end};
  }

  void check_size(const std::string& name, const TensorEntry& entry) const {
    const std::int64_t wanted = tensor_bytes(entry.type, entry.shape);
    const std::string what = std::string(name_of(entry.type)) + " of shape " + shown(json(entry.shape));
    if (wanted < 0) fail(name, what + " is more bytes than can be counted");
    const std::uint64_t found = entry.end - entry.begin;
    if (found == static_cast<std::uint64_t>(wanted)) return;
    fail(name, what + " needs " + std::to_string(wanted) + " bytes, and data_offsets span " +
                   std::to_string(found));
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
        fail(item->first, "data begins at byte " + std::to_string(begin) + " and overlaps tensor " +
                              quote(*before) + ", which ends at " + std::to_string(reached));
      }
      if (begin > reached) {
        fail(item->first, "data begins at byte " + std::to_string(begin) + " and leaves a hole from " +
                              std::to_string(reached));
      }
      reached = item->second.end;
      before = &item->first;
    }
    if (reached < data_size_) {
      fail("the tensors end at byte " + std::to_string(reached) + " of the data, which has " +
           std::to_string(data_size_) + " bytes; nothing may follow");
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
