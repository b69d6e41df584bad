// The nodes that compute with what a text encoder gives, as ComfyUI does.
//
//   concat   embedding = [to; from] along the tokens; all else as in `to`
//   average  embedding = to * strength + from * (1 - strength), where `from` is cut, or filled up with
//   zeros, to
//            the length of `to`; pooled likewise, or that of the one that has it
//   multiply embedding and pooled times a number
//   zero out embedding and pooled are 0
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace ksampler {
namespace {

void require_text(const Conditioning& conditioning, const char* input) {
  if (conditioning.embedding.defined()) return;
  throw Error(sentence("'{}' says no text; expected what CLIPTextEncode gives", input));
}

void require_width(const at::Tensor& to, const at::Tensor& from, const char* what) {
  if (to.size(-1) == from.size(-1)) return;
  throw Error(
      sentence("'conditioning_to' has {} of {} numbers, 'conditioning_from' of {}: they come from text "
               "encoders of different models",
               what, to.size(-1), from.size(-1)));
}

const Conditioning& first_of_from(const NodeContext& context, const Inputs& in) {
  const auto& from = in.link<ConditioningValue>("conditioning_from");
  if (from.empty()) throw Error("'conditioning_from' has no entries");
  if (from.size() > 1) {
    context.reporter.warning(
        in.node(),
        sentence("'conditioning_from' has {} entries, of which only the first is used", from.size()));
  }
  require_text(from.front(), "conditioning_from");
  return from.front();
}

// [1,T,C] with `length` tokens.
at::Tensor with_length(const at::Tensor& embedding, std::int64_t length) {
  if (embedding.size(1) >= length) return embedding.narrow(1, 0, length);
  return at::cat(
      {embedding, at::zeros({1, length - embedding.size(1), embedding.size(2)}, embedding.options())},
      1);
}

}  // namespace

std::vector<Value> run_conditioning_concat(const NodeContext& context, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning_to");
  const Conditioning& from = first_of_from(context, in);
  for (Conditioning& to : all) {
    require_text(to, "conditioning_to");
    require_width(to.embedding, from.embedding, "tokens");
    to.embedding = at::cat({to.embedding, from.embedding}, 1);
  }
  return {all};
}

std::vector<Value> run_conditioning_average(const NodeContext& context, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning_to");
  const Conditioning& from = first_of_from(context, in);
  const double strength = in.number("conditioning_to_strength");
  for (Conditioning& to : all) {
    require_text(to, "conditioning_to");
    require_width(to.embedding, from.embedding, "tokens");
    to.embedding =
        to.embedding * strength + with_length(from.embedding, to.embedding.size(1)) * (1.0 - strength);
    if (!from.pooled.defined()) continue;
    if (to.pooled.defined()) {
      require_width(to.pooled, from.pooled, "a pooled output");
      to.pooled = to.pooled * strength + from.pooled * (1.0 - strength);
    } else {
      to.pooled = from.pooled;
    }
  }
  return {all};
}

std::vector<Value> run_conditioning_multiply(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  const double multiplier = in.number("multiplier");
  for (Conditioning& conditioning : all) {
    require_text(conditioning, "conditioning");
    conditioning.embedding = conditioning.embedding * multiplier;
    if (conditioning.pooled.defined()) conditioning.pooled = conditioning.pooled * multiplier;
  }
  return {all};
}

std::vector<Value> run_conditioning_zero_out(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) {
    require_text(conditioning, "conditioning");
    conditioning.embedding = at::zeros_like(conditioning.embedding);
    if (conditioning.pooled.defined()) conditioning.pooled = at::zeros_like(conditioning.pooled);
  }
  return {all};
}

}  // namespace ksampler
