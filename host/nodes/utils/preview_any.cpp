#include "host/files/output.hpp"
#include "host/graph/wording.hpp"
#include "host/model/network/tensors.hpp"
#include "host/nodes/preview_place.hpp"
#include "host/nodes/utils/functions.hpp"
#include "host/nodes/values.hpp"

#include <span>

namespace ksampler {
namespace {

std::string tensor_text(const at::Tensor& tensor) {
  return "a tensor of shape " + shape_text(tensor.sizes());
}

// As Python has it: a float that is whole ends in ".0".
std::string float_text(double value) {
  const std::string text = literal_text(value);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

std::string sigmas_text(const SigmasValue& sigmas) {
  std::string text;
  for (const double sigma : sigmas) text += (text.empty() ? "" : ", ") + float_text(sigma);
  return "[" + text + "]";
}

std::string shown(const Value& value) {
  if (const auto* text = std::any_cast<std::string>(&value)) return *text;
  if (const auto* integer = std::any_cast<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::any_cast<double>(&value)) return float_text(*number);
  if (const auto* flag = std::any_cast<bool>(&value)) return *flag ? "True" : "False";
  if (const auto* tensor = std::any_cast<at::Tensor>(&value)) return tensor_text(*tensor);
  if (const auto* latent = std::any_cast<LatentValue>(&value)) return tensor_text(latent->samples);
  if (const auto* sigmas = std::any_cast<SigmasValue>(&value)) return sigmas_text(*sigmas);
  return "a value that is no number and no text";
}

}  // namespace

std::vector<Value> run_preview_any(const NodeContext& context, const Inputs& in) {
  const std::string text = shown(in.linked("source"));
  const OutputPlace place = preview_place(context.options);
  const auto file = write_numbered(place.folder, place.prefix, ".txt", std::as_bytes(std::span(text)));
  context.reporter.file_written(in.node(), file);
  return {text};
}

}  // namespace ksampler
