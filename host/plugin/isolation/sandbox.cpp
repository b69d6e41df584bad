#include "host/plugin/isolation/sandbox.hpp"

#include "host/base/sanitized.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <initializer_list>

namespace ksampler::isolation {
namespace {

constexpr rlim_t kMemory = rlim_t{4} << 30;

// What is not named gives EPERM: a plugin that asks politely lives on. Filters add up: a later one can
// only take away.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;
  ~Filter() {
    if (context_ != nullptr) seccomp_release(context_);
  }

  void allow(std::initializer_list<int> calls) {
    for (const int call : calls) allow(call, {});
  }
  void allow(int call, std::initializer_list<scmp_arg_cmp> conditions) {
    if (context_ == nullptr) return;
    seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, call, static_cast<unsigned>(conditions.size()),
                           conditions.size() == 0 ? nullptr : conditions.begin());
  }
  void answer(int call, int error) {
    if (context_ != nullptr)
      seccomp_rule_add(context_, SCMP_ACT_ERRNO(static_cast<unsigned>(error)), call, 0);
  }
  bool load() { return context_ != nullptr && seccomp_load(context_) == 0; }

 private:
  scmp_filter_ctx context_;
};

void allow_computing(Filter& filter) {
  filter.allow({SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(recvfrom),
                SCMP_SYS(sendto), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll),
                SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek)});
  filter.allow({SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mprotect), SCMP_SYS(mremap),
                SCMP_SYS(madvise), SCMP_SYS(brk)});
  filter.allow({SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
                SCMP_SYS(sched_getaffinity), SCMP_SYS(set_tid_address), SCMP_SYS(get_robust_list)});
  filter.allow({SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep),
                SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom)});
  filter.allow({SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
                SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
                SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(sysinfo), SCMP_SYS(uname)});
  // abort() signals its own thread.
  filter.allow(SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))});
  // Threads, no processes. clone3 keeps its flags in memory, where no filter sees them: the C library
  // falls back to clone.
  filter.allow(SCMP_SYS(clone),
               {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)});
  filter.answer(SCMP_SYS(clone3), ENOSYS);
  // UBSan asks a pipe whether memory can be read; others look at their limits.
  if (KSAMPLER_SANITIZED)
    filter.allow(
        {SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(prctl), SCMP_SYS(getrlimit), SCMP_SYS(prlimit64)});
}

}  // namespace

void limit_resources() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  const rlimit memory{kMemory, kMemory};
  // Sanitizers map terabytes that they do not touch.
  if (!KSAMPLER_SANITIZED) ::setrlimit(RLIMIT_AS, &memory);
}

bool close_all_but_reading() {
  Filter filter;
  allow_computing(filter);
  constexpr scmp_datum_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  filter.allow(SCMP_SYS(open), {SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0)});
  filter.allow(SCMP_SYS(openat), {SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)});
  filter.allow({SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
                SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
                SCMP_SYS(getcwd), SCMP_SYS(pread64), SCMP_SYS(getdents64), SCMP_SYS(fcntl)});
  // For the second filter.
  filter.allow({SCMP_SYS(seccomp), SCMP_SYS(prctl)});
  return filter.load();
}

bool close_everything() {
  Filter filter;
  allow_computing(filter);
  return filter.load();
}

}  // namespace ksampler::isolation
