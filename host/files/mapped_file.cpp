#include "host/files/mapped_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>

namespace ksampler {

// What the handler of the signal looks through, without locks.
struct MappedFile::Watched {
  std::atomic<bool> taken = false;
  std::atomic<std::uintptr_t> begin = 0;  // 0: none
  std::atomic<std::uintptr_t> end = 0;
  std::atomic<bool> damaged = false;
};

namespace {

std::uintptr_t page_size() {
  static const auto size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

// The whole pages that a part touches.
std::span<std::byte> pages_of(std::span<const std::byte> part) {
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data()) / page_size() * page_size();
  const auto end = reinterpret_cast<std::uintptr_t>(part.data()) + part.size();
  // madvise takes what is not const, and writes nothing.
  return {reinterpret_cast<std::byte*>(begin), end - begin};
}

}  // namespace

// A mapping is of one file, and a run has some ten of them open.
class WatchedMappings {
 public:
  static constexpr std::size_t kMost = 512;
  using Each = MappedFile::Watched;

  // Trivially destroyed, as a signal may come while the program ends.
  static std::array<Each, kMost>& all() {
    static std::array<Each, kMost> all;
    return all;
  }

  static Each* watch(std::span<const std::byte> bytes) {
    install();
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    for (Each& each : all()) {
      if (each.taken.exchange(true)) continue;
      each.damaged = false;
      each.end = begin + bytes.size();
      each.begin = begin;
      return &each;
    }
    return nullptr;
  }

 private:
  static void install() {
    static std::once_flag once;
    std::call_once(once, [] {
      all();
      page_size();
      struct sigaction action = {};
      action.sa_sigaction = &on_signal;
      action.sa_flags = SA_SIGINFO | SA_ONSTACK;
      ::sigaction(SIGBUS, &action, &before());
    });
  }

  // What stood there before: the default action, or the handler of another part of the program.
  static struct sigaction& before() {
    static struct sigaction action;
    return action;
  }

  // Puts zeros in the place of the page: what failed is tried again when the handler returns. mmap is
  // one system call on Linux. False: it is no page of ours.
  static bool put_zeros_at(std::uintptr_t address) {
    for (Each& each : all()) {
      const std::uintptr_t begin = each.begin;
      if (begin == 0 || address < begin || address >= each.end) continue;
      each.damaged = true;
      const int error = errno;  // of whoever was interrupted
      void* const page = reinterpret_cast<void*>(address / page_size() * page_size());
      const bool put = ::mmap(page, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                              0) != MAP_FAILED;
      errno = error;
      return put;
    }
    return false;
  }

  static void on_signal(int signal, siginfo_t* info, void* context) {
    const bool is_of_memory = info->si_code > 0;  // and not sent by a program
    if (is_of_memory && put_zeros_at(reinterpret_cast<std::uintptr_t>(info->si_addr))) return;
    const struct sigaction& other = before();
    if ((other.sa_flags & SA_SIGINFO) != 0) return other.sa_sigaction(signal, info, context);
    if (other.sa_handler != SIG_DFL && other.sa_handler != SIG_IGN) return other.sa_handler(signal);
    ::sigaction(signal, &other, nullptr);
    ::raise(signal);  // comes when this returns
  }
};

std::unique_ptr<MappedFile> MappedFile::map(int descriptor, std::uint64_t size) {
  if (size == 0) return nullptr;
  void* const begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (begin == MAP_FAILED) return nullptr;
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(begin), size);
  if (Watched* const watched = WatchedMappings::watch(bytes); watched != nullptr) {
    return std::unique_ptr<MappedFile>(new MappedFile(bytes, *watched));
  }
  ::munmap(begin, size);
  return nullptr;
}

MappedFile::~MappedFile() {
  watched_->begin = 0;
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  watched_->taken = false;
}

bool MappedFile::is_damaged() const { return watched_->damaged; }

void let_go_of_pages(std::span<const std::byte> part) {
  const std::span<std::byte> pages = pages_of(part);
  ::madvise(pages.data(), pages.size(), MADV_DONTNEED);
}

void read_pages_ahead(std::span<const std::byte> part) {
  const std::span<std::byte> pages = pages_of(part);
  ::madvise(pages.data(), pages.size(), MADV_WILLNEED);
}

}  // namespace ksampler
