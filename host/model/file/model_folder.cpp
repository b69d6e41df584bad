#include "host/model/file/model_folder.hpp"

#include "host/base/error.hpp"
#include "host/base/plain_file.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/input_file.hpp"
#include "host/files/json_text.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/file/single_layout.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndexEnd = ".safetensors.index.json";

[[noreturn]] void refuse(const fs::path& file, const std::string& message) {
  throw Error(Diagnostic::Kind::bad_file, {file.string()}, message);
}

nlohmann::json json_in(const fs::path& file) {
  const std::vector<std::byte> bytes = InputFile(file).bytes();
  return json_or_nothing(text_of(bytes));
}

// "name-00002-of-00003.safetensors": what stands before the number, how many, and what behind.
struct ShardName {
  std::string before;
  int count = 0;
  std::string after;
};

std::optional<ShardName> shard_name(const std::string& name) {
  constexpr std::size_t kDigits = 5;
  constexpr std::string_view kOf = "-of-";
  const std::size_t of = name.rfind(kOf);
  if (of == std::string::npos || of < kDigits + 1 || name[of - kDigits - 1] != '-') return std::nullopt;
  const std::string number = name.substr(of - kDigits, kDigits);
  const std::string count = name.substr(of + kOf.size(), kDigits);
  const auto is_number = [](const std::string& text) {
    return text.size() == kDigits && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!is_number(number) || !is_number(count)) return std::nullopt;
  return ShardName{name.substr(0, of - kDigits), std::stoi(count),
                   name.substr(of + kOf.size() + kDigits)};
}

std::vector<fs::path> shards_beside(const fs::path& file, const ShardName& shard) {
  const auto five = [](int number) {
    const std::string text = std::to_string(number);
    return std::string(5 - std::min<std::size_t>(text.size(), 5), '0') + text;
  };
  std::vector<fs::path> files;
  for (int i = 1; i <= shard.count; ++i) {
    files.push_back(file.parent_path() /
                    (shard.before + five(i) + "-of-" + five(shard.count) + shard.after));
    if (is_plain_file(files.back())) continue;
    refuse(file, sentence("is one of {} parts, of which {} is not there", shard.count,
                          quote(files.back().filename().string())));
  }
  return files;
}

std::vector<fs::path> shards_in_index(const fs::path& index) {
  const nlohmann::json json = json_in(index);
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (!json.is_object() || map == json.end() || !map->is_object() || map->empty()) {
    refuse(index, "is no index of parts: it has no object 'weight_map'");
  }
  std::set<std::string> names;
  for (const auto& [tensor, file] : map->items()) {
    const std::string name = file.is_string() ? file.get<std::string>() : "";
    if (name.empty() || fs::path(name).filename() != name) {
      refuse(index, sentence("says that tensor {} is in {}, which is no file's name", quote(tensor),
                             quote(file.dump())));
    }
    names.insert(name);
  }
  std::vector<fs::path> files;
  for (const std::string& name : names) {
    files.push_back(index.parent_path() / name);
    if (!is_plain_file(files.back())) {
      refuse(index, sentence("names the part {}, which is not there", quote(name)));
    }
  }
  return files;
}

// How much rather this file of a folder is taken, the least first; none: it is not one of weights.
// Variants, such as "model.fp16.safetensors", are those of diffusers' `variant`.
std::optional<int> rank_of_weights(const std::string& name) {
  const bool usual = name.starts_with("diffusion_pytorch_model.") || name.starts_with("model.") ||
                     name.starts_with("pytorch_model.");
  const bool variant = name.find(".fp16.") != std::string::npos;
  if (name.ends_with(kIndexEnd)) return variant ? 3 : 0;
  if (shard_name(name) || name.starts_with(".")) return std::nullopt;
  if (name.ends_with(".safetensors")) return usual ? (variant ? 4 : 1) : 5;
  if (usual && name.ends_with(".bin")) return variant ? 7 : 6;
  return std::nullopt;
}

// The file of weights in a folder, or its index; none: there is none.
std::optional<fs::path> weights_in(const fs::path& folder) {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (!is_plain_file(at->path())) continue;
    const auto rank = rank_of_weights(at->path().filename().string());
    if (rank) found.emplace_back(*rank, at->path());
  }
  if (found.empty()) return std::nullopt;
  return std::ranges::min(found).second;
}

// What a UNet predicts, which its tensors do not tell: as ModelSampling names it. Empty: it is not
// said. `folder`: the model's.
std::string prediction_of(const fs::path& folder) {
  const fs::path file = folder / "scheduler" / "scheduler_config.json";
  if (!is_plain_file(file)) return {};
  const nlohmann::json config = json_in(file);
  if (!config.is_object()) refuse(file, "is no JSON object: expected the configuration of a scheduler");
  const auto type = config.find("prediction_type");
  if (type == config.end()) return {};
  if (*type == "epsilon") return "eps";
  if (*type == "sample") return "x0";
  const auto rescaled = config.find("rescale_betas_zero_snr");
  const bool to_zero = rescaled != config.end() && rescaled->is_boolean() && rescaled->get<bool>();
  if (*type == "v_prediction") return to_zero ? "v_zsnr" : "v";
  refuse(file, sentence("says that the UNet predicts {}; expected \"epsilon\", \"v_prediction\" or "
                        "\"sample\"",
                        type->dump()));
}

// Tensors of several files, each of one piece.
class Gathered {
 public:
  // The tensors of one network, put into the single-file layout, with a prefix.
  void add(const std::vector<fs::path>& files, const std::string& prefix) {
    TensorEntries tensors;
    for (const fs::path& path : files) {
      const auto file = open_tensor_file(path);
      for (const auto& [name, entry] : file->tensors()) {
        TensorEntry here = entry;
        here.pieces = {{files_.size(), entry.begin, entry.end}};
        if (!tensors.emplace(name, std::move(here)).second) {
          refuse(path, sentence("has the tensor {}, which another part has, too", quote(name)));
        }
      }
      if (files.size() == 1) header_.metadata.insert(file->metadata().begin(), file->metadata().end());
      files_.push_back(file);
    }
    for (auto& [name, entry] : single_layout_of(std::move(tensors), files.front())) {
      header_.tensors.emplace(prefix + name, entry);
    }
  }

  // Of its UNet. `folder`: the model's.
  void say_prediction(const fs::path& folder) {
    const std::string prediction = prediction_of(folder);
    if (!prediction.empty()) header_.metadata["ksampler.prediction"] = prediction;
  }
  bool empty() const { return header_.tensors.empty(); }

  std::shared_ptr<const TensorFile> take(const fs::path& name) {
    return std::make_shared<const TensorFile>(name, std::move(files_), std::move(header_));
  }

 private:
  static TensorEntries single_layout_of(TensorEntries tensors, const fs::path& file) {
    try {
      return in_single_layout(std::move(tensors));
    } catch (const Error& error) {
      refuse(file, error.what());
    }
  }

  std::vector<std::shared_ptr<const TensorFile>> files_;
  TensorFileHeader header_;
};

struct Component {
  const char* folder;
  const char* prefix;
};
constexpr std::array<Component, 6> kComponents = {{{"transformer", "model.diffusion_model."},
                                                   {"unet", "model.diffusion_model."},
                                                   {"vae", "first_stage_model."},
                                                   {"text_encoder", "text_encoder."},
                                                   {"text_encoder_2", "text_encoder_2."},
                                                   {"text_encoder_3", "text_encoder_3."}}};

}  // namespace

std::vector<fs::path> shards_of(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.ends_with(kIndexEnd)) return shards_in_index(file);
  if (const auto shard = shard_name(name); shard && name.ends_with(".safetensors")) {
    return shards_beside(file, *shard);
  }
  return {file};
}

std::shared_ptr<const TensorFile> open_network_files(const fs::path& name,
                                                     const std::vector<fs::path>& files) {
  Gathered network;
  network.add(files, "");
  const fs::path folder = files.front().parent_path();
  if (folder.filename() == "unet") network.say_prediction(folder.parent_path());
  return network.take(name);
}

std::shared_ptr<const TensorFile> open_model_folder(const fs::path& folder) {
  if (const auto weights = weights_in(folder)) return open_network_files(folder, shards_of(*weights));
  Gathered model;
  for (const auto& [name, prefix] : kComponents) {
    if (const auto weights = weights_in(folder / name)) model.add(shards_of(*weights), prefix);
  }
  if (model.empty()) {
    refuse(folder,
           "is a folder without a model; expected one that diffusers writes, with 'unet' or "
           "'transformer', 'vae' and 'text_encoder' in it, or one of these, with a *.safetensors or "
           "its index");
  }
  if (weights_in(folder / "unet")) model.say_prediction(folder);
  return model.take(folder);
}

}  // namespace ksampler
