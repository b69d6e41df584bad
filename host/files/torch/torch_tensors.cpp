#include "host/files/torch/torch_tensors.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using Kind = PickleValue::Kind;

const PickleValue* find_text(const PickleValue& dictionary, const std::string& key) {
  const PickleValue* found = nullptr;  // the last, as in Python
  for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
    const PickleValue& item = *dictionary.items[i];
    if (item.kind == Kind::text && item.text == key) found = dictionary.items[i + 1];
  }
  return found;
}

const PickleValue& state_of(const PickleValue& root) {
  if (root.kind != Kind::dictionary) {
    throw Error(sentence("holds {} and not a dictionary of tensors", described(root)));
  }
  if (const PickleValue* state = find_text(root, "state_dict"); state != nullptr) {
    if (state->kind == Kind::dictionary) return *state;
    throw Error(sentence("holds {} as its state_dict; a dictionary is wanted", described(*state)));
  }
  const bool one = root.items.size() == 2 && root.items[1]->kind == Kind::dictionary;
  return one ? *root.items[1] : root;
}

// Bytes and elements of a tensor, with nothing that overflows.
struct Measure {
  std::uint64_t elements = 1;
  std::uint64_t end = 0;  // of the storage, in elements, that a tensor reaches
  bool too_large = false;
};

Measure measure(const TorchTensor& tensor) {
  Measure found;
  std::uint64_t last = static_cast<std::uint64_t>(tensor.offset);
  for (const std::int64_t size : tensor.shape) {
    if (size == 0) return {.elements = 0, .end = 0};
  }
  for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
    const auto size = static_cast<std::uint64_t>(tensor.shape[d]);
    std::uint64_t step = 0;
    found.too_large |= __builtin_mul_overflow(found.elements, size, &found.elements);
    found.too_large |=
        __builtin_mul_overflow(size - 1, static_cast<std::uint64_t>(tensor.strides[d]), &step);
    found.too_large |= __builtin_add_overflow(last, step, &last);
  }
  found.too_large |= __builtin_add_overflow(last, 1U, &found.end);
  return found;
}

bool is_row_major(const TorchTensor& tensor) {
  std::int64_t wanted = 1;  // no overflow: all of it lies within a storage
  for (std::size_t d = tensor.shape.size(); d-- > 0;) {
    if (tensor.shape[d] != 1 && tensor.strides[d] != wanted) return false;
    wanted *= tensor.shape[d];
  }
  return true;
}

// Walks from the outermost dictionary to the tensors.
class Walk {
 public:
  explicit Walk(const FindStorage& find) : find_(find) {}

  void into(const std::string& name, const PickleValue& value) {
    if (++visits_ > kMostVisits) throw Error("leads to more values than any model file");
    switch (value.kind) {
      case Kind::tensor:
        return add(name, *value.tensor);
      case Kind::dictionary:
        return into_dictionary(name, value);
      case Kind::list:
      case Kind::tuple:
        return into_list(name, value);
      case Kind::opaque:
        return check_opaque(name, value);
      default:
        return;  // a number, a text: of no use here
    }
  }

  std::map<std::string, TensorEntry> take() { return std::move(tensors_); }

 private:
  static constexpr std::size_t kMostVisits = 1'000'000;
  static constexpr int kDeepest = 32;
  static constexpr std::size_t kMostNameBytes = 10'000;

  struct Level {
    explicit Level(int& depth) : depth_(depth) {
      if (++depth_ > kDeepest) throw Error(sentence("is nested more than {} deep", kDeepest));
    }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    int& depth_;
  };

  std::string joined(const std::string& name, const std::string& key) const {
    if (name.size() + key.size() >= kMostNameBytes) throw Error("has a name of more than 10,000 bytes");
    return name.empty() ? key : sentence("{}.{}", name, key);
  }

  void into_dictionary(const std::string& name, const PickleValue& value) {
    const Level level(depth_);
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
      const PickleValue& key = *value.items[i];
      const PickleValue& held = *value.items[i + 1];
      if (key.kind == Kind::text) into(joined(name, key.text), held);
      if (key.kind == Kind::integer) into(joined(name, std::to_string(key.integer)), held);
    }
  }

  void into_list(const std::string& name, const PickleValue& value) {
    const Level level(depth_);
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      into(joined(name, std::to_string(i)), *value.items[i]);
    }
  }

  // Nobody knows how its class would name the tensors in it, and none may be lost without a word.
  void check_opaque(const std::string& name, const PickleValue& value) {
    std::vector<const PickleValue*> left = {&value};
    while (!left.empty()) {
      const PickleValue& next = *left.back();
      left.pop_back();
      if (next.kind == Kind::tensor) {
        throw Error(
            sentence("holds {} with a tensor in it as {}; tensors are read from dictionaries and lists",
                     quote(value.text), quote(name)));
      }
      if (!searched_.insert(&next).second) continue;
      left.insert(left.end(), next.items.begin(), next.items.end());
    }
  }

  void add(const std::string& name, const TorchTensor& tensor) {
    if (!is_utf8(name)) throw Error(sentence("has a tensor whose name {} is not UTF-8", quote(name)));
    if (!tensors_.emplace(name, entry(name, tensor)).second) {
      throw Error(sentence("has two tensors of the name {}", quote(name)));
    }
  }

  TensorEntry entry(const std::string& name, const TorchTensor& tensor) {
    const ByteRange place = place_of(*tensor.storage);
    const std::uint64_t size = tensor.element.bytes;
    const std::uint64_t capacity = place.size / size;
    const Measure found = measure(tensor);
    if (found.too_large || found.end > capacity) {
      throw Error(sentence("has a tensor {} that reaches beyond its storage, which has {} bytes",
                           quote(name), place.size));
    }
    // So a small file cannot stand for more memory than it has bytes, again and again.
    if (found.elements > capacity) {
      throw Error(
          sentence("has a tensor {} whose elements are the same memory (expanded); save its "
                   ".contiguous()",
                   quote(name)));
    }
    TensorEntry entry{tensor.element.type, type_name(tensor.element), tensor.shape, 0, 0, {}};
    const auto offset = found.elements == 0 ? 0 : static_cast<std::uint64_t>(tensor.offset);
    entry.begin = place.begin + offset * size;
    entry.end = entry.begin + found.elements * size;
    if (found.elements > 0 && !is_row_major(tensor)) entry.strides = tensor.strides;
    return entry;
  }

  // As safetensors names it, where it has a name for it.
  static std::string type_name(const ElementType& element) {
    return element.type == DType::unknown ? element.name : name_of(element.type);
  }

  const ByteRange& place_of(const TorchStorage& storage) {
    const auto known = places_.find(&storage);
    if (known != places_.end()) return known->second;
    return places_.emplace(&storage, find_(storage)).first->second;
  }

  const FindStorage& find_;
  std::map<std::string, TensorEntry> tensors_;
  std::map<const TorchStorage*, ByteRange> places_;
  std::set<const PickleValue*> searched_;
  std::size_t visits_ = 0;
  int depth_ = 0;
};

}  // namespace

std::map<std::string, TensorEntry> named_tensors(const PickleValue& root, const FindStorage& find) {
  Walk walk(find);
  walk.into("", state_of(root));
  return walk.take();
}

}  // namespace ksampler
