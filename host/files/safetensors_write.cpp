#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/safetensors.hpp"
#include "host/files/safetensors_header.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace ksampler {
namespace {

using Item = std::pair<const std::string, TensorView>;

void check(const Item& item) {
  const auto& [name, view] = item;
  if (name == kMetadataKey) throw Error("a tensor cannot be named " + quote(name));
  if (view.type == DType::unknown) throw Error(sentence("tensor {} is of no known type", quote(name)));
  const std::int64_t wanted = tensor_bytes(view.type, view.shape);
  if (wanted >= 0 && static_cast<std::uint64_t>(wanted) == view.data.size()) return;
  throw Error(sentence("tensor {}: its shape {}, and {} bytes are given", quote(name),
                       wanted < 0 ? "is impossible" : sentence("needs {} bytes", wanted),
                       view.data.size()));
}

}  // namespace

std::vector<std::byte> safetensors_bytes(const std::map<std::string, TensorView>& tensors,
                                         const std::map<std::string, std::string>& metadata) {
  std::vector<const Item*> order;
  for (const Item& item : tensors) {
    check(item);
    order.push_back(&item);
  }
  // With the widest type first, each tensor lies at a multiple of its element's size.
  std::stable_sort(order.begin(), order.end(), [](const Item* a, const Item* b) {
    return bytes_of(a->second.type) > bytes_of(b->second.type);
  });

  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[kMetadataKey] = metadata;
  std::size_t data_size = 0;
  for (const Item* item : order) {
    const auto& [name, view] = *item;
    header[name] = {{"dtype", name_of(view.type)},
                    {"shape", view.shape},
                    {"data_offsets", {data_size, data_size + view.data.size()}}};
    data_size += view.data.size();
  }

  std::string json;
  try {
    json = header.dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error("a safetensors file holds UTF-8; a name or a text of its metadata is not");
  }
  json.resize((json.size() + 7) / 8 * 8, ' ');  // the data begins at a multiple of 8

  const std::uint64_t json_size = json.size();
  std::vector<std::byte> bytes(sizeof json_size + json.size() + data_size);
  std::byte* at = bytes.data();
  const auto append = [&at](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(at, from, size);
    at += size;
  };
  append(&json_size, sizeof json_size);
  append(json.data(), json.size());
  for (const Item* item : order) append(item->second.data.data(), item->second.data.size());
  return bytes;
}

}  // namespace ksampler
