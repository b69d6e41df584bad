// OpenAI's "create image" (POST /v1/images/generations), as its reference describes it.
#include "host/base/conventions.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/base64.hpp"
#include "host/files/json_text.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/pictures/routes.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <random>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostPictures = 10;  // as there

HttpResponse openai_error(int status, const std::string& message, const Json& param = nullptr) {
  const char* type = status < 500 ? "invalid_request_error" : "server_error";
  return answer(
      status, {{"error", {{"message", message}, {"type", type}, {"param", param}, {"code", nullptr}}}});
}

// What is wrong with one of the body's values.
struct Refused {
  std::string param;
  std::string message;
};

std::int64_t seconds_now() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::seconds>(system_clock::now().time_since_epoch())
      .count();
}

// Below 2^53, as JSON's numbers are floats to many.
std::uint64_t any_seed() {
  std::random_device random;
  return ((std::uint64_t{random()} << 32) | random()) >> 11;
}

std::optional<std::string> text_in(const Json& body, const char* key) {
  const auto at = body.find(key);
  if (at == body.end() || at->is_null()) return std::nullopt;
  if (!at->is_string()) throw Refused{key, sentence("'{}' is no text", key)};
  return at->get<std::string>();
}

// "1024x768", or "auto": what the pipeline has.
void read_size(const std::optional<std::string>& size, PictureRequest& request) {
  if (!size || *size == "auto") return;
  const char* const end = size->data() + size->size();
  std::int64_t width = 0;
  std::int64_t height = 0;
  const auto first = std::from_chars(size->data(), end, width);
  const bool has_two = first.ec == std::errc() && first.ptr != end && *first.ptr == 'x';
  const auto second = has_two ? std::from_chars(first.ptr + 1, end, height) : first;
  if (!has_two || second.ec != std::errc() || second.ptr != end || width < kCellPixels ||
      height < kCellPixels) {
    throw Refused{"size", sentence("'size' is {}; it takes \"auto\", or pixels such as \"1024x768\"",
                                   quote(*size))};
  }
  request.width = width;
  request.height = height;
}

std::int64_t number_of_pictures(const Json& body, const PicturePipeline& pipeline) {
  const auto at = body.find("n");
  if (at == body.end() || at->is_null()) return 1;
  const std::int64_t n = at->is_number_integer() ? at->get<std::int64_t>() : 0;
  if (n < 1 || n > kMostPictures) {
    throw Refused{"n", sentence("'n' takes a whole number from 1 to {}", kMostPictures)};
  }
  if (n > 1 && !pipeline.takes("batch")) {
    throw Refused{"n",
                  sentence("'n' is {}; pipeline {} makes one picture a run, as it has no batch_size", n,
                           quote(pipeline.name()))};
  }
  return n;
}

Json picture_json(const MadePictures& made, const MadePicture& picture, bool as_url,
                  std::string_view host) {
  if (!as_url) return {{"b64_json", base64(picture.bytes)}};
  return {{"url", sentence("http://{}/runs/{}/files/{}", host, made.run, picture.file)}};
}

HttpResponse generate(const HttpRequest& request, const PicturePipeline& pipeline, PictureRuns& runs) {
  const Json body = parse_json(request.body);
  if (!body.is_object()) throw Error("no object of JSON");
  PictureRequest wanted;
  wanted.prompt = text_in(body, "prompt");
  if (!wanted.prompt) throw Refused{"prompt", "'prompt' is missing: a text that says what is wanted"};
  wanted.negative = text_in(body, "negative_prompt");  // not OpenAI's; those who send it mean this
  // Those who ask for it read events alone: an answer of another kind would be nothing to them.
  if (body.value("stream", Json()) == true) {
    throw Refused{"stream", "'stream' is true; pictures are sent when they are done: leave it out"};
  }
  read_size(text_in(body, "size"), wanted);
  wanted.batch = number_of_pictures(body, pipeline);
  wanted.seed = any_seed();
  const std::string format = text_in(body, "response_format").value_or("url");
  // Models of this name have no response_format there, and always give the bytes.
  const bool as_bytes = text_in(body, "model").value_or("").starts_with("gpt-image");
  if (format != "url" && format != "b64_json") {
    throw Refused{"response_format",
                  sentence("'response_format' is {}; it takes \"url\" or \"b64_json\"", quote(format))};
  }
  const MadePictures made = runs.make(pipeline.with(wanted), pipeline.results());
  Json data = Json::array();
  for (const MadePicture& picture : made.pictures) {
    data.push_back(picture_json(made, picture, format == "url" && !as_bytes, request.header("Host")));
  }
  return answer(kOk, {{"created", seconds_now()}, {"data", std::move(data)}});
}

}  // namespace

void add_openai_routes(Router& router, const PicturePipelines& pipelines,
                       const std::shared_ptr<PictureRuns>& runs) {
  const std::shared_ptr<const PicturePipeline> pipeline = pipelines.from_text;
  if (pipeline == nullptr) return;
  router.route("GET", "/v1/models", [pipeline](const HttpRequest&, const PathParts&) {
    const Json model = {
        {"id", pipeline->name()}, {"object", "model"}, {"created", 0}, {"owned_by", "ksampler"}};
    return answer(kOk, {{"object", "list"}, {"data", Json::array({model})}});
  });
  router.route("POST", "/v1/images/generations",
               [pipeline, runs](const HttpRequest& request, const PathParts&) {
                 try {
                   return generate(request, *pipeline, *runs);
                 } catch (const Refused& refused) {
                   return openai_error(kBadRequest, refused.message, refused.param);
                 } catch (const RunFailed& failed) {
                   return openai_error(kServerError, failed.what());
                 } catch (const Error& error) {
                   return openai_error(kBadRequest, error.what());
                 } catch (const Stopped&) {
                   return openai_error(kServerError, "the run was cancelled");
                 } catch (const PictureRuns::QueueIsFull&) {
                   return openai_error(kUnavailable, "the queue is full; try again later");
                 }
               });
}

}  // namespace ksampler
