#include "host/embed/caller_memory.hpp"

#include "host/base/sentence.hpp"
#include "host/embed/failures.hpp"

namespace ksampler::embed {
namespace {

void check(ks_status status, const char* function) {
  if (status == KS_OK) return;
  if (status == KS_STOPPED) throw Stopped();
  throw Error(sentence("the caller's memory failed in {} (status {})", function, status));
}

[[noreturn]] void not_there(const char* what) {
  throw Error(sentence("{} is asked for, which the caller's memory has not", what));
}

}  // namespace

CallerMemory::CallerMemory(const LatentShape& shape, cpu::Element element, const ks_space& space)
    : Memory(shape, static_cast<std::size_t>(shape.elements(KS_SHAPE_LATENT)), element), space_(space) {
  if (space_.create == nullptr || space_.release == nullptr || space_.lincomb == nullptr) {
    throw BadArgument("ks_space lacks create, release or lincomb");
  }
}

void CallerMemory::make(RunTensor& tensor) {
  if (tensor.shape != KS_SHAPE_LATENT && tensor.shape <= KS_SHAPE_ITEMS) {
    not_there("a tensor of a part of the latent's shape");
  }
  check(space_.create(space_.context, static_cast<std::uint32_t>(tensor.height),
                      static_cast<std::uint32_t>(tensor.width), &tensor.data),
        "create");
}

void CallerMemory::free(RunTensor& tensor) noexcept { space_.release(space_.context, tensor.data); }

void CallerMemory::lincomb(const RunTensor& dst, std::span<const float> coefficients,
                           std::span<const void* const> terms) {
  check(space_.lincomb(space_.context, dst.data, static_cast<std::uint32_t>(terms.size()),
                       coefficients.data(), terms.data()),
        "lincomb");
}

double CallerMemory::norm(const RunTensor& x) {
  if (space_.norm == nullptr) not_there("a norm");
  double result = 0;
  check(space_.norm(space_.context, x.data, &result), "norm");
  return result;
}

double CallerMemory::error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous,
                                double atol, double rtol) {
  if (space_.error_norm == nullptr) not_there("the error of a step");
  double result = 0;
  check(space_.error_norm(space_.context, low.data, high.data, previous.data, atol, rtol, &result),
        "error_norm");
  return result;
}

void CallerMemory::put(const RunTensor& dst, const float* values) {
  if (space_.put == nullptr) not_there("noise (`put`)");
  check(space_.put(space_.context, dst.data, values, dst.size), "put");
}

void CallerMemory::map(const RunTensor&, const RunFormula&) { not_there("a formula"); }
void CallerMemory::reduce(const RunTensor&, std::uint32_t, const RunFormula&) {
  not_there("a reduction");
}
void CallerMemory::quantile(const RunTensor&, const RunTensor&, double) { not_there("a quantile"); }
void CallerMemory::fill(const RunTensor&, std::span<const float>) { not_there("a tensor of numbers"); }
void CallerMemory::fourier(const RunTensor&, const RunTensor&, const RunTensor&, std::uint32_t) {
  not_there("a Fourier transform");
}
void CallerMemory::blur(const RunTensor&, const RunTensor&, double) { not_there("a blur"); }
void CallerMemory::coarse(const RunTensor&, const RunTensor&, std::int64_t, std::int64_t) {
  not_there("a coarse latent");
}
void CallerMemory::resize(const RunTensor&, const RunTensor&, std::uint32_t) {
  not_there("another size");
}
void CallerMemory::get(const RunTensor&, float*) { not_there("noise that is cut off"); }
void* CallerMemory::dlpack(const RunTensor&) { not_there("a tensor's memory"); }

}  // namespace ksampler::embed
