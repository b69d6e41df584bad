// Runs that a request waits for. Thread rule: any thread.
#ifndef KSAMPLER_SERVE_PICTURES_PICTURE_RUNS_HPP
#define KSAMPLER_SERVE_PICTURES_PICTURE_RUNS_HPP

#include "host/serve/changes.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"

#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ksampler {

struct MadePicture {
  std::string file;   // relative to the run's folder
  std::string bytes;  // of the PNG
};

struct MadePictures {
  RunId run = 0;
  std::vector<MadePicture> pictures;
};

// That went wrong while it ran, and not because of how it was asked for.
class RunFailed : public Error {
 public:
  using Error::Error;
};

class PictureRuns {
 public:
  // A run's files are in out/run-ID. All must outlive it.
  PictureRuns(RunBook& book, ServedPlugins& plugins, Changes& changes, std::filesystem::path out)
      : book_(book), plugins_(plugins), changes_(changes), out_(std::move(out)) {}

  // Waits until the run has ended, and takes the pictures that these nodes wrote. Throws Error where it
  // is refused, RunFailed where it failed or made no picture, Stopped where it was cancelled,
  // QueueIsFull where it could not be taken.
  MadePictures make(Submission submission, const std::set<std::string>& nodes);

  // The one that runs, of those that are waited for.
  std::optional<RunView> running() const;
  std::optional<PreviewPicture> preview(RunId id) const { return book_.preview(id); }
  // All that are waited for.
  void interrupt();

  struct QueueIsFull {};

 private:
  std::set<RunId> waited_for() const;

  RunBook& book_;
  ServedPlugins& plugins_;
  Changes& changes_;
  const std::filesystem::path out_;
  mutable std::mutex mutex_;
  std::set<RunId> waited_for_;
};

}  // namespace ksampler

#endif
