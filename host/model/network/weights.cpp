#include "host/model/network/weights.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/network/comfy_weight.hpp"
#include "host/model/network/mapped_weights.hpp"
#include "host/model/network/quantisation.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace ksampler {
namespace {

bool fits(at::IntArrayRef found, at::IntArrayRef expected) {
  if (found.size() != expected.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (expected[i] != kAnySize && expected[i] != found[i]) return false;
  }
  return true;
}

// Whether no element has all bits of its exponent, as NaN and infinity do. One pass that allocates
// nothing.
template <typename Bits>
bool exponents_are_finite(const at::Tensor& tensor, Bits exponent) {
  const auto* bits = static_cast<const Bits*>(tensor.const_data_ptr());
  const std::int64_t count = tensor.numel();
  Bits found = 0;
  for (std::int64_t i = 0; i < count; ++i) found |= (bits[i] & exponent) == exponent;
  return found == 0;
}

bool all_finite(const at::Tensor& tensor) {
  if (tensor.is_cpu() && tensor.is_contiguous()) {
    switch (tensor.scalar_type()) {
      case at::kHalf:
        return exponents_are_finite<std::uint16_t>(tensor, 0x7C00);
      case at::kBFloat16:
        return exponents_are_finite<std::uint16_t>(tensor, 0x7F80);
      case at::kFloat:
        return exponents_are_finite<std::uint32_t>(tensor, 0x7F800000);
      default:
        break;
    }
  }
  // On a GPU. The sum of finite weights is finite: a network has not the 10^33 elements that it takes
  // to overflow with float16's largest, and float32 weights are far below theirs.
  return std::isfinite(at::sum(tensor, at::kFloat).item<float>());
}

}  // namespace

Weights::Weights(std::shared_ptr<const TensorFile> file, at::Device device, at::ScalarType type,
                 std::string prefix)
    : file_(std::move(file)),
      device_(device),
      type_(type),
      prefix_(std::move(prefix)),
      taken_(std::make_shared<std::set<std::string>>()),
      kept_(std::make_shared<Kept>()) {}

Weights Weights::within(const std::string& prefix) const {
  Weights inner = *this;
  inner.prefix_ += prefix;
  return inner;
}

Weights Weights::as(at::ScalarType type) const {
  Weights other = *this;
  other.type_ = type;
  return other;
}

Weights Weights::rounded_to(at::ScalarType rounded) const {
  Weights other = fresh();
  other.rounded_ = rounded;
  return other;
}

Weights Weights::fresh() const {
  Weights other(file_, device_, type_, prefix_);
  other.rounded_ = rounded_;
  other.patches_ = patches_;
  return other;
}

Weights Weights::shapes() const { return {file_, at::kMeta, type_, prefix_}; }

Weights Weights::patched_by(const WeightPatches& patches) const {
  Weights other = *this;
  WeightPatches all = patches_ == nullptr ? WeightPatches() : *patches_;
  for (const auto& [name, added] : patches) {
    all[name].insert(all[name].end(), added.begin(), added.end());
  }
  other.patches_ = std::make_shared<const WeightPatches>(std::move(all));
  other.taken_ = std::make_shared<std::set<std::string>>();
  return other;
}

Weights Weights::in_file(std::shared_ptr<WeightStream> stream) const {
  Weights other = *this;
  other.in_file_ = true;
  other.stream_ = std::move(stream);
  return other;
}

bool Weights::has(const std::string& name) const { return file_->tensors().contains(prefix_ + name); }

bool Weights::has_any(const std::string& prefix) const {
  return ksampler::has_any(*file_, prefix_ + prefix);
}

const TensorEntry& Weights::find(const std::string& name) const {
  const std::string whole = prefix_ + name;
  const auto found = file_->tensors().find(whole);
  if (found != file_->tensors().end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [other, view] : file_->tensors()) names.push_back(other);
  const std::string_view near = nearest(whole, names);
  throw Error({file_->file().string()},
              sentence("tensor '{}' is missing{}", whole,
                       near.empty() ? "" : sentence("; the nearest name that is there is '{}'", near)));
}

std::vector<std::int64_t> Weights::shape(const std::string& name) const {
  find(name);
  return shape_of(prefix_ + name);
}

// With what a LoRA widens it by.
std::vector<std::int64_t> Weights::shape_of(const std::string& whole) const {
  std::vector<std::int64_t> shape = weight_shape(*file_, whole);
  if (patches_ == nullptr || shape.size() != 2) return shape;
  const auto changed = patches_->find(whole);
  if (changed != patches_->end()) shape[1] = columns_with(changed->second, shape[1]);
  return shape;
}

void Weights::check_numbers(const std::string& whole, at::ScalarType in_file) const {
  if (at::isFloatingType(in_file) || (in_file == at::kChar && has_scale(*file_, whole))) return;
  throw Error({file_->file().string()},
              sentence("tensor '{}' is of type {}; a network's weights are F8, F16, BF16 or F32, or I8 "
                       "with a scale beside them",
                       whole, file_->tensor(whole).type_name));
}

at::Tensor Weights::scale_of(const std::string& whole) const {
  const std::string name = scale_name(*file_, whole);
  if (name.empty()) return {};
  const at::Tensor scale = map_tensor(file_, name).to(at::kFloat);
  if (!all_finite(scale)) {
    throw Error({file_->file().string()}, sentence("tensor '{}' holds NaN or infinity", name));
  }
  taken_->insert(name);
  return scale.to(device_);
}

Weights::Found Weights::find_values(const std::string& whole) const {
  constexpr std::size_t kOnePage = 4096;  // what is smaller shares it with others
  const bool is_for_cpu = device_.is_cpu() || stream_ != nullptr;
  if (in_file_ && is_for_cpu && file_->tensor(whole).bytes() >= kOnePage) {
    if (at::Tensor there = tensor_in_file(file_, whole); there.defined()) return {there, true};
  }
  return {is_in_blocks(*file_, whole) ? map_blocks(file_, whole) : map_tensor(file_, whole)};
}

void Weights::refuse_infinite(const std::string& whole) const {
  throw Error({file_->file().string()},
              sentence("tensor '{}' ({}) holds NaN or infinity as {}: the file is damaged, or its "
                       "values need a wider type",
                       whole, file_->tensor(whole).type_name, at::toString(rounded_.value_or(type_))));
}

const at::Tensor& Weights::loaded(const std::string& whole) const {
  const auto found = kept_->find({whole, type_});
  if (found != kept_->end()) return found->second;
  const bool blocks = is_in_blocks(*file_, whole);
  const bool is_special = is_in_comfy_format(whole);
  const at::ScalarType in_file = blocks || is_special ? at::kFloat : stored_type(*file_, whole);
  if (!blocks && !is_special) check_numbers(whole, in_file);
  if (device_.is_meta()) {
    if (is_special) check_comfy_weight(*file_, whole);
    scale_of_shapes(*file_, whole, *taken_);
    const at::Tensor shape =
        at::empty(weight_shape(*file_, whole), at::TensorOptions(type_).device(device_));
    return kept_->emplace(std::pair{whole, type_}, shape).first->second;
  }
  if (is_special) {
    const at::Tensor wide = in_comfy_format(whole)->widened(rounded_ ? at::kFloat : type_);
    const at::Tensor made = rounded_ ? wide.to(*rounded_).to(type_) : wide;
    if (!all_finite(made)) refuse_infinite(whole);
    return kept_->emplace(std::pair{whole, type_}, made.to(device_)).first->second;
  }
  const Found found_values = find_values(whole);
  const at::Tensor in_memory = blocks
                                   ? widened_blocks(found_values.tensor, block_format_of(*file_, whole),
                                                    file_->tensor(whole).shape)
                                   : found_values.tensor;
  const at::Tensor as_stored = in_memory.to(rounded_.value_or(in_file));
  at::Tensor tensor = as_stored.to(at::TensorOptions(type_).device(device_));
  if (const at::Tensor scale = scale_of(whole); scale.defined()) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(tensor.dim()), 1);
    if (scale.numel() > 1) shape[0] = -1;
    tensor = (as_stored.to(device_).to(at::kFloat) * scale.reshape(shape)).to(type_);
  }
  if (!all_finite(tensor)) refuse_infinite(whole);
  // Its pages are of no more use, or come again, few of them, when a row is.
  const bool is_copy = !tensor.is_alias_of(found_values.tensor);
  if (found_values.lies_in_file && (is_copy || stream_ != nullptr)) let_go_of(found_values.tensor);
  return kept_->emplace(std::pair{whole, type_}, tensor).first->second;
}

const at::Tensor& Weights::narrow(const std::string& whole) const {
  if (is_in_comfy_format(whole)) return loaded(whole);
  const at::ScalarType in_file = stored_type(*file_, whole);
  check_numbers(whole, in_file);
  const at::ScalarType type = rounded_.value_or(in_file);
  if (c10::elementSize(type) >= c10::elementSize(type_)) return loaded(whole);
  const auto found = kept_->find({whole, type});
  if (found != kept_->end()) return found->second;
  const Found found_values = find_values(whole);
  const at::Tensor tensor = found_values.tensor.to(type).to(device_);
  const bool eight_bits = c10::elementSize(type) == 1;
  if (type != at::kChar && !all_finite(eight_bits ? tensor.to(at::kHalf) : tensor)) {
    throw Error({file_->file().string()},
                sentence("tensor '{}' ({}) holds NaN or infinity: the file is damaged", whole,
                         file_->tensor(whole).type_name));
  }
  const bool is_copy = !tensor.is_alias_of(found_values.tensor);
  if (found_values.lies_in_file && is_copy) let_go_of(found_values.tensor);
  return kept_->emplace(std::pair{whole, type}, tensor).first->second;
}

const TensorEntry& Weights::find(const std::string& name, at::IntArrayRef expected) const {
  const TensorEntry& entry = find(name);
  const std::vector<std::int64_t> shape = shape_of(prefix_ + name);
  if (fits(shape, expected)) return entry;
  throw Error({file_->file().string()},
              sentence("tensor '{}' has shape {}; expected {}", prefix_ + name, shape_text(shape),
                       shape_text(expected)));
}

at::Tensor Weights::get(const std::string& name, at::IntArrayRef expected) const {
  const std::string whole = prefix_ + name;
  find(name, expected);
  at::Tensor tensor = loaded(whole);
  if (patches_ != nullptr && patches_->contains(whole)) {
    tensor = patched(tensor, patches_->at(whole));
    if (!all_finite(tensor)) {
      throw Error({file_->file().string()},
                  sentence("tensor '{}' holds NaN or infinity with the LoRA added to it, as {}: a "
                           "lower strength, or a wider type, is needed",
                           whole, at::toString(type_)));
    }
  }
  taken_->insert(whole);
  return tensor;
}

std::shared_ptr<const StoredWeight> Weights::stored(const std::string& name,
                                                    at::IntArrayRef expected) const {
  // What the file has wider than it is computed with is rounded before a LoRA is added to it, whether
  // it was rounded when it was loaded or is when it is used.
  const std::string whole = prefix_ + name;
  find(name, expected);
  const bool wide = !is_in_blocks(*file_, whole) &&
                    c10::elementSize(stored_type(*file_, whole)) >= c10::elementSize(type_);
  return stored(name, expected, wide ? type_ : at::kFloat);
}

std::shared_ptr<const StoredWeight> Weights::get_later(const std::string& name,
                                                       at::IntArrayRef expected) const {
  return stored(name, expected, type_);
}

std::shared_ptr<const StoredWeight> Weights::stored(const std::string& name, at::IntArrayRef expected,
                                                    at::ScalarType rounded_to) const {
  const std::string whole = prefix_ + name;
  find(name, expected);
  taken_->insert(whole);
  if (device_.is_meta()) return narrow_weight(loaded(whole));
  std::shared_ptr<const StoredWeight> made;
  if (is_in_blocks(*file_, whole) && device_.is_cpu()) {
    made = in_blocks(whole);
  } else if (is_in_comfy_format(whole) && device_.is_cpu() && !rounded_) {
    made = in_comfy_format(whole);
  } else if (made = in_stream(whole); made == nullptr) {
    made = in_one_type(whole);
  }
  if (patches_ == nullptr || !patches_->contains(whole)) return made;
  return patched_weight(std::move(made), patches_->at(whole), rounded_to);
}

std::shared_ptr<const StoredWeight> Weights::in_blocks(const std::string& whole) const {
  const BlockFormat& format = block_format_of(*file_, whole);
  const std::vector<std::int64_t>& shape = file_->tensor(whole).shape;
  const auto [blocks, lies_in_file] = find_values(whole);
  if (!all_finite(widened_blocks(blocks, format, shape))) {
    throw Error({file_->file().string()},
                sentence("tensor '{}' ({}) holds NaN or infinity: the file is damaged", whole,
                         file_->tensor(whole).type_name));
  }
  if (lies_in_file && stream_ != nullptr) let_go_of(blocks);
  return block_weight({blocks, lies_in_file ? stream_ : nullptr}, format, shape);
}

std::shared_ptr<const StoredWeight> Weights::in_stream(const std::string& whole) const {
  if (stream_ == nullptr || rounded_ || is_in_blocks(*file_, whole) || is_in_comfy_format(whole)) {
    return nullptr;
  }
  check_numbers(whole, stored_type(*file_, whole));
  const auto [values, lies_in_file] = find_values(whole);
  if (!lies_in_file) return nullptr;
  const at::Tensor scale = scale_of(whole);
  const bool eight_bits = c10::elementSize(values.scalar_type()) == 1;
  const bool rounded = c10::elementSize(values.scalar_type()) >= c10::elementSize(type_);
  const at::ScalarType checked = eight_bits ? at::kHalf : rounded ? type_ : values.scalar_type();
  if (values.scalar_type() != at::kChar && !all_finite(values.to(checked))) refuse_infinite(whole);
  let_go_of(values);
  return narrow_weight({values, stream_}, scale);
}

bool Weights::is_in_comfy_format(const std::string& whole) const {
  return rounded_format(*file_, whole).rounding != Rounding::scaled;
}

std::shared_ptr<const StoredWeight> Weights::in_comfy_format(const std::string& whole) const {
  check_comfy_weight(*file_, whole);
  scale_of_shapes(*file_, whole, *taken_);
  const auto [values, lies_in_file] = find_values(whole);
  if (at::isFloatingType(values.scalar_type()) && !all_finite(values.to(at::kHalf))) {
    refuse_infinite(whole);
  }
  std::shared_ptr<const StoredWeight> made =
      comfy_weight(file_, whole, {values, lies_in_file ? stream_ : nullptr});
  if (lies_in_file && stream_ != nullptr) let_go_of(values);
  return made;
}

std::shared_ptr<const StoredWeight> Weights::in_one_type(const std::string& whole) const {
  const at::Tensor values = is_in_blocks(*file_, whole) ? loaded(whole) : narrow(whole);
  // What is as wide as what is computed with has been multiplied by its scale.
  const bool whole_values = values.scalar_type() == type_;
  return narrow_weight(values, whole_values ? at::Tensor() : scale_of(whole));
}

std::vector<std::string> Weights::names() const {
  std::vector<std::string> names;
  for (auto next = file_->tensors().lower_bound(prefix_);
       next != file_->tensors().end() && next->first.starts_with(prefix_); ++next) {
    names.push_back(next->first.substr(prefix_.size()));
  }
  return names;
}

std::uint64_t Weights::bytes() const {
  std::uint64_t count = 0;
  for (auto next = file_->tensors().lower_bound(prefix_);
       next != file_->tensors().end() && next->first.starts_with(prefix_); ++next) {
    std::uint64_t elements = 1;
    for (const std::int64_t size : next->second.shape) elements *= static_cast<std::uint64_t>(size);
    count += elements;
  }
  return count * c10::elementSize(type_);
}

void Weights::pass_over(const std::string& prefix) const {
  const std::string whole = prefix_ + prefix;
  for (auto next = file_->tensors().lower_bound(whole);
       next != file_->tensors().end() && next->first.starts_with(whole); ++next) {
    taken_->insert(next->first);
  }
}

std::uint64_t Weights::stored_bytes() const {
  std::uint64_t sum = 0;
  for (auto next = file_->tensors().lower_bound(prefix_);
       next != file_->tensors().end() && next->first.starts_with(prefix_); ++next) {
    std::uint64_t wide = c10::elementSize(type_);
    for (const std::int64_t size : next->second.shape) wide *= static_cast<std::uint64_t>(size);
    const bool widened = next->second.type == DType::blocks && !device_.is_cpu() && !device_.is_meta();
    sum += widened ? wide : std::min<std::uint64_t>(wide, next->second.bytes());
  }
  return sum;
}

std::vector<std::string> Weights::surplus() const {
  std::vector<std::string> names;
  for (auto next = file_->tensors().lower_bound(prefix_);
       next != file_->tensors().end() && next->first.starts_with(prefix_); ++next) {
    if (!taken_->contains(next->first)) names.push_back(next->first);
  }
  return names;
}

}  // namespace ksampler
