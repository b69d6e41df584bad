// The threads that run what is in the book, one run each at a time.
#ifndef KSAMPLER_SERVE_RUN_WORKERS_HPP
#define KSAMPLER_SERVE_RUN_WORKERS_HPP

#include "host/runtime/runtime.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ksampler {

struct WorkerOptions {
  std::string device = "auto";
  std::filesystem::path out;        // a run's files go to out/run-ID/
  std::uint32_t preview_every = 1;  // steps between two previews; 0: none
  bool decoded_previews = false;    // see RunOptions
  NumberTypes types = {};
  std::uint64_t memory = 0;  // bytes that networks may take; 0: by what the device has
};

// The folder of a run's files.
std::filesystem::path run_folder(const std::filesystem::path& out, RunId id);

// One above the runs whose folders are in `out` already.
RunId first_free_run(const std::filesystem::path& out);

class RunWorkers {
 public:
  // `jobs` threads that share a runtime, and so its models. `book` and `plugins` must outlive it.
  RunWorkers(RunBook& book, ServedPlugins& plugins, std::shared_ptr<Runtime> runtime, int jobs,
             WorkerOptions options);
  // Closes the book, and waits until what runs has stopped.
  ~RunWorkers();
  RunWorkers(const RunWorkers&) = delete;
  RunWorkers& operator=(const RunWorkers&) = delete;

 private:
  void work();
  void run(RunBook::Task& task);

  RunBook& book_;
  ServedPlugins& plugins_;
  const WorkerOptions options_;
  std::shared_ptr<Runtime> runtime_;
  std::vector<std::thread> threads_;
};

}  // namespace ksampler

#endif
