#include "host/runtime/runtime.hpp"

#include "host/base/conventions.hpp"
#include "host/base/error.hpp"
#include "host/base/memory.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/functions.hpp"
#include "host/plugin/in_plugin.hpp"
#include "host/rescue/out_of_memory.hpp"
#include "host/rescue/rescue.hpp"
#include "host/runtime/kept_results.hpp"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <c10/core/Device.h>
#include <c10/core/InferenceMode.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <mutex>

namespace ksampler {
namespace {

at::Device choose_device(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  if (name == "auto") return at::hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  if (name == "cuda") {
    if (at::hasCUDA()) return {at::kCUDA, 0};
    throw Error(Diagnostic::Kind::unavailable,
                "device 'cuda' was asked for, but LibTorch sees no CUDA device; use 'cpu' or 'auto'");
  }
  throw Error(sentence("unknown device '{}'{}", name, suggestion(name, devices())));
}

// The most memory that a run took on its device at one time: networks, and what is computed.
class PeakOfRun {
 public:
  explicit PeakOfRun(at::Device device) : device_(device) {
    if (device_.is_cuda()) at::accelerator::resetPeakStats(device_.index());
  }
  std::uint64_t bytes() const {
    if (!device_.is_cuda()) return process_.grown();
    constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    const auto stats = at::accelerator::getDeviceStats(device_.index());
    return static_cast<std::uint64_t>(stats.allocated_bytes[kAll].peak);
  }

 private:
  at::Device device_;
  PeakMemory process_;
};

class TorchRuntime : public Runtime {
 public:
  void run(const Pipeline& pipeline, const Registry& registry, const RunOptions& options,
           Reporter& reporter) override {
    use_header_book(options.headers);
    check_filename_prefixes(pipeline, options.out);
    for (const auto& [node, note] : cut_prefixes(pipeline, options.out)) reporter.warning(*node, note);
    const c10::InferenceMode inference;
    KeptResults kept(pipeline, results_for(options.reuse), reporter);
    const NodeContext context{
        pipeline,
        registry,
        options,
        kept,
        choose_device(options.device == "auto" ? pipeline.device : options.device),
        models_};
    limit_memory(options.memory, context.device);
    std::map<std::string, NodeFunction> functions;
    for (const auto& [type, implementation] : node_functions()) {
      functions[type] = [&context, &kept, run = implementation](const Inputs& in) {
        std::vector<Value> values;
        with_memory_advice(
            in.node(), context.device.str(),
            [&] {
              const bool results = kept.let_go();
              return context.models.let_go() || results;
            },
            [&] { values = run(context, in); });
        return values;
      };
    }
    ExecuteHooks hooks;
    hooks.begin = [&](const Node& node) {
      if (options.stop != nullptr && options.stop->load()) throw Stopped();
      kept.node_begins(node);
    };
    const PeakOfRun peak(context.device);
    Rescue rescue(context);
    hooks.done = [&](const Node& node, const std::vector<Value>& values) {
      rescue.note(node, values);
      kept.done(node, values);
    };
    hooks.known = [&](std::size_t node) { return kept.known(node); };
    try {
      execute(
          pipeline, [&](const std::string& type) -> const NodeFunction& { return functions.at(type); },
          hooks);
    } catch (const Error& error) {
      throw options.rescue ? rescue.with_files(error) : error;
    }
    reporter.memory_used(peak.bytes());
  }

  std::string describe() const override {
    return sentence("LibTorch " TORCH_VERSION ", {} threads, CUDA: {}", at::get_num_threads(),
                    at::hasCUDA() ? "yes" : "none");
  }

  ComputeDevice device() const override {
    const at::Device device = choose_device("auto");
    if (!device.is_cuda()) return {"cpu", "cpu", memory_of_process(), available_memory()};
    const auto [free, whole] = at::accelerator::getMemoryInfo(device.index());
    return {device.str(), "cuda", whole, free};
  }

  void let_go() override {
    results_.clear();  // which may hold networks
    models_.let_go();
    if (at::hasCUDA()) at::accelerator::emptyCache();
    return_freed_memory();
  }

 private:
  // On a CPU the limit is the process's. Networks have what the rest leaves, as far as that is known
  // before the run: what was here before any network.
  void limit_memory(std::uint64_t limit, at::Device device) {
    const bool of_process = limit > 0 && device.is_cpu();
    if (of_process) {
      const std::uint64_t all = resident_memory();
      const std::uint64_t networks = models_.bytes(device);
      const std::lock_guard lock(rest_mutex_);
      if (all > networks) rest_ = std::max(rest_, all - networks);
      models_.limit(limit > rest_ ? limit - rest_ : 1);
    } else {
      models_.limit(limit);
    }
    models_.limit_process(of_process ? limit : 0);
  }

  // What runs with these plugins gave. A weak pointer, so that plugins that were swapped out are
  // unloaded.
  ResultCache* results_for(const std::shared_ptr<const Registry>& plugins) {
    if (plugins == nullptr) return nullptr;
    const std::lock_guard lock(results_mutex_);
    if (results_of_.lock() != plugins) results_.clear();
    results_of_ = plugins;
    return &results_;
  }

  NetworkCache models_;
  std::mutex rest_mutex_;
  std::uint64_t rest_ = 0;  // bytes of the process that are no network
  std::mutex results_mutex_;
  std::weak_ptr<const Registry> results_of_;
  ResultCache results_;
};

}  // namespace
}  // namespace ksampler

extern "C" KSAMPLER_VISIBLE ksampler::Runtime* ksampler_make_runtime();
extern "C" ksampler::Runtime* ksampler_make_runtime() {
  ksampler::name_plugins_that_end_the_program();  // this half has marks of its own
  return new ksampler::TorchRuntime;
}
