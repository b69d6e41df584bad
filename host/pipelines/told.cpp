#include "host/pipelines/told.hpp"

#include <ks/entry.h>

namespace ksampler::pipelines {

void Told::note(ks_status status) {
  if (status == KS_OK || status_ != KS_OK) return;
  status_ = status;
  stop_ = true;
}

void Told::node_begins(const Node& node) {
  if (callbacks_.node == nullptr) return;
  note(callbacks_.node(callbacks_.context, node.name.c_str(), node.decl->type.c_str()));
}

void Told::step_done(const Node& node, std::uint32_t step, std::uint32_t steps) {
  if (callbacks_.step != nullptr)
    note(callbacks_.step(callbacks_.context, node.name.c_str(), step, steps));
}

void Told::preview(const Node& node, std::uint32_t step, std::uint32_t steps,
                   const PreviewPicture& picture) {
  if (callbacks_.picture == nullptr) return;
  ks_picture told{};
  told.size = sizeof told;
  told.kind = KS_PICTURE_STEP;
  told.width = picture.width;
  told.height = picture.height;
  told.channels = 3;
  told.count = 1;
  told.step = step;
  told.steps = steps;
  told.pixels = picture.rgb.data();
  told.node = node.name.c_str();
  note(callbacks_.picture(callbacks_.context, &told));
}

void Told::picture(const Node& node, const PictureOfNode& picture) {
  ks_picture told{};
  told.size = sizeof told;
  told.kind = picture.is_preview ? KS_PICTURE_PREVIEW : KS_PICTURE_SAVED;
  told.width = picture.width;
  told.height = picture.height;
  told.channels = picture.channels;
  told.index = picture.index;
  told.count = picture.count;
  told.pixels = picture.pixels;
  told.node = node.name.c_str();
  note(callbacks_.picture(callbacks_.context, &told));
}

void Told::file_written(const Node& node, const std::filesystem::path& file) {
  if (callbacks_.file != nullptr)
    note(callbacks_.file(callbacks_.context, node.name.c_str(), file.c_str()));
}

void Told::warning(const Node& node, const std::string& message) {
  host_.say(KS_LOG_WARNING, "", node.name + ": " + message);
}

}  // namespace ksampler::pipelines
