#include "tests/model/made_encoder.hpp"

#include "host/model/network/tensors.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>

#include <cmath>

namespace ksampler::test {
namespace {

class Maker {
 public:
  at::Tensor matrix(std::int64_t out, std::int64_t in) {
    return normal({out, in}) / std::sqrt(static_cast<double>(in));
  }
  at::Tensor table(std::int64_t rows, std::int64_t width) { return 0.5 * normal({rows, width}); }
  at::Tensor bias(std::int64_t width) { return 0.1 * normal({width}); }
  at::Tensor scale(std::int64_t width) { return 1.0 + 0.2 * normal({width}); }

 private:
  at::Tensor normal(at::IntArrayRef shape) { return at::randn(shape, generator_); }

  at::Generator generator_ = at::detail::createCPUGenerator(5);
};

void add_linear(Maker& make, Tensors& tensors, const std::string& name, std::int64_t in,
                std::int64_t out) {
  tensors[name + ".weight"] = make.matrix(out, in);
  tensors[name + ".bias"] = make.bias(out);
}

void add_norm(Maker& make, Tensors& tensors, const std::string& name, std::int64_t width) {
  tensors[name + ".weight"] = make.scale(width);
  tensors[name + ".bias"] = make.bias(width);
}

}  // namespace

Tensors transformers_tensors(const std::string& prefix, const MadeShape& shape,
                             const std::string& root) {
  Maker make;
  Tensors tensors;
  const std::string begin = prefix + root;
  const std::int64_t width = shape.width;
  tensors[begin + "embeddings.token_embedding.weight"] = make.table(shape.vocabulary, width);
  tensors[begin + "embeddings.position_embedding.weight"] = make.table(shape.positions, width);
  for (std::int64_t i = 0; i < shape.layers; ++i) {
    const std::string layer = begin + "encoder.layers." + std::to_string(i) + ".";
    add_norm(make, tensors, layer + "layer_norm1", width);
    add_norm(make, tensors, layer + "layer_norm2", width);
    for (const char* name : {"q_proj", "k_proj", "v_proj", "out_proj"}) {
      add_linear(make, tensors, layer + "self_attn." + name, width, width);
    }
    add_linear(make, tensors, layer + "mlp.fc1", width, 2 * width);
    add_linear(make, tensors, layer + "mlp.fc2", 2 * width, width);
  }
  add_norm(make, tensors, begin + "final_layer_norm", width);
  return tensors;
}

Tensors open_clip_tensors(const std::string& prefix, const MadeShape& shape) {
  Maker make;
  Tensors tensors;
  const std::int64_t width = shape.width;
  tensors[prefix + "token_embedding.weight"] = make.table(shape.vocabulary, width);
  tensors[prefix + "positional_embedding"] = make.table(shape.positions, width);
  for (std::int64_t i = 0; i < shape.layers; ++i) {
    const std::string layer = prefix + "transformer.resblocks." + std::to_string(i) + ".";
    add_norm(make, tensors, layer + "ln_1", width);
    add_norm(make, tensors, layer + "ln_2", width);
    tensors[layer + "attn.in_proj_weight"] = make.matrix(3 * width, width);
    tensors[layer + "attn.in_proj_bias"] = make.bias(3 * width);
    add_linear(make, tensors, layer + "attn.out_proj", width, width);
    add_linear(make, tensors, layer + "mlp.c_fc", width, 2 * width);
    add_linear(make, tensors, layer + "mlp.c_proj", 2 * width, width);
  }
  add_norm(make, tensors, prefix + "ln_final", width);
  tensors[prefix + "text_projection"] = make.matrix(width, 24);
  tensors[prefix + "logit_scale"] = at::ones({});
  return tensors;
}

Tensors sdxl_tensors() {
  Tensors tensors = transformers_tensors("conditioner.embedders.0.transformer.");
  tensors.merge(open_clip_tensors("conditioner.embedders.1.model.", {.width = 48, .layers = 4}));
  return tensors;
}

Weights written(const std::filesystem::path& file, const Tensors& tensors,
                const std::map<std::string, std::string>& metadata) {
  std::map<std::string, TensorView> views;
  for (const auto& [name, tensor] : tensors) views[name] = view_of(tensor);
  const std::vector<std::byte> bytes = safetensors_bytes(views, metadata);
  write_text(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return {TensorFile::open(file), at::kCPU, at::kFloat};
}

}  // namespace ksampler::test
