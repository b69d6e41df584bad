// The operations of ks_tensor_ops: check what a plugin gave, then compute.
#include "host/tensor/reduce.hpp"
#include "host/tensor/space.hpp"
#include "host/tensor/space_state.hpp"

#include <cmath>
#include <exception>
#include <string>

namespace ksampler {
namespace {

// "lincomb: the result is not a tensor of this run", and why that may be.
ks_status not_a_tensor(std::string what, std::string& error) {
  error = std::move(what) +
          " is not a tensor of this run (null, released, or from elsewhere; is it of an `auto` whose "
          "tensor is gone?)";
  return KS_INVALID_ARGUMENT;
}

ks_status bad_coefficient(std::size_t index, double coefficient, std::string& error) {
  error = "lincomb: coefficient " + std::to_string(index) + " is " + std::to_string(coefficient) +
          "; expected a finite number in the range of float32";
  return KS_INVALID_ARGUMENT;
}

// Runs what may throw in LibTorch or the CUDA driver.
template <typename Body>
ks_status guarded(const char* what, std::string& error, const Body& body) {
  try {
    body();
    return KS_OK;
  } catch (const std::bad_alloc&) {
    error = std::string(what) + ": out of memory";
    return KS_OUT_OF_MEMORY;
  } catch (const std::exception& exception) {
    error = std::string(what) + ": " + exception.what();
    return KS_ERROR;
  }
}

}  // namespace

ks_status TensorSpace::lincomb(ks_tensor* dst, std::span<const double> coefficients,
                               std::span<ks_tensor* const> terms, std::string& error) {
  State& state = *state_;
  if (coefficients.size() != terms.size()) {
    error = "lincomb: " + std::to_string(coefficients.size()) + " coefficients for " +
            std::to_string(terms.size()) + " tensors";
    return KS_INVALID_ARGUMENT;
  }
  const State::Slot* const result = state.find(dst);
  if (result == nullptr) return not_a_tensor("lincomb: the result", error);
  state.factors.clear();
  state.pointers.clear();
  std::uint64_t distinct = 1;  // the result is written
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const State::Slot* const term = state.find(terms[i]);
    if (term == nullptr) return not_a_tensor("lincomb: term " + std::to_string(i), error);
    const auto factor = static_cast<float>(coefficients[i]);
    if (!std::isfinite(factor)) return bad_coefficient(i, coefficients[i], error);
    if (factor == 0.0f) continue;
    bool read_before = false;
    for (const void* const seen : state.pointers) read_before = read_before || seen == term->data;
    if (!read_before) ++distinct;
    state.factors.push_back(factor);
    state.pointers.push_back(term->data);
  }
  ++state.lincomb_count;
  state.lincomb_bytes += distinct * state.layout.bytes();
  return guarded("lincomb", error,
                 [&] { raw_lincomb(state.layout, result->data, state.factors, state.pointers); });
}

ks_status TensorSpace::norm(const ks_tensor* tensor, double& result, std::string& error) const {
  const State::Slot* const slot = state_->find(tensor);
  if (slot == nullptr) return not_a_tensor("norm: the tensor", error);
  return guarded("norm", error, [&] { result = root_mean_square(state_->layout, slot->tensor); });
}

ks_status TensorSpace::error_norm(const ks_tensor* low, const ks_tensor* high,
                                  const ks_tensor* previous, double atol, double rtol, double& result,
                                  std::string& error) const {
  const State::Slot* const slots[] = {state_->find(low), state_->find(high), state_->find(previous)};
  const char* const names[] = {"low", "high", "previous"};
  for (std::size_t i = 0; i < 3; ++i) {
    if (slots[i] == nullptr) return not_a_tensor(std::string("error_norm: ") + names[i], error);
  }
  if (!(std::isfinite(atol) && std::isfinite(rtol) && atol >= 0 && rtol >= 0)) {
    error = "error_norm: atol is " + std::to_string(atol) + " and rtol " + std::to_string(rtol) +
            "; expected finite numbers, 0 or above";
    return KS_INVALID_ARGUMENT;
  }
  return guarded("error_norm", error, [&] {
    result =
        scaled_error(state_->layout, slots[0]->tensor, slots[1]->tensor, slots[2]->tensor, atol, rtol);
  });
}

}  // namespace ksampler
