#include "host/model/file/text_width.hpp"

#include "host/model/file/language_root.hpp"

#include <array>
#include <string>

namespace ksampler {
namespace {

// Of a matrix [out,in] that the file has as it is.
std::optional<std::int64_t> columns_of(const TensorNames& names, const std::string& tensor) {
  const std::vector<std::int64_t> shape = names.shape(tensor);
  if (shape.size() != 2 || names.type(tensor) == DType::u8) return std::nullopt;  // two in a byte
  return shape[1];
}

// Of so many layers, beside each other.
std::size_t taken_layers(SentenceKind kind) {
  switch (kind) {
    case SentenceKind::qwen3_flux2:
      return kFlux2Taken.size();
    case SentenceKind::mistral:
      return kMistralTaken.size();
    case SentenceKind::qwen3_krea2:
      return kKrea2Taken.size();
    case SentenceKind::t5:
    case SentenceKind::qwen3:
    case SentenceKind::qwen3_anima:
    case SentenceKind::qwen3_vl:
    case SentenceKind::qwen25:
    case SentenceKind::gemma2:
      return 1;
  }
  return 1;
}

std::optional<std::int64_t> sentence_width(const SentencePlace& place,
                                           const std::vector<TensorNames>& files) {
  const TensorNames inner = files[place.file].within(place.prefix);
  if (place.kind == SentenceKind::t5) {
    return columns_of(inner, "encoder.block.0.layer.0.SelfAttention.q.weight");
  }
  const auto width = columns_of(inner, language_root(inner) + "embed_tokens.weight");
  return width ? std::optional(*width * static_cast<std::int64_t>(taken_layers(place.kind)))
               : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> given_text_width(const TextRecipe& recipe,
                                             const std::vector<TensorNames>& files) {
  if (recipe.joining != Joining::side_by_side) {
    return recipe.sentence ? sentence_width(*recipe.sentence, files) : std::nullopt;
  }
  std::int64_t sum = 0;
  for (const ClipPlace& place : recipe.clip) {
    const auto width = columns_of(files[place.file], token_table(place));
    if (!width) return std::nullopt;
    sum += *width;
  }
  return sum;
}

std::optional<std::int64_t> taken_text_width(const TensorNames& network) {
  // Of Krea 2, several layers beside each other.
  const std::vector<std::int64_t> layers = network.shape("txtfusion.projector.weight");
  if (layers.size() == 2) {
    const auto each = columns_of(network, "txtmlp.1.weight");
    return each ? std::optional(*each * layers[1]) : std::nullopt;
  }
  constexpr std::array<const char*, 4> kTextLayers = {
      "txt_in.weight",            // Flux.1, Chroma, Flux.2, Qwen-Image
      "txt_in.in_layer.weight",   // Qwen-Image 2.1
      "context_embedder.weight",  // SD 3
      "cap_embedder.1.weight"};   // Z-Image, Lumina 2
  for (const char* name : kTextLayers) {
    if (network.has(name)) return columns_of(network, name);
  }
  for (const std::string& name : network.names()) {  // UNets
    if (name.ends_with(".attn2.to_k.weight") && name.find("blocks.") != std::string::npos) {
      return columns_of(network, name);
    }
  }
  return std::nullopt;
}

}  // namespace ksampler
