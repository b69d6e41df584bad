#include "host/base/file_size_limit.hpp"

#include <csignal>

namespace ksampler {

void report_file_size_limit() { std::signal(SIGXFSZ, SIG_IGN); }

}  // namespace ksampler
