// The seam between the program and the half of the host that stands on LibTorch. That half is a shared
// library, libksampler_runtime.so, which the program opens when a run starts and not before.
#ifndef KSAMPLER_RUNTIME_RUNTIME_HPP
#define KSAMPLER_RUNTIME_RUNTIME_HPP

#include "host/base/file_stamp.hpp"
#include "host/files/header_book.hpp"
#include "host/graph/pipeline.hpp"
#include "host/plugin/registry.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// A small picture of what a node is sampling: a pixel for each cell of the latent, or decoded with at
// most 512 on a side; the first items of the batch side by side.
struct PreviewPicture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::uint8_t> rgb;  // 8 bits each, row-major, 3 * width * height
};

// A picture that a node makes, as it would be in a file of 8 bits: of a batch the one at `index`.
struct PictureOfNode {
  bool is_preview = false;  // made to be looked at, and not to be kept
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t channels = 3;            // 3: RGB, 4: RGBA
  const std::uint8_t* pixels = nullptr;  // [height,width,channels]; until the call returns
  std::uint32_t index = 0;
  std::uint32_t count = 1;
};

// What a run tells the program while it goes on. Called on the run's thread.
class Reporter {
 public:
  virtual ~Reporter() = default;
  // Before the first node begins: one that is not run, as its result is kept from a run before, and the
  // files that it wrote then.
  virtual void node_known(const Node& /*node*/, const std::vector<std::filesystem::path>& /*files*/) {}
  virtual void node_begins(const Node& /*node*/) {}
  // After each step of a sampling node: `step` of `steps` are done.
  virtual void step_done(const Node& /*node*/, std::uint32_t /*step*/, std::uint32_t /*steps*/) {}
  // After each RunOptions::preview_every-th step, and the last: what the model takes the picture to be.
  virtual void preview(const Node& /*node*/, std::uint32_t /*step*/, std::uint32_t /*steps*/,
                       const PreviewPicture& /*picture*/) {}
  // Where RunOptions::hands_out_pictures: of SaveImage and its like.
  virtual void picture(const Node& /*node*/, const PictureOfNode& /*picture*/) {}
  virtual void file_written(const Node& /*node*/, const std::filesystem::path& /*file*/) {}
  // A file that the node looked for besides those that its inputs name: its result is of use as long as
  // the file is as it was, or is not there as it was not.
  virtual void file_seen(const Node& /*node*/, const SeenFile& /*file*/) {}
  virtual void warning(const Node& /*node*/, const std::string& /*message*/) {}
  // At the end of a run: the most memory that it took at one time, in bytes, on its device. On a CPU,
  // how far the process grew.
  virtual void memory_used(std::uint64_t /*peak*/) {}
};

// What networks compute with, each one of number_types().
struct NumberTypes {
  std::string unet = "auto";  // fp16 on a GPU, else fp32; a loader's weight_dtype goes before it
  std::string vae = "auto";   // fp32
  std::string text = "auto";  // of its weights, which are computed with in fp32: what the file has

  bool operator==(const NumberTypes&) const = default;
};

struct RunOptions {
  std::string device = "auto";              // one of devices(); "auto": what the pipeline says
  std::filesystem::path out;                // the folder that outputs are relative to
  const std::atomic<bool>* stop = nullptr;  // set by another thread or a signal: stop at the next step
  std::uint32_t preview_every = 0;          // steps between two previews; 0: none
  NumberTypes types = {};
  std::uint64_t memory = 0;  // bytes that networks may take on the device; 0: by what it has
  bool rescue = true;        // where a node fails, write what was sampled before (rescue.hpp)
  // The plugins of the run, where nodes that would do what they did in the last run are not to be run
  // again; null: all are run. What was kept for others is let go.
  std::shared_ptr<const Registry> reuse = {};
  std::shared_ptr<HeaderBook> headers = header_book();  // what the program has read of model files
  std::filesystem::path previews = {};             // the folder of previews; empty: preview/ in `out`
  std::map<std::string, std::string> record = {};  // what files say besides how they were made
  bool hands_out_pictures = false;                 // to Reporter::picture
  bool writes_pictures = true;                     // to files
  bool decoded_previews = false;  // by a small decoder of `vae_approx` (TAESD), where there is one
};

// Where a run may compute, and how much memory there is.
struct ComputeDevice {
  std::string name;               // "cuda:0 NVIDIA H200", "cpu"
  std::string type;               // "cuda"
  std::uint64_t memory = 0;       // bytes
  std::uint64_t free_memory = 0;  // that no process has taken
};

// Keeps networks loaded between runs. Thread rule: run() may be called from several threads at once,
// which share them.
class Runtime {
 public:
  virtual ~Runtime() = default;
  // Runs a checked pipeline. Throws Error, or Stopped.
  virtual void run(const Pipeline& pipeline, const Registry& registry, const RunOptions& options,
                   Reporter& reporter) = 0;
  // "LibTorch 2.15.0, 2 threads, CUDA: none"
  virtual std::string describe() const = 0;
  // The one that "auto" means.
  virtual ComputeDevice device() const = 0;
  // Lets go of all networks that no run uses.
  virtual void let_go() = 0;
};

// The one symbol that the library exports: ksampler_make_runtime.
using MakeRuntime = Runtime* (*)();

}  // namespace ksampler

#endif
