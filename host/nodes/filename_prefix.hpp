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
#include <string>

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

// Throws Error that names each node whose 'filename_prefix' leads out of the output folder or is no
// name: what would end the run only after its sampling.
void check_filename_prefixes(const Pipeline& pipeline);

}  // namespace ksampler

#endif
