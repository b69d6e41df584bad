#include "host/cli/pipeline_run.hpp"

#include "host/base/conventions.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/byte_size.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/program_runtime.hpp"
#include "host/cli/search.hpp"
#include "host/cli/terminal.hpp"
#include "host/graph/cut_text.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/input_checks.hpp"
#include "host/plugin/in_plugin.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

namespace ksampler {

Progress::Style style_of(bool quiet) {
  if (quiet) return Progress::Style::quiet;
  return stderr_is_terminal() ? Progress::Style::bar : Progress::Style::lines;
}

void check_output_folder(const std::filesystem::path& out) {
  std::filesystem::path at = std::filesystem::absolute(out);
  std::error_code error;
  while (at.has_relative_path() && !std::filesystem::exists(at, error)) at = at.parent_path();
  const Place place{"--out " + out.string()};
  if (!std::filesystem::is_directory(at, error)) {
    throw Error(place, at.string() + " is no folder; outputs need one");
  }
  if (::access(at.c_str(), W_OK | X_OK) != 0) {
    throw Error(place, sentence("nothing can be written to {}: {}", at.string(), std::strerror(errno)));
  }
}

std::optional<RunResult> run_pipeline(const RunRequest& request) {
  Report report = stderr_report();
  // Outlives the plugins, which log to it.
  Progress progress(std::cerr, report, style_of(request.quiet), request.out);
  const ParsedPipeline parsed(request.source);
  const Registry registry = find_plugins(
      request.plugins, &parsed, report,
      [&progress](auto level, auto plugin, auto line) { progress.plugin_says(level, plugin, line); },
      request.isolated, request.isolate_seconds);
  const Pipeline pipeline = check_whole_pipeline(parsed, registry, request.settings);
  for (const Diagnostic& note : pipeline.notes) report.print(note, Severity::warning);
  for (const Diagnostic& cut : cut_texts(parsed, node_declarations())) {
    report.print(cut, Severity::warning);
  }
  check_output_folder(request.out);
  name_plugins_that_end_the_program();
  stop_on_interrupt();
  const auto began = std::chrono::steady_clock::now();
  try {
    const std::unique_ptr<Runtime> runtime = open_program_runtime();
    RunOptions options{request.device, request.out,    &interrupted(), request.preview_every,
                       request.types,  request.memory, request.rescue};
    options.decoded_previews = request.decoded_previews;
    runtime->run(pipeline, registry, options, progress);
  } catch (const Stopped&) {
    progress.end_line();
    std::cerr << "stopped\n";
    return std::nullopt;
  } catch (...) {
    progress.end_line();
    throw;
  }
  progress.end_line();
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
  return RunResult{progress.files(), time.count(), progress.peak()};
}

void print_written(const RunResult& result, bool quiet) {
  if (!quiet) {
    std::cout << "Wrote " << result.files.size() << (result.files.size() == 1 ? " file" : " files")
              << " in " << std::fixed << std::setprecision(1) << result.seconds << " s, with "
              << std::setprecision(2) << static_cast<double>(result.peak) / (1 << 30)
              << " GiB of memory at most:\n";
  }
  for (const auto& file : result.files) print_file(file, quiet);
}

void print_file(const std::filesystem::path& file, bool quiet) {
  std::cout << (quiet ? "" : "  ") << file.string() << "\n";
}

void add_file_options(CLI::App& verb, std::vector<std::string>& settings, std::string& folder,
                      std::string& out) {
  verb.add_option("--set", settings,
                  "Replace or add an input, such as base.steps=30; may be given more than once")
      ->type_name("NODE.INPUT=VALUE")
      ->allow_extra_args(false);
  verb.add_option("--folder", folder,
                  "What files in the pipeline are relative to, instead of its own folder")
      ->type_name("DIR");
  verb.add_option("--out", out, "The folder that outputs are relative to")
      ->type_name("DIR")
      ->capture_default_str();
}

void add_run_options(CLI::App& verb, std::string& device, bool& quiet) {
  verb.add_option(
          "--device", device,
          "Where to compute: cpu, cuda, or auto: what the pipeline says, else cuda where there is one")
      ->type_name("DEVICE")
      ->default_str("auto")
      ->check(one_of(devices(), "device"));
  verb.add_flag("--quiet", quiet, "Print nothing but errors, warnings and the result");
}

void add_type_options(CLI::App& verb, NumberTypes& types) {
  const auto add = [&](const std::string& name, std::string& type, const std::string& text) {
    verb.add_option(name, type, text)
        ->type_name("fp32|fp16|bf16|auto")
        ->default_str("auto")
        ->check(one_of(number_types(), "type"));
  };
  add("--unet-dtype", types.unet,
      "What a UNet or transformer computes with, where its loader's weight_dtype does not say; auto: "
      "fp16 on a GPU (bf16 for transformers but SD 3's), else fp32");
  add("--vae-dtype", types.vae,
      "What an autoencoder computes with; auto: fp32. SDXL's overflows in fp16, which is an error");
  add("--text-dtype", types.text,
      "What a text encoder's weights are kept in; auto: what the file has. It computes in fp32");
}

void add_preview_method_option(CLI::App& verb, bool& decoded, const std::string& needs) {
  CLI::Option* const option =
      verb.add_option_function<std::string>(
              "--preview-method",
              [&decoded](const std::string& method) { decoded = method == "taesd"; },
              "How previews are made: by the colours of the latent, or decoded by a small decoder, "
              "which "
              "is looked for in vae_approx of --models (taesd_decoder.safetensors and its like)")
          ->type_name("METHOD")
          ->check(one_of({"latent2rgb", "taesd"}, "method"))
          ->default_str("latent2rgb");
  if (!needs.empty()) option->needs(verb.get_option(needs));
}

void add_memory_option(CLI::App& verb, std::uint64_t& bytes) {
  verb.add_option(
          "--memory", bytes,
          "The most memory: on a CPU that the program takes, on a GPU that networks take, such as "
          "6GB. What no run uses is let go to stay below it, and of a network that is larger, "
          "weights come and go as they are used. By default, networks take three quarters of the "
          "machine's, or nine tenths of a GPU's")
      ->type_name("SIZE")
      ->transform(CLI::Validator(
          [](std::string& text) {
            const std::optional<std::uint64_t> size = parse_byte_size(text);
            if (!size) {
              return sentence("{} is no size; expected a number and a unit, such as 6GB or 800MB",
                              quote(text));
            }
            text = std::to_string(*size);
            return std::string();
          },
          "", "size"));
}

}  // namespace ksampler
