#include "host/files/torch/pickle_names.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

using Kind = PickleValue::Kind;

struct KnownName {
  std::string_view name;
  PickleName means;
};

constexpr KnownName kKnown[] = {
    {"collections.OrderedDict", PickleName::ordered_dict},
    {"torch._utils._rebuild_tensor", PickleName::rebuild_tensor},
    {"torch._utils._rebuild_tensor_v2", PickleName::rebuild_tensor_v2},
    {"torch._utils._rebuild_tensor_v3", PickleName::rebuild_tensor_v3},
    {"torch._utils._rebuild_parameter", PickleName::rebuild_parameter},
    {"torch._utils._rebuild_parameter_with_state", PickleName::rebuild_parameter_with_state},
    {"torch.Size", PickleName::size},
    {"torch.jit._pickle.restore_type_tag", PickleName::restore_type_tag},
    {"torch.UntypedStorage", PickleName::untyped},
    {"torch.storage.UntypedStorage", PickleName::untyped},
};

struct KnownElement {
  std::string_view type;
  std::string_view storage;  // empty: kept as bytes
  ElementType element;
};

constexpr KnownElement kElements[] = {
    {"torch.bool", "torch.BoolStorage", {DType::boolean, "bool", 1}},
    {"torch.uint8", "torch.ByteStorage", {DType::u8, "uint8", 1}},
    {"torch.int8", "torch.CharStorage", {DType::i8, "int8", 1}},
    {"torch.int16", "torch.ShortStorage", {DType::i16, "int16", 2}},
    {"torch.int32", "torch.IntStorage", {DType::i32, "int32", 4}},
    {"torch.int64", "torch.LongStorage", {DType::i64, "int64", 8}},
    {"torch.float16", "torch.HalfStorage", {DType::f16, "float16", 2}},
    {"torch.bfloat16", "torch.BFloat16Storage", {DType::bf16, "bfloat16", 2}},
    {"torch.float32", "torch.FloatStorage", {DType::f32, "float32", 4}},
    {"torch.float64", "torch.DoubleStorage", {DType::f64, "float64", 8}},
    {"torch.uint16", "", {DType::u16, "uint16", 2}},
    {"torch.uint32", "", {DType::u32, "uint32", 4}},
    {"torch.uint64", "", {DType::u64, "uint64", 8}},
    {"torch.float8_e4m3fn", "", {DType::f8_e4m3, "float8_e4m3fn", 1}},
    {"torch.float8_e5m2", "", {DType::f8_e5m2, "float8_e5m2", 1}},
    // Of types that no network here computes with: passed over, unless somebody asks for them.
    {"torch.float8_e4m3fnuz", "", {DType::unknown, "float8_e4m3fnuz", 1}},
    {"torch.float8_e5m2fnuz", "", {DType::unknown, "float8_e5m2fnuz", 1}},
    {"torch.float8_e8m0fnu", "", {DType::unknown, "float8_e8m0fnu", 1}},
    {"torch.complex64", "torch.ComplexFloatStorage", {DType::unknown, "complex64", 8}},
    {"torch.complex128", "torch.ComplexDoubleStorage", {DType::unknown, "complex128", 16}},
};

// What training leaves beside the weights: names that end in '.' are all of a module's.
constexpr std::string_view kSetAside[] = {
    "pytorch_lightning.",
    "lightning.",
    "lightning_fabric.",
    "lightning_utilities.",
    "torch.optim.",
    "torch.nn.",
    "torch.device",
    "numpy.",
    "omegaconf.",
    "argparse.Namespace",
    "collections.defaultdict",
    "collections.Counter",
    "pathlib.Path",
    "pathlib.PosixPath",
    "pathlib.WindowsPath",
    "pathlib.PurePosixPath",
    "typing.Any",
    "_codecs.encode",  // of the bytes of NumPy's numbers
    "copyreg._reconstructor",
    "copy_reg._reconstructor",
    "builtins.object",
    "builtins.dict",
    "builtins.list",
    "builtins.tuple",
    "builtins.set",
    "builtins.int",
    "builtins.float",
    "builtins.str",
    "builtins.bool",
    "__builtin__.object",
    "__builtin__.dict",
    "__builtin__.list",
    "__builtin__.set",
    "__builtin__.int",
    "__builtin__.float",
    "__builtin__.long",
    "__builtin__.unicode",
};

constexpr std::size_t kMostNameBytes = 200;

bool is_set_aside(std::string_view name) {
  return std::any_of(std::begin(kSetAside), std::end(kSetAside), [&](std::string_view known) {
    return known.ends_with('.') ? name.starts_with(known) : name == known;
  });
}

PickleValue& argument(const PickleValue& callable, const PickleValue& arguments, std::size_t at,
                      Kind kind, const char* wanted) {
  if (at < arguments.items.size() && arguments.items[at]->kind == kind) return *arguments.items[at];
  throw Error(sentence("calls {} with {} as argument {}; {} is wanted", callable.text,
                       at < arguments.items.size() ? described(*arguments.items[at]) : "nothing",
                       at + 1, wanted));
}

std::vector<std::int64_t> sizes(const PickleValue& callable, const PickleValue& list) {
  constexpr std::size_t kMostDimensions = 64;  // of torch
  if (list.items.size() > kMostDimensions) {
    throw Error(sentence("has a tensor of {} dimensions; at most {} are accepted", list.items.size(),
                         kMostDimensions));
  }
  std::vector<std::int64_t> sizes;
  for (const PickleValue* item : list.items) {
    if (item->kind != Kind::integer || item->integer < 0) {
      throw Error(
          sentence("calls {} with a size or stride that is {}; whole numbers of at least 0 are wanted",
                   callable.text, described(*item)));
    }
    sizes.push_back(item->integer);
  }
  return sizes;
}

// Bits that a tensor's bytes do not have, such as that all of it is negated.
void refuse_metadata(const PickleValue& arguments, std::size_t at) {
  if (at >= arguments.items.size()) return;
  const PickleValue& metadata = *arguments.items[at];
  const bool nothing =
      metadata.kind == Kind::none || (metadata.kind == Kind::dictionary && metadata.items.empty());
  if (!nothing) {
    throw Error(
        "has a tensor that is conjugated or negated as it is read; save its .resolve_conj() or "
        ".resolve_neg()");
  }
}

PickleValue* rebuilt(PickleHeap& heap, const PickleValue& callable, const PickleValue& arguments) {
  const bool v3 = callable.name == PickleName::rebuild_tensor_v3;
  const PickleValue& storage = argument(callable, arguments, 0, Kind::storage, "a storage");
  const PickleValue& offset = argument(callable, arguments, 1, Kind::integer, "a whole number");
  const PickleValue& shape = argument(callable, arguments, 2, Kind::tuple, "a tuple of sizes");
  const PickleValue& strides = argument(callable, arguments, 3, Kind::tuple, "a tuple of strides");
  TorchTensor tensor{storage.storage, storage.storage->element, offset.integer, sizes(callable, shape),
                     sizes(callable, strides)};
  if (v3) {
    const PickleValue& type = argument(callable, arguments, 6, Kind::name, "a type of torch");
    if (type.name != PickleName::element)
      throw Error(sentence("has a tensor of type {}", quote(type.text)));
    tensor.element = type.element;
  }
  refuse_metadata(arguments, v3 ? 7 : 6);
  if (tensor.offset < 0) throw Error("has a tensor that begins before its storage");
  if (tensor.shape.size() != tensor.strides.size()) {
    throw Error(sentence("has a tensor of {} dimensions with strides of {}", tensor.shape.size(),
                         tensor.strides.size()));
  }
  PickleValue value{.kind = Kind::tensor};
  value.tensor = std::make_shared<const TorchTensor>(std::move(tensor));
  return heap.make(std::move(value));
}

// A tensor, with whether it is trained and what was hung on it, which nothing here has a use for.
PickleValue* parameter(PickleHeap&, const PickleValue& callable, const PickleValue& arguments) {
  return &argument(callable, arguments, 0, Kind::tensor, "a tensor");
}

// OrderedDict(), or OrderedDict([[key, value], ...]) as Python 2 wrote it.
PickleValue* ordered_dict(PickleHeap& heap, const PickleValue& callable, const PickleValue& arguments) {
  PickleValue value{.kind = Kind::dictionary};
  if (!arguments.items.empty()) {
    const PickleValue& pairs = argument(callable, arguments, 0, Kind::list, "a list");
    heap.charge(pairs.items.size());
    for (const PickleValue* pair : pairs.items) {
      if ((pair->kind != Kind::list && pair->kind != Kind::tuple) || pair->items.size() != 2) {
        throw Error("has an OrderedDict whose items are no pairs");
      }
      value.items.insert(value.items.end(), pair->items.begin(), pair->items.end());
    }
  }
  return heap.make(std::move(value));
}

PickleValue* size(PickleHeap&, const PickleValue& callable, const PickleValue& arguments) {
  return &argument(callable, arguments, 0, Kind::tuple, "a tuple");
}

PickleValue* untagged(PickleHeap&, const PickleValue& callable, const PickleValue& arguments) {
  if (arguments.items.empty()) throw Error(sentence("calls {} with nothing", callable.text));
  return arguments.items.front();
}

PickleValue* not_callable(PickleHeap&, const PickleValue& callable, const PickleValue&) {
  throw Error(sentence("calls {}, which stands for a type", quote(callable.text)));
}

using Call = PickleValue* (*)(PickleHeap&, const PickleValue& callable, const PickleValue& arguments);

// In the order of PickleName.
constexpr Call kCalls[] = {ordered_dict, rebuilt, rebuilt,      rebuilt,      parameter,
                           parameter,    size,    not_callable, not_callable, untagged};
static_assert(std::size(kCalls) == static_cast<std::size_t>(PickleName::set_aside));

}  // namespace

PickleValue value_of_name(const std::string& module, const std::string& name) {
  if (module.size() + name.size() > kMostNameBytes)
    throw Error("holds a name that is longer than any known");
  const std::string whole = sentence("{}.{}", module, name);
  PickleValue value{.kind = Kind::name, .text = whole};
  for (const KnownName& known : kKnown) {
    if (known.name != whole) continue;
    value.name = known.means;
    value.element = {DType::u8, "uint8", 1};  // what an untyped storage is made of
    return value;
  }
  for (const KnownElement& known : kElements) {
    if (known.type != whole && known.storage != whole) continue;
    value.name = PickleName::element;
    value.element = known.element;
    return value;
  }
  if (is_set_aside(whole)) return value;
  throw Error(
      sentence("holds {}, which is no tensor, number or text: a file of torch.save is read where it "
               "holds these alone, in dictionaries and lists, and what training frameworks leave "
               "beside them. Save a model's state_dict(), not the model",
               quote(whole)));
}

PickleValue* called(PickleHeap& heap, PickleValue& callable, PickleValue& arguments) {
  const bool set_aside = callable.kind == Kind::opaque ||
                         (callable.kind == Kind::name && callable.name == PickleName::set_aside);
  if (set_aside) {
    return heap.make({.kind = Kind::opaque, .text = callable.text, .items = {&callable, &arguments}});
  }
  if (callable.kind != Kind::name || arguments.kind != Kind::tuple) {
    throw Error(sentence("calls {} with {}", described(callable), described(arguments)));
  }
  return kCalls[static_cast<std::size_t>(callable.name)](heap, callable, arguments);
}

}  // namespace ksampler
