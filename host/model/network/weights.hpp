// The tensors of a network: a view of a file under a prefix, on the device and in the
// element type that the network computes with. Each is read when it is first taken. Views of views
// share the record of what was taken, so that what a network has no use for can be named, and the
// tensors themselves: a network that is made again with some of them changed shares the others with the
// first. Thread rule: one thread.
#ifndef KSAMPLER_MODEL_NETWORK_WEIGHTS_HPP
#define KSAMPLER_MODEL_NETWORK_WEIGHTS_HPP

#include "host/files/tensor_file.hpp"
#include "host/model/network/stored_weight.hpp"
#include "host/model/network/weight_patches.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

// In an expected shape: any size.
inline constexpr std::int64_t kAnySize = -1;

class Weights {
 public:
  Weights(std::shared_ptr<const TensorFile> file, at::Device device, at::ScalarType type,
          std::string prefix = {});

  // The tensors whose names go on with `prefix`, such as "middle_block.0.".
  Weights within(const std::string& prefix) const;
  // The same tensors in another element type.
  Weights as(at::ScalarType type) const;

  // The same tensors as if a file kept them in `rounded`, such as 8 bits: rounded to it, computed with
  // in the type that they have here.
  Weights rounded_to(at::ScalarType rounded) const;

  // The same tensors, none taken and none in memory.
  Weights fresh() const;

  // The same tensors without their values, on the device "meta": a network that is made of them checks
  // names and shapes and costs nothing. What is taken is counted anew.
  Weights shapes() const;

  // The same tensors with `patches` added to them, besides those that are added already; what is taken
  // is counted anew.
  Weights patched_by(const WeightPatches& patches) const;

  // The same tensors, none copied that is computed with as the file has it: whoever computes with them
  // asks the file afterwards whether it is what it was (TensorFile::check_unchanged). With a stream,
  // large ones come and go as it says.
  Weights in_file(std::shared_ptr<WeightStream> stream = {}) const;
  // Whether what get_later gives is made at each use.
  bool come_and_go() const { return stream_ != nullptr; }

  bool has(const std::string& name) const;
  // Whether there is any tensor whose name goes on with `prefix`.
  bool has_any(const std::string& prefix) const;
  // The names under the prefix, without it.
  std::vector<std::string> names() const;
  // The shape of a tensor, without taking it. Throws Error with the nearest name.
  std::vector<std::int64_t> shape(const std::string& name) const;

  // Takes a tensor. Throws Error, which names file and tensor: missing (with the nearest name), of
  // another shape, not of numbers, not finite.
  at::Tensor get(const std::string& name, at::IntArrayRef expected) const;

  // The same, kept as the file has it. Not in a wider type than get() gives.
  std::shared_ptr<const StoredWeight> stored(const std::string& name, at::IntArrayRef expected) const;

  // What get() gives, to the bit, made each time that it is used. REQUIRES: come_and_go().
  std::shared_ptr<const StoredWeight> get_later(const std::string& name,
                                                at::IntArrayRef expected) const;

  // Counts what begins with `prefix` among what was taken: it is known, and there is no use for it.
  void pass_over(const std::string& prefix) const;

  // What all tensors under the prefix take in the element type, or where none takes more than in the
  // file.
  std::uint64_t bytes() const;
  std::uint64_t stored_bytes() const;

  // The full names of the tensors under the prefix that nobody took.
  std::vector<std::string> surplus() const;

  const std::shared_ptr<const TensorFile>& file() const { return file_; }
  const std::string& prefix() const { return prefix_; }
  at::Device device() const { return device_; }
  at::ScalarType type() const { return type_; }
  std::optional<at::ScalarType> rounded() const { return rounded_; }

 private:
  std::vector<std::int64_t> shape_of(const std::string& whole) const;
  const TensorEntry& find(const std::string& name) const;
  // The same, and of that shape.
  const TensorEntry& find(const std::string& name, at::IntArrayRef expected) const;
  // A tensor as the file has it, on the device, in the type, and found to be finite.
  const at::Tensor& loaded(const std::string& whole) const;
  // Its values in the narrowest type that holds what the file says of them.
  const at::Tensor& narrow(const std::string& whole) const;
  // As the file has it: where it lies in the file, if that was asked for and can be; else read.
  struct Found {
    at::Tensor tensor;
    bool lies_in_file = false;
  };
  Found find_values(const std::string& whole) const;
  // One that lies in the file, in the stream. Null: there is no stream, or it does not lie there.
  std::shared_ptr<const StoredWeight> in_stream(const std::string& whole) const;
  std::shared_ptr<const StoredWeight> stored(const std::string& name, at::IntArrayRef expected,
                                             at::ScalarType rounded_to) const;
  std::shared_ptr<const StoredWeight> in_blocks(const std::string& whole) const;
  // One in a format that takes more than a scale (comfy_weight.hpp), on the CPU.
  bool is_in_comfy_format(const std::string& whole) const;
  std::shared_ptr<const StoredWeight> in_comfy_format(const std::string& whole) const;
  std::shared_ptr<const StoredWeight> in_one_type(const std::string& whole) const;
  // What a file says beside a weight of 8 bits: a scale, float32. Undefined: nothing.
  at::Tensor scale_of(const std::string& whole) const;
  void check_numbers(const std::string& whole, at::ScalarType in_file) const;
  [[noreturn]] void refuse_infinite(const std::string& whole) const;

  std::shared_ptr<const TensorFile> file_;
  at::Device device_;
  at::ScalarType type_;
  std::optional<at::ScalarType> rounded_;
  std::string prefix_;
  std::shared_ptr<std::set<std::string>> taken_;
  using Kept = std::map<std::pair<std::string, at::ScalarType>, at::Tensor>;
  std::shared_ptr<Kept> kept_;
  std::shared_ptr<const WeightPatches> patches_;  // null: none
  bool in_file_ = false;
  std::shared_ptr<WeightStream> stream_;  // null: none
};

}  // namespace ksampler

#endif
