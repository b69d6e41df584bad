#include "host/base/memory.hpp"

#include "host/base/sanitized.hpp"

#include <sys/resource.h>

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <thread>

namespace ksampler {
namespace {

#ifdef __GLIBC__
constexpr bool kGlibcAllocates = !KSAMPLER_SANITIZED;
#else
constexpr bool kGlibcAllocates = false;
#endif

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// Of allocating and filling 128 MB, 32768 pages, of which the second time is counted.
long faults_of_the_second_time() {
  constexpr std::size_t kSize = 128 << 20;
  long before = 0;
  for (int i = 0; i < 2; ++i) {
    before = page_faults();
    const std::unique_ptr<unsigned char[]> block(new unsigned char[kSize]);
    std::memset(block.get(), i, kSize);
    EXPECT_EQ(block[kSize / 2], i);
  }
  return page_faults() - before;
}

TEST(KeepFreedMemory, LetsTheNextTensorUseThePagesOfTheLast) {
  if (!kGlibcAllocates) GTEST_SKIP() << "another allocator than glibc's";
  keep_freed_memory();
  EXPECT_LT(faults_of_the_second_time(), 1000);  // of 32768: what else goes on is far below
}

TEST(KeepFreedMemory, HoldsInEachThread) {
  if (!kGlibcAllocates) GTEST_SKIP() << "another allocator than glibc's";
  keep_freed_memory();
  long faults = -1;
  std::thread([&faults] { faults = faults_of_the_second_time(); }).join();
  EXPECT_LT(faults, 1000);
}

TEST(Memory, ThatIsLeftIsSomeOfTheMachines) { EXPECT_GT(available_memory(), 1u << 20); }

}  // namespace
}  // namespace ksampler
