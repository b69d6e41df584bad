#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/png.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/json.hpp"
#include "host/serve/media_type.hpp"
#include "host/serve/routes.hpp"
#include "host/serve/run_workers.hpp"
#include "host/serve/submission.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// A number that is no run is none; so is one too large for any, and what is no number.
RunId id_in(const PathParts& parts) {
  RunId id = 0;
  const char* end = parts[0].data() + parts[0].size();
  return std::from_chars(parts[0].data(), end, id).ptr == end ? id : 0;
}

HttpResponse unknown_run(const PathParts& parts) {
  return refusal(kNotFound, sentence("there is no run {} (any more)", printable(parts[0], 100)));
}

SubmissionRequest submission_request(const HttpRequest& request) {
  SubmissionRequest sent;
  sent.body = request.body;
  sent.content_type = request.header("Content-Type");
  for (const auto& [key, value] : request.query) {
    if (key == "name")
      sent.name = value;
    else if (key == "set")
      sent.set.push_back(value);
  }
  return sent;
}

HttpResponse submit(const HttpRequest& request, const ServerOptions& options, RunBook& book,
                    ServedPlugins& plugins) {
  if (media_type(request.header("Content-Type")) == "multipart/form-data") {
    return refusal(
        kBadRequest,
        "the body is a form with files; a pipeline is sent as it is: curl --data-binary @FILE");
  }
  try {
    Submission submission = read_submission(submission_request(request), options.folder, options.files);
    check_submission(submission, *plugins.current());
    const std::optional<RunView> run = book.add(std::move(submission));
    if (!run) return refusal(kUnavailable, "the queue is full; try again later");
    HttpResponse response = answer(kCreated, run_json(*run));
    response.headers.emplace_back("Location", "/runs/" + std::to_string(run->id));
    return response;
  } catch (const Error& error) {
    return refusal(kBadRequest, error.diagnostics());
  }
}

const char* type_of(const fs::path& file) {
  return file.extension() == ".png" ? "image/png" : "application/octet-stream";
}

// A file is given out where the run said that it wrote it, and on no other ground: no name leads
// elsewhere.
HttpResponse file(const PathParts& parts, const RunBook& book, const fs::path& out) {
  const std::optional<RunView> run = book.find(id_in(parts));
  if (!run) return unknown_run(parts);
  const std::string& name = parts[1];
  if (std::find(run->files.begin(), run->files.end(), name) == run->files.end()) {
    return refusal(kNotFound, sentence("run {} wrote no file of this name{}", run->id,
                                       suggestion(name, run->files)));
  }
  HttpResponse response;
  response.headers.emplace_back("Content-Type", type_of(name));
  response.file = (run->folder.empty() ? run_folder(out, run->id) : run->folder) / name;
  return response;
}

HttpResponse preview(const PathParts& parts, const RunBook& book) {
  const std::optional<RunView> run = book.find(id_in(parts));
  if (!run) return unknown_run(parts);
  const std::optional<PreviewPicture> picture = book.preview(run->id);
  // Asked for while it ran, and come too late: its files are there now, and nothing is wrong.
  if (!picture && run->state == RunState::done) return text_answer(kNoContent, "", "image/png");
  if (!picture) return refusal(kNotFound, sentence("run {} has no preview", run->id));
  const std::vector<std::byte> png = png_bytes(picture->width, picture->height, picture->rgb);
  HttpResponse response =
      text_answer(kOk, {reinterpret_cast<const char*>(png.data()), png.size()}, "image/png");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

HttpResponse cancel(const PathParts& parts, RunBook& book) {
  const RunId id = id_in(parts);
  switch (book.cancel(id)) {
    case RunBook::Cancelled::unknown:
      return unknown_run(parts);
    case RunBook::Cancelled::ended_before:
      return refusal(kConflict, sentence("run {} has ended before", id));
    case RunBook::Cancelled::fine:
      break;
  }
  const std::optional<RunView> run = book.find(id);
  if (!run) return unknown_run(parts);
  return answer(kOk, run_json(*run));
}

}  // namespace

void add_run_routes(Router& router, const ServerOptions& options, RunBook& book,
                    ServedPlugins& plugins) {
  router.route("GET", "/runs", [&](const auto&, const auto&) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (const RunView& run : book.all()) runs.push_back(run_json(run));
    return answer(kOk, {{"runs", std::move(runs)}});
  });
  router.route("POST", "/runs", [&](const HttpRequest& request, const auto&) {
    return submit(request, options, book, plugins);
  });
  router.route("GET", "/runs/*", [&](const auto&, const PathParts& parts) {
    const std::optional<RunView> run = book.find(id_in(parts));
    return run ? answer(kOk, run_json(*run)) : unknown_run(parts);
  });
  router.route("DELETE", "/runs/*",
               [&](const auto&, const PathParts& parts) { return cancel(parts, book); });
  router.route("GET", "/runs/*/files/**",
               [&](const auto&, const PathParts& parts) { return file(parts, book, options.out); });
  router.route("GET", "/runs/*/preview",
               [&](const auto&, const PathParts& parts) { return preview(parts, book); });
}

}  // namespace ksampler
