#include "host/model/load/model.hpp"

#include "host/base/error.hpp"
#include "host/model/lora/lora.hpp"

#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

namespace ksampler {

const std::vector<std::string>& ModelSource::classes() const {
  static const std::vector<std::string> none;
  return none;
}

LoraTargets ModelSource::lora_targets() const {
  throw Error("this model has no weights that a LoRA could be added to; expected one of a checkpoint");
}

void Patches::add(WeightPatches more, const std::string& of) {
  for (auto& [name, added] : more) {
    auto& here = weights[name];
    here.insert(here.end(), std::make_move_iterator(added.begin()),
                std::make_move_iterator(added.end()));
  }
  identity += of;
}

Model with_sampling(const Model& model, ModelSampling sampling) {
  model.source->check_sampling(sampling);
  Model changed = model;
  changed.sampling = std::move(sampling);
  return changed;
}

Model with_lora(const Model& model, const Lora& lora, double strength, LoraUse& use) {
  Model changed = model;
  changed.patches.add(lora_patches(lora, model.source->lora_targets(), strength, use),
                      identity_of(lora, strength));
  return changed;
}

std::string identity_of(const Lora& lora, double strength) {
  std::error_code ignored;
  const std::filesystem::path& file = lora.file->file();
  std::ostringstream text;
  text << file.string() << ' '
       << std::filesystem::last_write_time(file, ignored).time_since_epoch().count() << ' '
       << std::hexfloat << strength << ' ';
  return text.str();
}

std::shared_ptr<const Denoiser> make_denoiser(const Model& model, NetworkCache& cache) {
  return model.source->denoiser(model, cache);
}

}  // namespace ksampler
