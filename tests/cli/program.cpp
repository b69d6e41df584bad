#include "tests/cli/program.hpp"

#include "host/plugin/manifest.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace ksampler::test {
namespace {

[[noreturn]] void become(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                         const std::map<std::string, std::string>& environment) {
  const auto redirect = [&](const char* name, int descriptor) {
    const int file = open((folder / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    return dup2(file, descriptor) == descriptor;
  };
  if (!redirect(".stdout", STDOUT_FILENO) || !redirect(".stderr", STDERR_FILENO)) _exit(126);
  if (chdir(folder.c_str()) != 0) _exit(126);
  for (const char* name : {"KSAMPLER_PLUGIN_PATH", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}) unsetenv(name);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<std::string> words = {"ksampler"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  _exit(127);
}

}  // namespace

Program::Program() {
  std::string name = (std::filesystem::temp_directory_path() / "ksampler-cli-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = std::filesystem::canonical(name);
  std::filesystem::create_directory(folder_ / "bin");
  copy_ = folder_ / "bin" / "ksampler";
  std::filesystem::copy_file(BINARY_DIR "/bin/ksampler", copy_);
}

Program::~Program() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path Program::write(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = folder_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

void Program::add_plugin(const PluginDescription& plugin) const {
  const std::string folder = "plugins/" + plugin.name + "/";
  write(folder + plugin.name + ".so", "");
  write(folder + "plugin.toml", manifest_text(plugin, plugin.name + ".so"));
}

std::string Program::errors_so_far() const {
  const std::filesystem::path errors = folder_ / ".stderr";
  return std::filesystem::exists(errors) ? read_text(errors) : std::string();
}

Outcome Program::run_built(const std::vector<std::string>& arguments,
                           const std::function<void(int)>& watch) const {
  return run_file(BINARY_DIR "/bin/ksampler", arguments, watch);
}

Outcome Program::run_file(const std::filesystem::path& program,
                          const std::vector<std::string>& arguments,
                          const std::function<void(int)>& watch) const {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) become(program, arguments, folder_, environment_);
  int status = 0;
  while (waitpid(child, &status, watch ? WNOHANG : 0) == 0) {
    watch(child);
    poll(nullptr, 0, 5);
  }
  Outcome outcome;
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = read_text(folder_ / ".stdout");
  outcome.err = read_text(folder_ / ".stderr");
  return outcome;
}

PluginDescription fixture_plugin() {
  ParamDescription eta;
  eta.id = "eta";
  eta.summary = "How much noise is put back";
  eta.minimum = 0;
  eta.maximum = 10;
  eta.default_value = 1;
  ParamDescription mode;
  mode.id = "mode";
  mode.summary = "How it goes about it";
  mode.type = ParamType::choice;
  mode.choices = {"calm", "wild"};

  SamplerDescription zigzag;
  zigzag.id = "zigzag";
  zigzag.title = "Zigzag";
  zigzag.summary = "Goes left and right";
  zigzag.source = "nowhere";
  zigzag.order = 1;
  zigzag.model_calls = zigzag.model_calls_second_last = zigzag.model_calls_last = 1;
  zigzag.params = {eta, mode};
  SamplerDescription detour = zigzag;
  detour.id = "detour";
  detour.title = "Detour";
  detour.summary = "Takes its time";
  detour.params.clear();

  SchedulerDescription evenly;
  evenly.id = "evenly";
  evenly.title = "Evenly";
  evenly.summary = "Equal steps";
  evenly.source = "nowhere";

  PluginDescription plugin;
  plugin.name = "fixture";
  plugin.version = "1.2.3";
  plugin.licence = "MIT";
  plugin.abi_major = 1;
  plugin.samplers = {detour, zigzag};
  plugin.schedulers = {evenly};
  return plugin;
}

}  // namespace ksampler::test
