#include "host/model/load/load_vision.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/load/surplus.hpp"

namespace ksampler {
namespace {

template <typename T>
Found<Lazy<T>> find_in(const Weights& weights, const char* kind) {
  const Weights shapes = weights.shapes();
  const T checked(shapes);
  NetworkKey key{.file = weights.file()->file(), .kind = kind, .device = weights.device()};
  return {.value = Lazy<T>(std::move(key), weights.stored_bytes(),
                           [weights] { return std::make_shared<T>(weights.fresh()); }),
          .surplus = worth_a_warning(shapes.surplus())};
}

}  // namespace

Found<LazyClipVision> find_clip_vision(const std::shared_ptr<const TensorFile>& file,
                                       at::Device device) {
  const Weights weights(file, device, at::kFloat);
  if (!weights.has_any("vision_model.")) {
    throw Error(
        {file->file().string()},
        sentence("no vision model in this file: no tensor's name begins with 'vision_model.', as "
                 "CLIP's and SigLIP's of transformers do{}",
                 contents(*file)));
  }
  return find_in<ClipVision>(weights, "vision model");
}

Found<LazyStyleModel> find_style_model(const std::shared_ptr<const TensorFile>& file,
                                       at::Device device) {
  return find_in<StyleModel>(Weights(file, device, at::kFloat), "style model");
}

}  // namespace ksampler
