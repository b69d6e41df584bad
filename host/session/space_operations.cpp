// The operations of ks_tensor_ops and ks_expressions: check what a plugin gave, then compute.
#include "host/session/space_errors.hpp"
#include "host/session/space_state.hpp"

#include <cmath>
#include <exception>
#include <string>

namespace ksampler {
namespace {

ks_status bad_coefficient(std::size_t index, double coefficient, std::string& error) {
  error = "lincomb: coefficient " + std::to_string(index) + " is " + std::to_string(coefficient) +
          "; expected a finite number in the range of float32";
  return KS_INVALID_ARGUMENT;
}

}  // namespace

ks_status Space::lincomb(ks_tensor* dst, std::span<const double> coefficients,
                         std::span<ks_tensor* const> terms, std::string& error) {
  State& state = *state_;
  if (coefficients.size() != terms.size()) {
    error = "lincomb: " + std::to_string(coefficients.size()) + " coefficients for " +
            std::to_string(terms.size()) + " tensors";
    return KS_INVALID_ARGUMENT;
  }
  const RunTensor* const result = state.find_sized(dst);
  if (result == nullptr) {
    return not_a_latent(state.find_any(dst), "lincomb: the result", error);
  }
  state.factors.clear();
  state.pointers.clear();
  std::uint64_t distinct = 1;  // the result is written
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const RunTensor* const term = state.find_sized(terms[i]);
    if (term == nullptr) {
      return not_a_latent(state.find_any(terms[i]), "lincomb: term " + std::to_string(i), error);
    }
    if (term->shape != result->shape) {
      error = "lincomb: term " + std::to_string(i) + " has another height and width than the result";
      return KS_INVALID_ARGUMENT;
    }
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
  state.lincomb_bytes += distinct * result->size * cpu::kElementBytes[result->element];
  return guarded("lincomb", error,
                 [&] { state.memory.lincomb(*result, state.factors, state.pointers); });
}

ks_status Space::norm(const ks_tensor* tensor, double& result, std::string& error) const {
  const RunTensor* const slot = state_->find(tensor);
  if (slot == nullptr) return not_a_latent(state_->find_any(tensor), "norm: the tensor", error);
  return guarded("norm", error, [&] { result = state_->memory.norm(*slot); });
}

ks_status Space::error_norm(const ks_tensor* low, const ks_tensor* high, const ks_tensor* previous,
                            double atol, double rtol, double& result, std::string& error) const {
  const RunTensor* const slots[] = {state_->find(low), state_->find(high), state_->find(previous)};
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
    result = state_->memory.error_norm(*slots[0], *slots[1], *slots[2], atol, rtol);
  });
}

namespace {

// The tensors of a formula for a tensor of shape `whole`.
template <typename Find>
ks_status find_terms(const char* function, const ks_expression& expression, std::uint32_t whole,
                     const Find& find, std::vector<const RunTensor*>& terms, std::string& error) {
  terms.clear();
  for (std::uint32_t i = 0; i < expression.term_count; ++i) {
    const RunTensor* const slot = find(expression.terms[i]);
    const std::string term = std::string(function) + ": term " + std::to_string(i);
    if (slot == nullptr) return not_a_tensor(term, error);
    if (!repeats_in(slot->shape, whole)) {
      error = term + " is larger than the result, or has another part of the latent's shape";
      return KS_INVALID_ARGUMENT;
    }
    terms.push_back(slot);
  }
  return KS_OK;
}

RunFormula formula_of(const ks_expression& expression, const std::vector<const RunTensor*>& terms) {
  return {{expression.ops, expression.op_count}, {expression.numbers, expression.number_count}, terms};
}

}  // namespace

ks_status Space::map(ks_tensor* dst, const ks_expression& expression, std::string& error) {
  State& state = *state_;
  const RunTensor* const result = state.find_part(dst);
  if (result == nullptr) return not_a_latent(state.find_any(dst), "map: the result", error);
  const auto find = [&](const ks_tensor* handle) { return state.find_part(handle); };
  const ks_status found = find_terms("map", expression, result->shape, find, state.terms, error);
  if (found != KS_OK) return found;
  return guarded("map", error, [&] {
    if (result->size > 0) state.memory.map(*result, formula_of(expression, state.terms));
  });
}

ks_status Space::reduce(ks_tensor* dst, std::uint32_t reduction, const ks_expression& expression,
                        std::string& error) {
  State& state = *state_;
  const RunTensor* const result = state.find_part(dst);
  if (result == nullptr) return not_a_latent(state.find_any(dst), "reduce: the result", error);
  if (result->shape == KS_SHAPE_LATENT) {
    error = "reduce: the result has the latent's shape; expected a smaller one";
    return KS_INVALID_ARGUMENT;
  }
  if (reduction > KS_REDUCE_MAXIMUM) {
    error = "reduce: " + std::to_string(reduction) + " is no reduction";
    return KS_INVALID_ARGUMENT;
  }
  const auto find = [&](const ks_tensor* handle) { return state.find_part(handle); };
  const ks_status found = find_terms("reduce", expression, KS_SHAPE_LATENT, find, state.terms, error);
  if (found != KS_OK) return found;
  for (std::uint32_t i = 0; i < expression.term_count; ++i) {
    if (expression.terms[i] != dst) continue;
    error = "reduce: the result is among the terms";
    return KS_INVALID_ARGUMENT;
  }
  return guarded("reduce", error, [&] {
    if (result->size > 0) {
      state.memory.reduce(*result, reduction, formula_of(expression, state.terms));
    }
  });
}

ks_status Space::quantile(ks_tensor* dst, const ks_tensor* tensor, double q, std::string& error) {
  State& state = *state_;
  const RunTensor* const result = state.find_part(dst);
  if (result == nullptr) return not_a_latent(state.find_any(dst), "quantile: the result", error);
  if (result->shape != KS_SHAPE_ITEMS && result->shape != KS_SHAPE_CHANNELS) {
    error = "quantile: the result must have a number an item, or a channel";
    return KS_INVALID_ARGUMENT;
  }
  const RunTensor* const from = state.find(tensor);
  if (from == nullptr) return not_a_tensor("quantile: the tensor", error);
  if (!(q >= 0.0 && q <= 1.0)) {
    error = "quantile: q is " + std::to_string(q) + "; expected 0 to 1";
    return KS_INVALID_ARGUMENT;
  }
  return guarded("quantile", error, [&] {
    if (result->size > 0) state.memory.quantile(*result, *from, q);
  });
}

}  // namespace ksampler
