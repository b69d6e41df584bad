#include "host/nodes/latent/latent_file.hpp"

#include "host/base/error.hpp"
#include "host/files/output.hpp"
#include "host/model/network/tensors.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/record/record.hpp"

#include <ATen/ops/empty.h>

#include <span>

namespace ksampler {
namespace {

constexpr char kSamples[] = "latent_tensor";
constexpr char kMask[] = "noise_mask";
constexpr char kBatchIndex[] = "batch_index";
constexpr char kSuffix[] = ".latent";

Latent latent_in(const NodeContext& context, const Node& node, const std::filesystem::path& path) {
  const auto file = TensorFile::open(path);
  Latent latent;
  latent.samples = load_float(file, kSamples, 4, at::kCPU);
  if (file->tensors().contains(kMask)) latent.noise_mask = read_mask(context, node, file, kMask);
  const auto index = file->tensors().find(kBatchIndex);
  if (index != file->tensors().end() && index->second.type == DType::i64) {
    std::vector<std::int64_t>& numbers = latent.batch_index.emplace();
    numbers.resize(index->second.bytes() / sizeof(std::int64_t));
    file->read(index->second, std::as_writable_bytes(std::span(numbers)));
  }
  return latent;
}

}  // namespace

std::filesystem::path write_latent(const NodeContext& context, const Latent& latent,
                                   const std::string& prefix, Company company) {
  const at::Tensor samples = latent.samples.contiguous();
  const std::string expanded = fitting_prefix(
      prefix, context.pipeline,
      {.width = 8 * samples.size(3), .height = 8 * samples.size(2), .time = local_time()},
      context.options.out, kSuffix);
  // ComfyUI's mark of a latent that is not scaled by a model's factor: an empty tensor.
  const at::Tensor version = at::empty({0});
  std::map<std::string, TensorView> tensors = {{kSamples, view_of(samples)},
                                               {"latent_format_version_0", view_of(version)}};
  at::Tensor mask;
  if (company == Company::written && latent.noise_mask.defined()) {
    mask = latent.noise_mask.contiguous();
    tensors[kMask] = view_of(mask);
  }
  if (company == Company::written && latent.batch_index) {
    const std::span numbers(*latent.batch_index);
    tensors[kBatchIndex] = {DType::i64, {std::ssize(numbers)}, std::as_bytes(numbers)};
  }
  return write_numbered(context.options.out, expanded, kSuffix,
                        safetensors_bytes(tensors, record_of(context, context.options.out / expanded)));
}

Latent read_latent(const NodeContext& context, const Node& node, const std::filesystem::path& path) {
  return failing_as(Diagnostic::Kind::bad_file, [&] { return latent_in(context, node, path); });
}

}  // namespace ksampler
