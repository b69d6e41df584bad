// What the nodes of the last run gave, so that the next computes only what has changed, as ComfyUI
// does. Thread rule: any thread.
#ifndef KSAMPLER_GRAPH_RESULT_CACHE_HPP
#define KSAMPLER_GRAPH_RESULT_CACHE_HPP

#include "host/base/file_stamp.hpp"
#include "host/graph/execute.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ksampler {

struct NodeResult {
  std::vector<Value> values;
  std::vector<std::filesystem::path> files;  // that the node wrote
};

// A run's nodes, as the cache knows them.
struct KnownNodes {
  // By index of node: what it gave before; null where it has to be run. A run puts in what it computes.
  std::vector<std::shared_ptr<const NodeResult>> results;
  // All that a result depends on: the node's type and values, the stamps of the files that it reads,
  // and in place of what it links to, that node's number.
  std::vector<std::string> keys;
  std::vector<std::uint64_t> numbers;  // a number is one key's, as long as the process lives
  // The files that a node looked for besides, as they were. A run puts in what it finds.
  std::vector<std::vector<SeenFile>> seen;
};

// Results of one set of plugins.
class ResultCache {
 public:
  // With those results of the last run that are as good as new for this one, and whose files are still
  // there. Lets go of all others, before they stand in the way of what is loaded now.
  KnownNodes take(const Pipeline& pipeline);
  // After a run, whole or not: in place of what is kept.
  void keep(KnownNodes nodes);
  void clear();

 private:
  struct Known {
    std::uint64_t number;
    std::shared_ptr<const NodeResult> result;
    std::vector<SeenFile> seen = {};
  };

  std::mutex mutex_;
  std::map<std::string, Known> known_;  // by key
  std::uint64_t next_ = 0;
};

}  // namespace ksampler

#endif
