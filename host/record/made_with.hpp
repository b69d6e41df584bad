// What a picture was made with, besides its pipeline: seeds, versions, and the hashes of all files that
// had a part in it. As JSON:
//
//   { "ksampler": "0.1.0", "host_sha256": ..., "libtorch": "2.15.0", "device": "cpu", "cpu": "AVX2",
//     "threads": 4, "seeds": { "base.seed": 42 },
//     "plugins": [ { "name": ..., "version": ..., "library": ..., "sha256": ... } ],
//     "files": [ { "input": "checkpoint.ckpt_name", "name": ..., "sha256": ... } ] }
//
// and "dtypes": "unet auto, vae bf16, text auto", where the run was asked for such.
#ifndef KSAMPLER_RECORD_MADE_WITH_HPP
#define KSAMPLER_RECORD_MADE_WITH_HPP

#include "host/runtime/node_context.hpp"

#include <string>

namespace ksampler {

// Of the nodes that the run needs. A file that cannot be read any more has no hash.
std::string made_with(const NodeContext& context);

}  // namespace ksampler

#endif
