#include "host/files/mapped_file.hpp"

#include "host/base/memory.hpp"
#include "host/base/sanitized.hpp"
#include "host/files/safetensors.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <numeric>
#include <string>
#include <vector>

namespace ksampler {
namespace {

using test::error_text;

constexpr std::size_t kCount = 1 << 20;  // values of a test's tensor, 4 MB

class FileThatIsMapped : public ::testing::Test {
 protected:
  FileThatIsMapped() : values_(kCount) {
    std::iota(values_.begin(), values_.end(), 0.0F);
    write(path_);
    file_ = TensorFile::open(path_);
  }

  void write(const std::filesystem::path& path) const {
    const auto bytes =
        safetensors_bytes({{"a", {DType::f32, {kCount}, std::as_bytes(std::span(values_))}}}, {});
    test::write_text(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::span<const float> mapped() const {
    const auto bytes = file_->mapped(file_->tensor("a"));
    return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
  }

  std::vector<float> values_;
  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
  std::shared_ptr<const TensorFile> file_;
};

TEST_F(FileThatIsMapped, GivesATensorWhereItLies) {
  ASSERT_EQ(mapped().size(), kCount);
  EXPECT_EQ(mapped()[kCount - 1], values_.back());
  EXPECT_EQ(mapped().data(), mapped().data());
  file_->check_unchanged();
}

TEST_F(FileThatIsMapped, GoesOnWithTheFileThatAnotherTookTheNameOf) {
  mapped();
  values_.back() = -1.0F;
  write(folder_ / "new");
  std::filesystem::rename(folder_ / "new", path_);
  EXPECT_EQ(mapped()[kCount - 1], static_cast<float>(kCount - 1));
  file_->check_unchanged();
}

TEST_F(FileThatIsMapped, IsAnErrorAndNoEndOfTheProgramWhereItIsCutShort) {
  const std::span<const float> values = mapped();
  std::filesystem::resize_file(path_, 8192);
  float sum = 0.0F;
  for (std::size_t i = kCount / 2; i < kCount; ++i) sum += values[i];  // a signal comes for each page
  EXPECT_EQ(sum, 0.0F);
  EXPECT_EQ(error_text([&] { file_->check_unchanged(); }),
            path_.string() +
                ": was written to while it was being read; a program that saves to a new file and "
                "renames it does not disturb a run");
}

// As where a disk fails: the file has its size and its time.
TEST_F(FileThatIsMapped, RemembersThatAPageCouldNotBeRead) {
  const auto whole = std::filesystem::file_size(path_);
  const auto written = std::filesystem::last_write_time(path_);
  const std::span<const float> values = mapped();
  std::filesystem::resize_file(path_, 8192);
  EXPECT_EQ(values[kCount - 1], 0.0F);
  std::filesystem::resize_file(path_, whole);
  std::filesystem::last_write_time(path_, written);
  EXPECT_EQ(
      error_text([&] { file_->check_unchanged(); }),
      path_.string() + ": cannot be read: its disk failed, or it was cut short, while it was used");
}

TEST_F(FileThatIsMapped, LeavesOtherSignalsOfThatKindToWhoeverHadThem) {
  mapped();
#if KSAMPLER_SANITIZED  // whose handler was there before, and ends the program with a report
  EXPECT_DEATH(std::raise(SIGBUS), "BUS");
#else
  EXPECT_EXIT(std::raise(SIGBUS), ::testing::KilledBySignal(SIGBUS), "");
#endif
}

TEST_F(FileThatIsMapped, TakesNoMemoryOnceItsPagesAreLetGo) {
  const std::span<const float> values = mapped();
  const auto touched = [&] { return std::accumulate(values.begin(), values.end(), 0.0); };
  const double sum = touched();
  const std::uint64_t with = resident_memory();
  let_go_of_pages(std::as_bytes(values));
  // Half of its 4 MB: what else the process does meanwhile is far below.
  EXPECT_LT(resident_memory() + (2U << 20U), with);
  read_pages_ahead(std::as_bytes(values));
  EXPECT_EQ(touched(), sum);
}

TEST(TensorsThatAreMapped, AreWhereTheirTypeNeedsThemOrNotAtAll) {
  const test::TemporaryFolder folder;
  std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                       R"("b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
  while (header.size() % 8 != 0) header += ' ';
  const std::uint64_t size = header.size();
  std::string text(reinterpret_cast<const char*>(&size), sizeof size);
  text += header + "12345";
  test::write_text(folder / "odd", text);
  const auto file = TensorFile::open(folder / "odd");
  EXPECT_EQ(file->mapped(file->tensor("a")).size(), 1U);
  EXPECT_TRUE(file->mapped(file->tensor("b")).empty());
}

TEST(PeakOfMemory, IsCountedAnewAndNotForgotten) {
  if (KSAMPLER_SANITIZED) GTEST_SKIP() << "a sanitizer keeps what is freed, and takes it again";
  constexpr std::size_t kSize = 64 << 20;
  const PeakMemory whole;
  { const std::vector<char> block(kSize, 1); }
  begin_resident_peak();
  EXPECT_GT(whole.grown(), kSize / 2);
  const std::uint64_t now = resident_peak();
  { const std::vector<char> block(kSize, 1); }
  EXPECT_GT(resident_peak(), now + kSize / 2);
}

}  // namespace
}  // namespace ksampler
