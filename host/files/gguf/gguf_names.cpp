#include "host/files/gguf/gguf_names.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

struct Renamed {
  std::string_view theirs;  // a part of a name, with its points
  std::string_view here;
};

// The longer before those that they contain.
constexpr std::array<Renamed, 13> kT5 = {
    {{"enc.blk.", "encoder.block."},
     {"enc.output_norm.", "encoder.final_layer_norm."},
     {"token_embd.", "shared."},
     {".attn_rel_b.", ".layer.0.SelfAttention.relative_attention_bias."},
     {".attn_norm.", ".layer.0.layer_norm."},
     {".attn_q.", ".layer.0.SelfAttention.q."},
     {".attn_k.", ".layer.0.SelfAttention.k."},
     {".attn_v.", ".layer.0.SelfAttention.v."},
     {".attn_o.", ".layer.0.SelfAttention.o."},
     {".ffn_norm.", ".layer.1.layer_norm."},
     {".ffn_gate.", ".layer.1.DenseReluDense.wi_0."},
     {".ffn_up.", ".layer.1.DenseReluDense.wi_1."},
     {".ffn_down.", ".layer.1.DenseReluDense.wo."}}};
constexpr std::array<Renamed, 15> kLanguage = {{{"blk.", "model.layers."},
                                                {"token_embd.", "model.embed_tokens."},
                                                {"output_norm.", "model.norm."},
                                                {"output.", "lm_head."},
                                                {".attn_q_norm.", ".self_attn.q_norm."},
                                                {".attn_k_norm.", ".self_attn.k_norm."},
                                                {".attn_norm.", ".input_layernorm."},
                                                {".attn_q.", ".self_attn.q_proj."},
                                                {".attn_k.", ".self_attn.k_proj."},
                                                {".attn_v.", ".self_attn.v_proj."},
                                                {".attn_output.", ".self_attn.o_proj."},
                                                {".ffn_norm.", ".post_attention_layernorm."},
                                                {".ffn_gate.", ".mlp.gate_proj."},
                                                {".ffn_up.", ".mlp.up_proj."},
                                                {".ffn_down.", ".mlp.down_proj."}}};

// One that begins without a point is at the start of the name alone.
std::string renamed(std::string name, std::span<const Renamed> all) {
  for (const auto& [theirs, here] : all) {
    const bool at_start = theirs.front() != '.';
    const std::size_t at =
        at_start ? (name.starts_with(theirs) ? 0 : std::string::npos) : name.find(theirs);
    if (at != std::string::npos) name.replace(at, theirs.size(), here);
  }
  return name;
}

bool has(const TensorFileHeader& header, const char* name) { return header.tensors.contains(name); }

}  // namespace

void use_names_of_transformers(TensorFileHeader& header) {
  const bool t5 = has(header, "enc.blk.0.attn_q.weight");
  if (!t5 && !has(header, "blk.0.attn_q.weight")) return;
  std::map<std::string, TensorEntry> all;
  for (auto& [name, entry] : header.tensors) {
    all.emplace(t5 ? renamed(name, kT5) : renamed(name, kLanguage), std::move(entry));
  }
  header.tensors = std::move(all);
}

}  // namespace ksampler
