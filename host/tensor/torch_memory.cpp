#include "host/tensor/torch_memory.hpp"

#include "host/tensor/formula.hpp"
#include "host/tensor/reduce.hpp"

#include <ATen/DLConvertor.h>
#include <ATen/Functions.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <array>

namespace ksampler {
namespace {

LatentShape shape_or_none(const at::Tensor& latent) {
  return latent.dim() == 4 ? shape_of(latent) : LatentShape{};
}

ShapedTensor shaped(const RunTensor& tensor) { return {&torch_tensor(tensor), tensor.shape}; }

// The terms of a formula as LibTorch's tensors.
struct Terms {
  std::array<ShapedTensor, KS_MOST_TERMS> tensors;
  Formula formula;

  explicit Terms(const RunFormula& of) {
    for (std::size_t i = 0; i < of.terms.size(); ++i) tensors[i] = shaped(*of.terms[i]);
    formula = {of.ops, of.numbers, {tensors.data(), of.terms.size()}};
  }
  Terms(const Terms&) = delete;
  Terms& operator=(const Terms&) = delete;
};

// `values` as a tensor of these sizes; a view.
at::Tensor view_of(const float* values, at::IntArrayRef sizes) {
  return at::from_blob(const_cast<float*>(values), sizes, at::kFloat);
}

}  // namespace

RunTensor run_tensor(const at::Tensor& tensor) {
  const RawLayout layout = raw_layout(tensor);
  const bool planes = tensor.dim() == 4;
  return {.data = tensor.mutable_data_ptr(),
          .object = const_cast<at::Tensor*>(&tensor),
          .element = layout.element,
          .size = layout.size,
          .height = planes ? tensor.size(2) : 0,
          .width = planes ? tensor.size(3) : 0};
}

TorchMemory::TorchMemory(const at::Tensor& prototype)
    : Memory(shape_or_none(prototype), static_cast<std::size_t>(prototype.numel()),
             raw_layout(prototype).element),
      prototype_(prototype),
      layout_(raw_layout(prototype)) {}

void TorchMemory::make(RunTensor& tensor) {
  at::Tensor made;
  if (tensor.shape == KS_SHAPE_LATENT) {
    made = at::empty_like(prototype_);
  } else if (tensor.shape <= KS_SHAPE_ITEMS) {
    made = at::empty(shape().sizes(tensor.shape), prototype_.options().dtype(at::kFloat));
  } else {
    made =
        at::empty({shape().items, shape().channels, tensor.height, tensor.width}, prototype_.options());
  }
  tensor.data = made.mutable_data_ptr();
  tensor.object = new at::Tensor(std::move(made));
}

void TorchMemory::free(RunTensor& tensor) noexcept { delete static_cast<at::Tensor*>(tensor.object); }

void TorchMemory::lincomb(const RunTensor& dst, std::span<const float> coefficients,
                          std::span<const void* const> terms) {
  RawLayout layout = layout_;
  layout.size = dst.size;
  raw_lincomb(layout, dst.data, coefficients, terms);
}

double TorchMemory::norm(const RunTensor& x) { return root_mean_square(layout_, torch_tensor(x)); }

double TorchMemory::error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous,
                               double atol, double rtol) {
  return scaled_error(layout_, torch_tensor(low), torch_tensor(high), torch_tensor(previous), atol,
                      rtol);
}

void TorchMemory::map(const RunTensor& dst, const RunFormula& formula) {
  ksampler::map(shape(), shaped(dst), Terms(formula).formula);
}

void TorchMemory::reduce(const RunTensor& dst, std::uint32_t reduction, const RunFormula& formula) {
  ksampler::reduce(shape(), shaped(dst), reduction, Terms(formula).formula);
}

void TorchMemory::quantile(const RunTensor& dst, const RunTensor& tensor, double q) {
  ksampler::quantile(shape(), shaped(dst), torch_tensor(tensor), q);
}

void TorchMemory::fill(const RunTensor& dst, std::span<const float> values) {
  std::vector<std::int64_t> sizes = torch_tensor(dst).sizes().vec();
  if (values.size() != dst.size) sizes[0] = 1;
  torch_tensor(dst).copy_(view_of(values.data(), sizes));
}

void TorchMemory::fourier(const RunTensor& dst, const RunTensor& src, const RunTensor& gains,
                          std::uint32_t transform) {
  ksampler::fourier(matrices_, torch_tensor(dst), torch_tensor(src), torch_tensor(gains), transform);
}

void TorchMemory::blur(const RunTensor& dst, const RunTensor& src, double sigma) {
  ksampler::blur(matrices_, torch_tensor(dst), torch_tensor(src), sigma);
}

void TorchMemory::coarse(const RunTensor& dst, const RunTensor& src, std::int64_t height,
                         std::int64_t width) {
  ksampler::coarse(torch_tensor(dst), torch_tensor(src), height, width);
}

void TorchMemory::resize(const RunTensor& dst, const RunTensor& src, std::uint32_t how) {
  ksampler::resize(matrices_, torch_tensor(dst), torch_tensor(src), how);
}

void TorchMemory::put(const RunTensor& dst, const float* values) {
  torch_tensor(dst).copy_(view_of(values, torch_tensor(dst).sizes()));
}

void TorchMemory::get(const RunTensor& src, float* values) {
  view_of(values, torch_tensor(src).sizes()).copy_(torch_tensor(src));
}

float* TorchMemory::float32(const RunTensor& tensor) {
  const bool direct = layout_.device.is_cpu() && tensor.element == cpu::kFloat32;
  return direct ? static_cast<float*>(tensor.data) : nullptr;
}

void* TorchMemory::dlpack(const RunTensor& tensor) { return at::toDLPack(torch_tensor(tensor)); }

void* TorchMemory::stream() {
  const at::Device device = layout_.device;
  if (device.is_cpu()) return nullptr;
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}

}  // namespace ksampler
