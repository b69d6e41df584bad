// ksampler new NAME [--lang cpp|c|rust] [--kind sampler|scheduler]: a project that builds a plugin at
// once.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/project_templates.hpp"
#include "host/cli/verb.hpp"
#include "host/files/output.hpp"
#include "host/plugin/registry.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <span>
#include <string>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

struct NewArguments {
  std::string name;
  std::string language = "cpp";
  std::string kind = "sampler";
  std::string folder;
};

// Names are C identifiers in small letters: they become a plugin's, a sampler's, a file's and a
// struct's.
void check_name(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z' && std::all_of(name.begin(), name.end(), fits))
    return;
  throw Error(
      sentence("the name {} is not fit for a plugin; expected small letters, digits and '_', a "
               "letter first, such as 'my_sampler'",
               quote(name)));
}

// A pipeline that says a name which two plugins have has to say which.
void check_taken(const NewArguments& options) {
  const Registry registry(plugin_folders({}));
  const auto refuse = [&options](const std::string& what, const Manifest& plugin) {
    throw Error(sentence("there is a {} {} already, of the plugin {} ({}); choose a name of its own",
                         what, quote(options.name), quote(plugin.plugin.name),
                         plugin.library.string()));
  };
  for (const Manifest& plugin : registry.plugins()) {
    if (plugin.plugin.name == options.name) refuse("plugin", plugin);
    for (const auto& sampler : plugin.plugin.samplers) {
      if (sampler.id == options.name) refuse("sampler", plugin);
    }
    for (const auto& scheduler : plugin.plugin.schedulers) {
      if (scheduler.id == options.name) refuse("scheduler", plugin);
    }
    for (const auto& guider : plugin.plugin.guiders) {
      if (guider.id == options.name) refuse("guider", plugin);
    }
    for (const auto& noise : plugin.plugin.noises) {
      if (noise.id == options.name) refuse("noise", plugin);
    }
  }
}

// "my_sampler" to "MySampler".
std::string class_name(const std::string& name) {
  std::string result;
  bool capital = true;
  for (const char c : name) {
    if (c == '_') {
      capital = true;
    } else {
      result += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      capital = false;
    }
  }
  return result;
}

// Where the program is installed: the folder above bin/.
fs::path prefix() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
}

// The pictures that the project's pipeline samples from; empty where they are not installed.
fs::path icons() {
  const fs::path file = prefix() / "share" / "ksampler" / "configs" / "icons" / "icons.safetensors";
  std::error_code error;
  return fs::exists(file, error) ? file : fs::path();
}

std::string filled_in(std::string text, const NewArguments& options) {
  const std::pair<std::string, std::string> values[] = {
      {"@name@", options.name},
      {"@Class@", class_name(options.name)},
      {"@kind@", options.kind},
      // Guiders and noises came with ABI 1.1; all else loads in older hosts, too.
      {"@abi@", options.kind == "guider" || options.kind == "noise" ? "ABI 1.1 " : "ABI 1.0 "},
      {"@plugins@", "build/plugins"},
      {"@prefix@", prefix().string()}};
  for (const auto& [key, value] : values) {
    for (std::size_t at = 0; (at = text.find(key, at)) != std::string::npos; at += value.size()) {
      text.replace(at, key.size(), value);
    }
  }
  return text;
}

// "plugin.cpp.in" to "my_sampler.cpp".
fs::path file_name(fs::path path, const std::string& name) {
  path.replace_extension();
  if (path.stem() == "plugin") path.replace_filename(name + path.extension().string());
  return path;
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  write_whole(file, std::as_bytes(std::span(text)));
  if (file.extension() == ".sh") fs::permissions(file, fs::perms::owner_exec, fs::perm_options::add);
}

int make_project(const NewArguments& options) {
  check_name(options.name);
  const fs::path folder = options.folder.empty() ? fs::path(options.name) : fs::path(options.folder);
  if (fs::exists(folder) && !fs::is_empty(folder)) {
    throw Error(Place{folder.string()},
                "is there already, and not empty; a new project takes a new folder: another name, or "
                "`--out DIR`");
  }
  check_taken(options);
  for (const ProjectTemplate& file : project_templates()) {
    const bool language = file.language == options.language || file.language == "pipeline";
    if (!language || (file.kind != options.kind && file.kind != "common")) continue;
    write(folder / file_name(fs::path(file.path), options.name),
          filled_in(std::string(file.text), options));
  }
  const fs::path pictures = icons();
  if (!pictures.empty()) fs::copy_file(pictures, folder / "icons.safetensors");

  std::cout << "Wrote a " << options.kind << " in " << folder.string() << ". Build and run it:\n\n  cd "
            << folder.string() << "\n";
  if (options.language == "rust") {
    std::cout << "  KSAMPLER=" << (prefix() / "bin" / "ksampler").string() << " ./build.sh\n";
  } else {
    std::cout << "  cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH=" << prefix().string()
              << "\n  cmake --build build\n";
  }
  std::cout << "  " << (prefix() / "bin" / "ksampler").string() << " run pipeline.yaml --out out\n";
  if (pictures.empty()) {
    std::cout << "\nThe last needs pictures to sample from, which are not installed: put KSampler's\n"
                 "configs/icons/icons.safetensors beside pipeline.yaml.\n";
  }
  return kFine;
}

}  // namespace

void add_new(CLI::App& app, Action& action) {
  auto options = std::make_shared<NewArguments>();
  CLI::App* verb = app.add_subcommand("new", "Write a small project that builds a plugin");
  verb->add_option("name", options->name,
                   "Of the plugin and of its sampler, scheduler, guider or noise, such as my_sampler")
      ->type_name("NAME")
      ->required();
  verb->add_option("--lang", options->language, "cpp, c or rust")
      ->check(one_of({"cpp", "c", "rust"}, "language"))
      ->capture_default_str();
  verb->add_option("--kind", options->kind, "sampler, scheduler, guider or noise")
      ->check(one_of({"sampler", "scheduler", "guider", "noise"}, "kind"))
      ->capture_default_str();
  verb->add_option("--out", options->folder, "The folder to write; a new one of that name by default")
      ->type_name("DIR");
  verb->callback([&action, options] { action = [options] { return make_project(*options); }; });
}

}  // namespace ksampler
