// ksampler show PICTURE: prints what a picture or a latent says of how it was made, and runs nothing.
#include "host/base/sentence.hpp"
#include "host/cli/picture_record.hpp"
#include "host/cli/record_text.hpp"
#include "host/cli/shown_nodes.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/working_folder.hpp"
#include "host/files/json_text.hpp"
#include "host/files/tensor_file.hpp"
#include "host/files/webp.hpp"
#include "host/graph/foreign_file.hpp"
#include "host/graph/nearest_file.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <span>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kShown =
    "`show` reads pictures (*.png, *.webp) that SaveImage wrote and latents (*.latent) that SaveLatent "
    "did, "
    "and "
    "what ComfyUI and AUTOMATIC1111 leave in a PNG";

struct ShowArguments {
  std::string file;
  bool json = false;
};

// What a file says in words, by key, and what kind it is.
struct Texts {
  Json about = Json::object();  // "kind", "width", "height"
  std::map<std::string, std::string> text;
};

std::string beginning_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string begin(4096, '\0');
  stream.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(stream.gcount()));
  return begin;
}

Texts read_texts(const fs::path& file) {
  const Place place{file.string()};
  std::error_code ignored;
  if (!fs::exists(file, ignored)) throw Error(place, no_such_file(file));
  if (fs::is_directory(file, ignored)) throw Error(place, std::string("is a folder; ") + kShown);
  const std::string begin = beginning_of(file);
  Texts texts;
  const bool is_png = begin.starts_with("\x89PNG");
  if (is_png || is_webp(std::as_bytes(std::span(begin)))) {
    Picture picture = is_png ? read_png(file) : read_picture(file);
    texts.about = {
        {"kind", is_png ? "png" : "webp"}, {"width", picture.width}, {"height", picture.height}};
    texts.text = std::move(picture.text);
    return texts;
  }
  if (begin.size() > 8 && begin[8] == '{') {
    const auto tensors = TensorFile::open(file);
    texts.about = {{"kind", "safetensors"}};
    if (const auto at = tensors->tensors().find("latent_tensor"); at != tensors->tensors().end()) {
      texts.about = {{"kind", "latent"}, {"shape", at->second.shape}};
    }
    texts.text = tensors->metadata();
    return texts;
  }
  const std::string what = foreign_file(begin);
  throw Error(place, sentence("{}. {}", what.empty() ? "is no picture and no latent" : what, kShown));
}

Json of_ksampler(const Texts& texts, const fs::path& file) {
  Picture picture;  // of which the texts are asked alone
  picture.text = texts.text;
  const PictureRecord record = record_in(picture, file, {});
  Json json = {{"software", "ksampler"}};
  json["nodes"] = nodes_of_pipeline(record.source, record.settings);
  json["set"] = Json::array();
  for (const Setting& setting : record.settings) json["set"].push_back(setting.text);
  for (const char* key : {"profile", "folder"}) {
    if (const auto at = texts.text.find(key); at != texts.text.end()) json[key] = at->second;
  }
  if (const auto at = texts.text.find("made_with"); at != texts.text.end()) {
    Json made_with = json_or_nothing(at->second);
    json["made_with"] = made_with.is_object() ? std::move(made_with) : Json(at->second);
  }
  json["pipeline"] = record.source.text;
  return json;
}

Json of_comfyui(const Texts& texts) {
  Json json = {{"software", "ComfyUI"}};
  for (const char* key : {"prompt", "workflow"}) {
    const auto at = texts.text.find(key);
    if (at == texts.text.end()) continue;
    Json parsed = json_or_nothing(at->second);
    if (key == std::string("prompt")) json["nodes"] = nodes_of_workflow(at->second);
    json[key] = parsed.is_discarded() ? Json(at->second) : std::move(parsed);
  }
  return json;
}

Json record_of(const Texts& texts, const fs::path& file) {
  const auto& text = texts.text;
  if (text.contains("pipeline")) return of_ksampler(texts, file);
  if (text.contains("prompt") || text.contains("workflow")) return of_comfyui(texts);
  if (text.contains("parameters")) {
    return {{"software", "AUTOMATIC1111"}, {"parameters", text.at("parameters")}};
  }
  std::vector<std::string> keys;
  for (const auto& [key, value] : text) keys.push_back(key);
  throw Error(
      Place{file.string()},
      sentence("does not say how it was made: it holds {}. {}",
               keys.empty() ? "no texts" : "only texts of other kinds (" + keys_text(keys) + ")",
               kShown));
}

int show(const ShowArguments& options) {
  require_working_folder();
  const Texts texts = read_texts(options.file);
  Json json = {{"file", options.file}};
  json.update(texts.about);
  json.update(record_of(texts, options.file));
  if (options.json) {
    std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    print_record(json, std::cout);
  }
  return kFine;
}

}  // namespace

void add_show(CLI::App& app, Action& action) {
  auto options = std::make_shared<ShowArguments>();
  CLI::App* verb =
      app.add_subcommand("show", "Print how a picture was made: its settings, its pipeline");
  verb->add_option("file", options->file,
                   "A picture (*.png, *.webp) that SaveImage wrote, or a latent (*.latent)")
      ->required()
      ->type_name("FILE");
  verb->add_flag("--json", options->json, "As JSON");
  verb->callback([&action, options] { action = [options] { return show(*options); }; });
}

}  // namespace ksampler
