// What an isolated plugin can no longer do, step by step; for the child process.
#ifndef KSAMPLER_PLUGIN_ISOLATION_SANDBOX_HPP
#define KSAMPLER_PLUGIN_ISOLATION_SANDBOX_HPP

namespace ksampler::isolation {

// Before any code of the plugin: ends with the host, dumps no core, takes no more than 4 GB of memory.
void limit_resources();

// While the library is loaded: files can be read, and nothing else. True where the kernel allows it.
bool close_all_but_reading();

// From then on: memory, clocks, threads and the one socket. No file, no network, no other process. True
// where the kernel allows it.
bool close_everything();

}  // namespace ksampler::isolation

#endif
