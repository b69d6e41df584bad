#include "host/plugin/isolation/sandbox.hpp"
#include "host/plugin/isolation/self_test.hpp"
#include "host/plugin/isolation/wire.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/read_file.hpp"
#include "host/plugin/unmapping.hpp"

#include <dlfcn.h>

namespace ksampler::isolation {
namespace {

// What the file shows, and what happens where it is tried.
std::string why_it_stays(const std::filesystem::path& copy, const std::filesystem::path& file,
                         std::shared_ptr<const Library>& library, std::size_t threads_before) {
  const std::vector<std::byte> bytes = read_file(copy);
  std::string why = why_mapped(ElfFile(file.string(), bytes));
  library.reset();
  if (!why.empty()) return why;
  if (thread_count() > threads_before) return "leaves a thread behind";
  if (void* left = ::dlopen(copy.c_str(), RTLD_NOLOAD | RTLD_NOW); left != nullptr)
    return "stays where it is when it is closed";
  return {};
}

}  // namespace

int serve_self_test(int socket, const std::filesystem::path& copy, const std::filesystem::path& file,
                    bool sandboxed) {
  Channel channel(socket);
  limit_resources();
  try {
    const std::size_t threads = thread_count();
    if (sandboxed) close_all_but_reading();
    auto library = Library::open_copy(copy, file, {}, /*unmaps=*/true);
    if (sandboxed) close_everything();
    self_test(*library, [&channel](const std::string& what) {
      channel.send(Message(Call::log).put(std::uint32_t{0}).put_text(what));
    });
    const std::string manifest = manifest_text(library->description(), "");
    // One in a sandbox never is in the host's memory.
    const std::string why = sandboxed ? std::string() : why_it_stays(copy, file, library, threads);
    channel.send(Message(Call::done).put_text(why).put_text(manifest));
  } catch (const std::exception& error) {
    channel.send(Message(Call::failed).put_text(error.what()));
  }
  return 0;
}

}  // namespace ksampler::isolation
