// What happens where a file would grow beyond what the system allows this process (ulimit -f).
#ifndef KSAMPLER_BASE_FILE_SIZE_LIMIT_HPP
#define KSAMPLER_BASE_FILE_SIZE_LIMIT_HPP

namespace ksampler {

// Such a write fails with EFBIG from now on, in this process and in those that it starts, where a
// signal (SIGXFSZ) would end the process before anybody could say which file it was. For a program to
// call before it starts threads.
void report_file_size_limit();

}  // namespace ksampler

#endif
