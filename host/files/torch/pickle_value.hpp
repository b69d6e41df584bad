// What a pickle holds, as data: nothing of it is ever called.
#ifndef KSAMPLER_FILES_TORCH_PICKLE_VALUE_HPP
#define KSAMPLER_FILES_TORCH_PICKLE_VALUE_HPP

#include "host/files/tensor_file.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// The names that the reader knows, by what stands for their value.
enum class PickleName {
  ordered_dict,
  rebuild_tensor,                // of torch before 0.4: (storage, offset, size, stride)
  rebuild_tensor_v2,             // (..., requires_grad, backward_hooks, metadata)
  rebuild_tensor_v3,             // (..., requires_grad, backward_hooks, dtype, metadata)
  rebuild_parameter,             // (tensor, requires_grad, backward_hooks)
  rebuild_parameter_with_state,  // (..., state)
  size,                          // torch.Size
  element,                       // torch.float16, torch.HalfStorage
  untyped,                       // torch.storage.UntypedStorage: bytes
  restore_type_tag,              // (value, its type), as LibTorch writes dictionaries and lists
  set_aside                      // what training leaves beside the weights
};

struct ElementType {
  DType type = DType::unknown;
  const char* name = "";  // of torch
  std::size_t bytes = 1;
};

// Memory that tensors share, by its key.
struct TorchStorage {
  std::string key;
  ElementType element;
  std::uint64_t bytes = 0;
};

// A view of a storage. Offset and strides count elements, none is negative; nothing else is checked.
struct TorchTensor {
  const TorchStorage* storage = nullptr;
  ElementType element;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

struct PickleValue {
  enum class Kind {
    none,
    boolean,
    integer,  // that an int64 holds
    number,   // any other; nothing has a use for its value
    text,
    bytes,
    list,  // or a set
    tuple,
    dictionary,
    name,  // of a class or function
    storage,
    tensor,
    opaque  // an object of a class that is set aside, or what a function of that kind gives
  };

  Kind kind = Kind::none;
  PickleName name = PickleName::set_aside;  // of a name
  std::int64_t integer = 0;                 // 0 or 1 of a boolean
  std::string text = {};                    // of a text; of a name and of an opaque value, its name
  // Of a list or a tuple; of a dictionary, key and value in turn; of an opaque value, all that it was
  // given. A pickle may lead back to where it came from.
  std::vector<PickleValue*> items = {};
  ElementType element = {};                        // of a name
  const TorchStorage* storage = nullptr;           // of a storage
  std::shared_ptr<const TorchTensor> tensor = {};  // of a tensor
};

// Owns the values of a pickle, which lead to each other in any way. A file of a few bytes can say "and
// the same once more" very often, so that there is a limit to what is made of it.
class PickleHeap {
 public:
  // Throws Error, without a place, where there are too many.
  PickleValue* make(PickleValue value);
  // Counts `items` that are copied like values that are made.
  void charge(std::size_t items);

 private:
  std::deque<PickleValue> values_;
  std::size_t left_ = 500'000;  // a checkpoint of SD 1 with all that training left makes 50,000
};

// "a list", "a text", or the name of what is set aside.
std::string described(const PickleValue& value);

}  // namespace ksampler

#endif
