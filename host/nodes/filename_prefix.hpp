// The names of outputs: "%date:yyyy-MM-dd%/%base.seed%" as ComfyUI has it, and their check before a
// run.
//
//   %width% %height%                         of what is written, in pixels
//   %year% %month% %day% %hour% %minute% %second%
//   %date% %date:FORMAT%                     FORMAT of yyyy yy MM M dd d hh h mm m ss s; default
//   yyyyMMddhhmmss %NODE.INPUT%                             a value that the pipeline gives to a node's
//   input
//
// What is none of these stays as it stands. The local time is meant, of one moment for all.
#ifndef KSAMPLER_NODES_FILENAME_PREFIX_HPP
#define KSAMPLER_NODES_FILENAME_PREFIX_HPP

#include "host/graph/pipeline.hpp"

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

struct PrefixFacts {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::tm time = {};
};

// The local time now.
std::tm local_time();

// `prefix` with its tokens replaced. What a value has that the name of a file cannot hold, such as '/',
// becomes '_'; a date's FORMAT may name folders.
std::string expanded_prefix(const std::string& prefix, const Pipeline& pipeline,
                            const PrefixFacts& facts);

// `text` without what the name of a file cannot hold, such as '/': '_' in its place.
std::string fit_for_a_name(std::string text);

// The same, for a file with this suffix below `out`: where a name would be longer than the disk takes,
// what the values of nodes put into it is cut, equally, until it fits.
std::string fitting_prefix(const std::string& prefix, const Pipeline& pipeline,
                           const PrefixFacts& facts, const std::filesystem::path& out,
                           const std::string& suffix);

// Throws Error that names each node whose 'filename_prefix' leads out of the output folder, is no name,
// or is longer than the disk of `out` takes even where values are cut: what would end the run only
// after its sampling.
void check_filename_prefixes(const Pipeline& pipeline, const std::filesystem::path& out = {});

// The nodes whose files will have a name with values that are cut, and what to say of it.
std::vector<std::pair<const Node*, std::string>> cut_prefixes(const Pipeline& pipeline,
                                                              const std::filesystem::path& out);

}  // namespace ksampler

#endif
