#include "host/nodes/sampling/previewer.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/network/weights.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_avg_pool2d.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostPreviewed = 4;      // items of a batch
constexpr std::int64_t kMostPreviewSide = 512;  // pixels of an item that was decoded (ComfyUI's)

// Where decoders of previews lie: in the folders of models, and beside the pipeline.
std::vector<fs::path> approximate_folders(const PipelineSource& source) {
  std::vector<fs::path> folders = source.files.of({"vae_approx"});
  folders.push_back(source.folder / "vae_approx");
  return folders;
}

// The first file there whose name begins so, as ComfyUI looks for it.
std::optional<fs::path> file_beginning(const std::vector<fs::path>& folders, const std::string& name) {
  for (const fs::path& folder : folders) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (at->path().filename().string().starts_with(name)) found.push_back(at->path());
    }
    if (!found.empty()) return *std::ranges::min_element(found);
  }
  return std::nullopt;
}

// [B,3,H,W] as a picture, the items side by side.
PreviewPicture side_by_side(const at::Tensor& rgb) {
  const at::Tensor bytes = (rgb.permute({2, 0, 3, 1}) * 255.0).to(at::kByte).to(at::kCPU).contiguous();
  PreviewPicture picture;
  picture.height = static_cast<std::uint32_t>(bytes.size(0));
  picture.width = static_cast<std::uint32_t>(bytes.size(1) * bytes.size(2));
  const auto* first = bytes.const_data_ptr<std::uint8_t>();
  picture.rgb.assign(first, first + bytes.numel());
  return picture;
}

// No longer than a preview's longest side.
at::Tensor at_most_previewed(const at::Tensor& rgb) {
  const std::int64_t longest = std::max(rgb.size(2), rgb.size(3));
  if (longest <= kMostPreviewSide) return rgb;
  const auto side = [&](std::int64_t length) {
    return std::max<std::int64_t>(length * kMostPreviewSide / longest, 1);
  };
  return at::adaptive_avg_pool2d(rgb, {side(rgb.size(2)), side(rgb.size(3))});
}

}  // namespace

Previewer::Previewer(const NodeContext& context, const Node& node,
                     std::shared_ptr<const Denoiser> model)
    : context_(context), node_(node), model_(std::move(model)) {}

// Null where there is none, which is said.
std::shared_ptr<const TinyDecoder> Previewer::find_decoder() const {
  const LatentFormat& format = model_->latents();
  const std::string name = format.tiny_decoder;
  if (name.empty()) {
    context_.reporter.warning(node_,
                              "no small decoder is known for previews of this model: they show "
                              "its latents' colours");
    return nullptr;
  }
  const std::optional<fs::path> file =
      file_beginning(approximate_folders(context_.pipeline.source), name);
  if (!file) {
    context_.reporter.warning(
        node_, sentence("previews show the latents' colours: no file {} is in vae_approx of --models, "
                        "or beside the pipeline",
                        quote(name + ".safetensors")));
    return nullptr;
  }
  try {
    const Weights weights(open_model_file(*file), model_->device(), at::kFloat);
    return context_.models.hold<TinyDecoder>(
        {.file = *file, .kind = "tiny decoder", .device = model_->device()}, weights.bytes(),
        [&] { return std::make_shared<const TinyDecoder>(weights, format.channels); });
  } catch (const Error& error) {  // a picture that is only looked at ends no run
    context_.reporter.warning(node_, sentence("previews show the latents' colours: {}", error.what()));
    return nullptr;
  }
}

PreviewPicture Previewer::operator()(const at::Tensor& denoised) {
  if (context_.options.decoded_previews && !looked_for_decoder_) {
    looked_for_decoder_ = true;
    decoder_ = find_decoder();
  }
  const at::Tensor shown = denoised.narrow(0, 0, std::min(kMostPreviewed, denoised.size(0)));
  return side_by_side(decoder_ ? at_most_previewed((*decoder_)(shown))
                               : coloured(shown, model_->latents().colours));
}

}  // namespace ksampler
