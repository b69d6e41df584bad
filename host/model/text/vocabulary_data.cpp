#include "host/model/text/incbin.hpp"
#include "host/model/text/vocabulary.hpp"

KSAMPLER_INCBIN(ksampler_merges, KSAMPLER_MERGES_FILE)

namespace ksampler {

std::string_view merges_text() { return ksampler_merges_bytes(); }

}  // namespace ksampler
