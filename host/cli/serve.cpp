// ksampler serve: a queue of runs behind HTTP on loopback, with LibTorch and models loaded once.
#include "host/base/conventions.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/pipeline_file.hpp"
#include "host/cli/pipeline_run.hpp"
#include "host/cli/program_runtime.hpp"
#include "host/cli/search.hpp"
#include "host/cli/serve_comfy.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/working_folder.hpp"
#include "host/serve/comfy/comfy.hpp"
#include "host/serve/pictures/routes.hpp"
#include "host/serve/run_workers.hpp"
#include "host/serve/server.hpp"

#include <ks/ks.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr int kPort = 7801;
constexpr int kMostJobs = 64;

struct ServeArguments {
  int port = kPort;
  int jobs = 1;
  std::size_t queue = RunLimits{}.queued;
  std::uint32_t preview = 1;
  bool decoded_previews = false;
  std::string folder = ".";
  std::vector<std::string> models;
  std::string out = "served";
  std::string from_text;
  std::string from_picture;
  bool comfy = false;
  std::string page;
  std::string device = "auto";
  NumberTypes types;
  std::uint64_t memory = 0;
  std::vector<std::string> plugins;
  std::vector<std::string> isolated;
  std::vector<std::string> trusted;
};

// The quickstart's, for the example on the page.
std::string example_model() {
  std::error_code error;
  const fs::path model = installed_configs() / "icons/icons.safetensors";
  return fs::exists(model, error) ? model.string() : "icons/icons.safetensors";
}

fs::path output_folder(const std::string& name) {
  const fs::path out = fs::absolute(name);
  std::error_code error;
  fs::create_directories(out, error);
  const Place place{"--out " + name};
  if (error)
    throw Error(place,
                sentence("there is no folder {}, nor can there be: {}", out.string(), error.message()));
  if (::access(out.c_str(), W_OK | X_OK) != 0) {
    throw Error(place,
                sentence("nothing can be written to {}: {}", out.string(), std::strerror(errno)));
  }
  return out;
}

bool names(const std::vector<std::string>& list, const Manifest& manifest) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& name) {
    return name == "all" || name == manifest.plugin.name;
  });
}

// Whether a plugin came with the program. Links are followed: a name proves nothing.
bool is_installed(const Manifest& manifest) {
  std::error_code error;
  const fs::path library = fs::weakly_canonical(manifest.library, error);
  for (const fs::path& folder : installed_plugin_folders()) {
    const fs::path above = fs::weakly_canonical(folder, error);
    const auto [end, rest] = std::mismatch(above.begin(), above.end(), library.begin(), library.end());
    if (end == above.end()) return true;
  }
  return false;
}

// Who serves runs plugins for others than their author: one from elsewhere gets a process of its own.
Isolation isolation_of(const ServeArguments& options) {
  return {.wanted = [isolated = options.isolated, trusted = options.trusted](const Manifest& manifest) {
    if (names(isolated, manifest)) return true;
    return !is_installed(manifest) && !names(trusted, manifest);
  }};
}

void require_plugins(const std::vector<std::string>& wanted, const char* option,
                     const std::vector<PluginView>& plugins) {
  std::vector<std::string> known = {"all"};
  for (const PluginView& plugin : plugins) known.push_back(plugin.name);
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(Place{sentence("{} {}", option, name)},
                "there is no such plugin" + suggestion(name, known));
  }
}

// Lines of plugins, as they come.
void log_line(std::uint32_t level, std::string_view plugin, std::string_view line) {
  if (level < KS_LOG_WARNING) return;
  std::cerr << sentence("plugin {}: {}\n", plugin, line);
}

// Ctrl-C and kill are waited for, and not handled: all threads that are made from now on leave them to
// stop_on_signal().
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// The next such signal ends the program.
void unblock_signals(const sigset_t& signals) { pthread_sigmask(SIG_UNBLOCK, &signals, nullptr); }

// What is found out on the way: a page that there is not ends the program before it listens.
ComfyOptions comfy_options(const ServeArguments& options, const ServerOptions& server,
                           const fs::path& out, std::shared_ptr<Runtime> runtime) {
  ComfyOptions comfy;
  comfy.base = out;
  comfy.folder = server.folder;
  comfy.files = server.files;
  comfy.page = comfy_page(options.page);
  comfy.templates = add_examples(server.folder, comfy.files);
  comfy.runtime = std::move(runtime);
  return comfy;
}

void say_where_the_page_is(const Server& server, bool there) {
  if (there) {
    std::cout << "ComfyUI's page is at " << server.url() << "/comfy/" << std::endl;
  } else {
    std::cout
        << "ComfyUI's API is there, its page is not: `pip install comfyui-frontend-package` into a "
           "virtual environment, which is active or which --page names"
        << std::endl;
  }
}

// Says what requests may say to no effect.
std::shared_ptr<const PicturePipeline> picture_pipeline(const std::string& file,
                                                        const Registry& registry,
                                                        const FileFolders& files) {
  if (file.empty()) return nullptr;
  PipelineSource source = read_pipeline(file);
  source.files = files;
  auto pipeline = std::make_shared<const PicturePipeline>(std::move(source), registry);
  const std::vector<std::string> without = pipeline->without();
  if (!without.empty()) {
    std::cout << sentence("{} has no place for {}: requests that say it are run without\n", file,
                          listed(without));
  }
  return pipeline;
}

int serve(const ServeArguments& options) {
  require_working_folder();
  const sigset_t signals = block_signals();
  ServedPlugins plugins(plugin_folders({options.plugins.begin(), options.plugins.end()}),
                        isolation_of(options), &log_line);
  require_plugins(options.trusted, "--trust", plugins.views());
  require_plugins(options.isolated, "--isolate", plugins.views());
  Report report = stderr_report();
  for (const Diagnostic& problem : plugins.problems()) report.print(problem, Severity::warning);

  const fs::path out = output_folder(options.out);
  const std::shared_ptr<Runtime> runtime = open_program_runtime();
  ServerOptions server_options;
  server_options.port = options.port;
  server_options.folder = fs::absolute(options.folder);
  for (const std::string& each : options.models) server_options.files.add(each);
  server_options.out = out;
  server_options.runtime = runtime->describe();
  server_options.icons = example_model();

  Changes changes;
  RunBook book(changes, {.queued = options.queue}, first_free_run(out));
  std::optional<Comfy> comfy;
  bool has_page = false;
  const PicturePipelines pictures{
      picture_pipeline(options.from_text, *plugins.current(), server_options.files),
      picture_pipeline(options.from_picture, *plugins.current(), server_options.files)};
  const auto picture_runs = std::make_shared<PictureRuns>(book, plugins, changes, out);
  if (options.comfy) {
    const ComfyOptions comfy_given = comfy_options(options, server_options, out, runtime);
    has_page = !comfy_given.page.empty();
    comfy.emplace(comfy_given, book, plugins);
  }
  server_options.routes = [&](Router& router) {
    if (comfy) comfy->add_to(router);
    add_openai_routes(router, pictures, picture_runs);
    add_a1111_routes(router, pictures, picture_runs, plugins);
  };
  Server server(server_options, book, plugins, changes);
  std::cout << "Serving on " << server.url() << " until Ctrl-C; pictures go to " << out.string()
            << std::endl;
  if (options.comfy) say_where_the_page_is(server, has_page);
  std::thread http([&server] { server.serve(); });
  {
    RunWorkers workers(book, plugins, runtime, options.jobs,
                       {.device = options.device,
                        .out = out,
                        .preview_every = options.preview,
                        .decoded_previews = options.decoded_previews,
                        .types = options.types,
                        .memory = options.memory});
    int signal = 0;
    sigwait(&signals, &signal);
    unblock_signals(signals);
    std::cerr << "\nstopping what runs at its next step; Ctrl-C again ends at once" << std::endl;
    server.stop();
  }
  http.join();
  return kFine;
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
  auto options = std::make_shared<ServeArguments>();
  CLI::App* verb =
      app.add_subcommand("serve", "Run pipelines that are sent over HTTP, on this machine");
  verb->add_option("--port", options->port, "Where to listen, on 127.0.0.1; 0 takes a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  verb->add_option("--jobs", options->jobs, "Runs at once; they share the models")
      ->type_name("N")
      ->check(CLI::Range(1, kMostJobs))
      ->capture_default_str();
  verb->add_option("--queue", options->queue, "Runs that may wait")
      ->type_name("N")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb->add_option("--preview", options->preview, "Steps between two previews; 0 for none")
      ->type_name("N")
      ->capture_default_str();
  add_preview_method_option(*verb, options->decoded_previews);
  add_models_option(*verb, options->models);
  verb->add_option("--folder", options->folder, "What files in pipelines are relative to")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  verb->add_option("--out", options->out, "Where outputs go: to DIR/run-1, DIR/run-2, ...")
      ->type_name("DIR")
      ->capture_default_str();
  verb->add_option("--txt2img", options->from_text,
                   "A pipeline that makes pictures for programs that ask by OpenAI's API or that of "
                   "AUTOMATIC1111's web UI")
      ->type_name("FILE");
  verb->add_option("--img2img", options->from_picture, "The same, of a picture that they send")
      ->type_name("FILE");
  CLI::Option* comfy = verb->add_flag(
      "--comfy", options->comfy,
      "Answer as ComfyUI does, too, for its page and its clients; DIR of --out has its folders then");
  verb->add_option("--page", options->page,
                   "ComfyUI's page: the folder static of the Python package comfyui_frontend_package; "
                   "without it, that of the active virtual environment")
      ->type_name("DIR")
      ->needs(comfy);
  verb->add_option(
          "--device", options->device,
          "Where to compute: cpu, cuda, or auto: what a pipeline says, else cuda where there is one")
      ->type_name("DEVICE")
      ->check(one_of(devices(), "device"))
      ->capture_default_str();
  add_type_options(*verb, options->types);
  add_memory_option(*verb, options->memory);
  add_plugins_option(*verb, options->plugins);
  add_isolate_option(*verb, options->isolated);
  verb->add_option("--trust", options->trusted,
                   "Run this plugin within the server, though it did not come with it; 'all' for all")
      ->type_name("PLUGIN")
      ->allow_extra_args(false);
  verb->callback([&action, options] { action = [options] { return serve(*options); }; });
}

}  // namespace ksampler
