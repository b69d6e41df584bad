// The API of AUTOMATIC1111's web UI (/sdapi/v1), as its clients use it.
#include "host/base/sentence.hpp"
#include "host/files/base64.hpp"
#include "host/files/json_text.hpp"
#include "host/files/png.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/pictures/a1111_names.hpp"
#include "host/serve/pictures/routes.hpp"
#include "host/serve/pictures/sent_picture.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kUnprocessable = 422;      // what its own server says of a wrong value
constexpr std::int64_t kMostRuns = 100;  // n_iter
constexpr std::size_t kLargestBody = std::size_t{64} << 20;  // pictures in base64

HttpResponse a1111_error(int status, const std::string& message) {
  return answer(status, {{"error", "Error"}, {"detail", message}, {"errors", message}, {"body", ""}});
}

// A value of the body; none where it is missing or null. Throws Error where it is of another kind.
template <typename T>
std::optional<T> value_in(const Json& body, const char* key) {
  const auto at = body.find(key);
  if (at == body.end() || at->is_null()) return std::nullopt;
  try {
    return at->get<T>();
  } catch (const Json::exception&) {
    throw Error(sentence("'{}' is of another kind than it takes", key));
  }
}

std::uint64_t seed_in(const Json& body) {
  const auto seed = value_in<std::int64_t>(body, "seed");
  if (seed && *seed >= 0) return static_cast<std::uint64_t>(*seed);
  return std::random_device()();  // -1 is any; there they have 32 bits
}

// Names of the plugins that are there now.
std::vector<std::string> names_of(ServedPlugins& plugins, std::vector<std::string> PluginView::*part) {
  std::vector<std::string> names;
  for (const PluginView& plugin : plugins.views()) {
    names.insert(names.end(), (plugin.*part).begin(), (plugin.*part).end());
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void read_names(const Json& body, ServedPlugins& plugins, PictureRequest& request) {
  const auto schedulers = names_of(plugins, &PluginView::schedulers);
  auto name = value_in<std::string>(body, "sampler_name");
  if (!name || name->empty()) name = value_in<std::string>(body, "sampler_index");  // its older name
  if (name && !name->empty()) {
    const SamplerAndScheduler both = a1111_sampler(*name, names_of(plugins, &PluginView::samplers));
    request.sampler = both.sampler;
    request.scheduler = both.scheduler;
  }
  const auto scheduler = value_in<std::string>(body, "scheduler");
  if (scheduler && !scheduler->empty()) {
    if (const auto id = a1111_scheduler(*scheduler, schedulers)) request.scheduler = id;
  }
}

PictureRequest read_request(const Json& body, ServedPlugins& plugins) {
  PictureRequest request;
  request.prompt = value_in<std::string>(body, "prompt");
  request.negative = value_in<std::string>(body, "negative_prompt");
  request.seed = seed_in(body);
  request.steps = value_in<std::int64_t>(body, "steps");
  request.cfg = value_in<double>(body, "cfg_scale");
  request.width = value_in<std::int64_t>(body, "width");
  request.height = value_in<std::int64_t>(body, "height");
  request.batch = value_in<std::int64_t>(body, "batch_size").value_or(1);
  read_names(body, plugins, request);
  return request;
}

// What clients read out of the answer: a text of JSON within JSON.
std::string info_text(const PictureRequest& request, const Json& body,
                      const std::vector<std::uint64_t>& seeds) {
  const std::string prompt = request.prompt.value_or("");
  const std::string negative = request.negative.value_or("");
  return Json({{"prompt", prompt},
               {"all_prompts", std::vector<std::string>(seeds.size(), prompt)},
               {"negative_prompt", negative},
               {"all_negative_prompts", std::vector<std::string>(seeds.size(), negative)},
               {"seed", seeds.front()},
               {"all_seeds", seeds},
               {"steps", body.value("steps", Json())},
               {"cfg_scale", body.value("cfg_scale", Json())},
               {"width", body.value("width", Json())},
               {"height", body.value("height", Json())},
               {"sampler_name", body.value("sampler_name", Json())},
               {"batch_size", request.batch.value_or(1)},
               {"infotexts", Json::array()}})
      .dump();
}

HttpResponse make(const Json& body, const PicturePipeline& pipeline, PictureRequest request,
                  PictureRuns& runs) {
  const std::int64_t times =
      std::clamp<std::int64_t>(value_in<std::int64_t>(body, "n_iter").value_or(1), 1, kMostRuns);
  const std::uint64_t first = request.seed.value_or(0);
  // What has no place was not checked either: it may be any number.
  const std::int64_t at_once = pipeline.takes("batch") ? request.batch.value_or(1) : 1;
  Json images = Json::array();
  std::vector<std::uint64_t> seeds;
  for (std::int64_t i = 0; i < times; ++i) {
    // As there: each picture of all batches has a seed one higher. Within a batch, seeds are ComfyUI's.
    request.seed = first + static_cast<std::uint64_t>(i * at_once);
    std::uint64_t seed = *request.seed;
    for (const MadePicture& picture : runs.make(pipeline.with(request), pipeline.results()).pictures) {
      seeds.push_back(seed++);
      images.push_back(base64(picture.bytes));
    }
  }
  Json parameters = body;
  for (const char* key : {"init_images", "mask"}) parameters.erase(key);
  return answer(kOk, {{"images", std::move(images)},
                      {"parameters", std::move(parameters)},
                      {"info", info_text(request, body, seeds)}});
}

Json body_of(const HttpRequest& request) {
  Json body = parse_json(request.body.empty() ? "{}" : request.body);
  if (!body.is_object()) throw Error("the body is no object of JSON");
  return body;
}

HttpResponse from_text(const HttpRequest& sent, const PicturePipeline& pipeline, PictureRuns& runs,
                       ServedPlugins& plugins) {
  const Json body = body_of(sent);
  return make(body, pipeline, read_request(body, plugins), runs);
}

HttpResponse from_picture(const HttpRequest& sent, const PicturePipeline& pipeline, PictureRuns& runs,
                          ServedPlugins& plugins) {
  const Json body = body_of(sent);
  PictureRequest request = read_request(body, plugins);
  const auto pictures = value_in<std::vector<std::string>>(body, "init_images");
  if (!pictures || pictures->empty()) throw Error("'init_images' is missing: pictures in base64");
  const SentPicture picture("init_images", pictures->front());
  request.picture = picture.file();
  std::optional<SentPicture> mask;
  if (const auto sent_mask = value_in<std::string>(body, "mask")) {
    if (!pipeline.takes("mask")) {
      throw Error(sentence("pipeline '{}' has no place for a mask: a LoadImageMask", pipeline.name()));
    }
    mask.emplace("mask", *sent_mask);
    request.mask = mask->file();
  }
  request.denoise = value_in<double>(body, "denoising_strength").value_or(0.75);  // its default
  return make(body, pipeline, request, runs);
}

using Make = HttpResponse (*)(const HttpRequest&, const PicturePipeline&, PictureRuns&, ServedPlugins&);

HttpHandler making(Make make_pictures, std::shared_ptr<const PicturePipeline> pipeline,
                   std::shared_ptr<PictureRuns> runs, ServedPlugins& plugins, const char* option) {
  return [make_pictures, pipeline = std::move(pipeline), runs = std::move(runs), &plugins, option](
             const HttpRequest& request, const PathParts&) {
    if (pipeline == nullptr) {
      return a1111_error(kNotFound, sentence("this server was started without `{} PIPELINE`", option));
    }
    try {
      return make_pictures(request, *pipeline, *runs, plugins);
    } catch (const RunFailed& failed) {
      return a1111_error(kServerError, failed.what());
    } catch (const Error& error) {
      return a1111_error(kUnprocessable, error.what());
    } catch (const Stopped&) {
      return answer(kOk, {{"images", Json::array()}, {"parameters", Json::object()}, {"info", "{}"}});
    } catch (const PictureRuns::QueueIsFull&) {
      return a1111_error(kUnavailable, "the queue is full; try again later");
    }
  };
}

Json progress_of(const PictureRuns& runs, bool with_picture) {
  const std::optional<RunView> run = runs.running();
  Json state = {{"skipped", false},   {"interrupted", false}, {"job", ""},
                {"job_count", 0},     {"job_timestamp", "0"}, {"job_no", 0},
                {"sampling_step", 0}, {"sampling_steps", 0}};
  Json progress = {
      {"progress", 0.0}, {"eta_relative", 0.0}, {"current_image", nullptr}, {"textinfo", nullptr}};
  if (run) {
    state["job"] = run->name;
    state["job_count"] = 1;
    state["interrupted"] = run->stopping;
    state["sampling_step"] = run->step;
    state["sampling_steps"] = run->steps;
    const double done = run->steps == 0 ? 0 : static_cast<double>(run->step) / run->steps;
    progress["progress"] = done;
    if (done > 0) progress["eta_relative"] = run->seconds * (1 - done) / done;
    if (const auto preview = runs.preview(run->id); preview && with_picture) {
      const auto png = png_bytes(preview->width, preview->height, preview->rgb);
      progress["current_image"] = base64({reinterpret_cast<const char*>(png.data()), png.size()});
    }
  }
  progress["state"] = std::move(state);
  return progress;
}

}  // namespace

void add_a1111_routes(Router& router, const PicturePipelines& pipelines,
                      const std::shared_ptr<PictureRuns>& runs, ServedPlugins& plugins) {
  if (pipelines.from_text == nullptr && pipelines.from_picture == nullptr) return;
  const std::string root = "/sdapi/v1";
  router.route("POST", root + "/txt2img",
               making(&from_text, pipelines.from_text, runs, plugins, "--txt2img"), kLargestBody);
  router.route("POST", root + "/img2img",
               making(&from_picture, pipelines.from_picture, runs, plugins, "--img2img"), kLargestBody);
  router.route("GET", root + "/samplers", [&plugins](const HttpRequest&, const PathParts&) {
    Json list = Json::array();
    for (const std::string& id : names_of(plugins, &PluginView::samplers)) {
      list.push_back(
          {{"name", a1111_sampler_label(id)}, {"aliases", {id}}, {"options", Json::object()}});
    }
    return answer(kOk, list);
  });
  router.route("GET", root + "/schedulers", [&plugins](const HttpRequest&, const PathParts&) {
    Json list = Json::array({{{"name", "automatic"},
                              {"label", "Automatic"},
                              {"aliases", nullptr},
                              {"default_rho", -1},
                              {"need_inner_model", false}}});
    for (const std::string& id : names_of(plugins, &PluginView::schedulers)) {
      list.push_back({{"name", id},
                      {"label", a1111_scheduler_label(id)},
                      {"aliases", nullptr},
                      {"default_rho", -1},
                      {"need_inner_model", false}});
    }
    return answer(kOk, list);
  });
  router.route("GET", root + "/progress", [runs](const HttpRequest& request, const PathParts&) {
    return answer(kOk,
                  progress_of(*runs, request.query_value("skip_current_image").value_or("") != "true"));
  });
  router.route("POST", root + "/interrupt", [runs](const HttpRequest&, const PathParts&) {
    runs->interrupt();
    return answer(kOk, Json::object());
  });
  // What clients look at before they ask for anything: the model is the pipeline's, and stays.
  const std::string model =
      (pipelines.from_text != nullptr ? pipelines.from_text : pipelines.from_picture)->name();
  router.route("GET", root + "/options", [model](const HttpRequest&, const PathParts&) {
    return answer(kOk, {{"sd_model_checkpoint", model}});
  });
  router.route("POST", root + "/options",
               [](const HttpRequest&, const PathParts&) { return answer(kOk, nullptr); });
  router.route("GET", root + "/sd-models", [model](const HttpRequest&, const PathParts&) {
    return answer(kOk, Json::array({{{"title", model},
                                     {"model_name", model},
                                     {"hash", nullptr},
                                     {"sha256", nullptr},
                                     {"filename", model},
                                     {"config", nullptr}}}));
  });
}

}  // namespace ksampler
