#include "host/base/sentence.hpp"
#include "host/files/png.hpp"
#include "host/serve/http.hpp"
#include "host/serve/http/target.hpp"
#include "host/serve/json.hpp"
#include "host/serve/routes.hpp"
#include "host/serve/run_workers.hpp"
#include "host/serve/submission.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// A number that is no run is none; so is one too large for any.
RunId id_in(const httplib::Request& request) {
  const std::string digits = request.matches[1];
  RunId id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return id;
}

void refuse_unknown(const httplib::Request& request, httplib::Response& response) {
  refuse(response, kNotFound, sentence("there is no run {} (any more)", request.matches[1].str()));
}

SubmissionRequest submission_request(const httplib::Request& request, std::string body) {
  SubmissionRequest sent;
  sent.body = std::move(body);
  sent.content_type = request.get_header_value("Content-Type");
  for (auto& [key, value] : query_of(request.target)) {
    if (key == "name")
      sent.name = std::move(value);
    else if (key == "set")
      sent.set.push_back(std::move(value));
  }
  return sent;
}

void submit(const httplib::Request& request, std::string body, const ServerOptions& options,
            RunBook& book, ServedPlugins& plugins, httplib::Response& response) {
  try {
    Submission submission =
        read_submission(submission_request(request, std::move(body)), options.folder, options.files);
    check_submission(submission, *plugins.current());
    const std::optional<RunView> run = book.add(std::move(submission));
    if (!run) return refuse(response, kUnavailable, "the queue is full; try again later");
    response.set_header("Location", "/runs/" + std::to_string(run->id));
    answer(response, kCreated, run_json(*run));
  } catch (const Error& error) {
    refuse(response, kBadRequest, error.diagnostics());
  }
}

const char* media_type(const fs::path& file) {
  return file.extension() == ".png" ? "image/png" : "application/octet-stream";
}

// A file is given out where the run said that it wrote it, and on no other ground: no name leads
// elsewhere.
void send_file(const httplib::Request& request, const RunBook& book, const fs::path& out,
               httplib::Response& response) {
  const std::optional<RunView> run = book.find(id_in(request));
  if (!run) return refuse_unknown(request, response);
  const std::string name = request.matches[2];
  if (std::find(run->files.begin(), run->files.end(), name) == run->files.end()) {
    return refuse(
        response, kNotFound,
        sentence("run {} wrote no file of this name{}", run->id, suggestion(name, run->files)));
  }
  std::ifstream stream(run_folder(out, run->id) / name, std::ios::binary);
  if (!stream) return refuse(response, kNotFound, "the file is not there any more");
  response.set_content(std::string(std::istreambuf_iterator<char>(stream), {}), media_type(name));
}

void send_preview(const httplib::Request& request, const RunBook& book, httplib::Response& response) {
  const std::optional<RunView> run = book.find(id_in(request));
  if (!run) return refuse_unknown(request, response);
  const std::optional<PreviewPicture> picture = book.preview(run->id);
  if (!picture) {
    return refuse(response, kNotFound, sentence("run {} has no preview", run->id));
  }
  const std::vector<std::byte> png = png_bytes(picture->width, picture->height, picture->rgb);
  response.set_header("Cache-Control", "no-store");
  response.set_content(reinterpret_cast<const char*>(png.data()), png.size(), "image/png");
}

void cancel(const httplib::Request& request, RunBook& book, httplib::Response& response) {
  const RunId id = id_in(request);
  switch (book.cancel(id)) {
    case RunBook::Cancelled::unknown:
      return refuse_unknown(request, response);
    case RunBook::Cancelled::ended_before:
      return refuse(response, kConflict, sentence("run {} has ended before", id));
    case RunBook::Cancelled::fine:
      break;
  }
  const std::optional<RunView> run = book.find(id);
  if (!run) return refuse_unknown(request, response);
  answer(response, kOk, run_json(*run));
}

}  // namespace

void add_run_routes(httplib::Server& http, const ServerOptions& options, RunBook& book,
                    ServedPlugins& plugins) {
  http.Get("/runs", [&](const auto&, auto& response) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (const RunView& run : book.all()) runs.push_back(run_json(run));
    answer(response, kOk, {{"runs", std::move(runs)}});
  });
  // The body is read here, because the library takes what curl sends for a form of at most 8 KiB.
  http.Post("/runs", [&](const auto& request, auto& response, const auto& read) {
    if (request.is_multipart_form_data()) {
      // Read all the same, so that the connection can go on.
      read([](const auto&) { return true; }, [](const char*, std::size_t) { return true; });
      return refuse(
          response, kBadRequest,
          "the body is a form with files; a pipeline is sent as it is: curl --data-binary @FILE");
    }
    std::string body;
    const bool whole = read([&](const char* data, std::size_t size) {
      body.append(data, size);
      return body.size() <= options.largest_body;
    });
    if (!whole) {
      const bool too_large = response.status == kTooLarge || body.size() > options.largest_body;
      if (too_large) return refuse(response, kTooLarge, "the body is too large");
      return refuse(response, kBadRequest,
                    "the body is not here: it is shorter than its Content-Length, or came too slowly");
    }
    submit(request, std::move(body), options, book, plugins, response);
  });
  http.Get(R"(/runs/(\d+))", [&](const auto& request, auto& response) {
    const std::optional<RunView> run = book.find(id_in(request));
    if (!run) return refuse_unknown(request, response);
    answer(response, kOk, run_json(*run));
  });
  http.Delete(R"(/runs/(\d+))",
              [&](const auto& request, auto& response) { cancel(request, book, response); });
  http.Get(R"(/runs/(\d+)/files/(.+))", [&](const auto& request, auto& response) {
    send_file(request, book, options.out, response);
  });
  http.Get(R"(/runs/(\d+)/preview)",
           [&](const auto& request, auto& response) { send_preview(request, book, response); });
}

}  // namespace ksampler
