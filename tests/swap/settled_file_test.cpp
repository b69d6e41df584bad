#include "host/plugin/settled_file.hpp"

#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace ksampler {
namespace {

using namespace std::chrono_literals;

TEST(SettledFile, ReadsWhatWasWrittenLast) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "file", "one");
  std::thread writer([&] {
    for (int i = 0; i < 20; ++i) {
      test::write_text(folder / "file", "part " + std::to_string(i));
      std::this_thread::sleep_for(5ms);
    }
    test::write_text(folder / "file", "whole");
  });
  const SettledFile file = read_settled(folder / "file", 500ms, 20s);
  writer.join();
  const SettledFile whole = read_settled(folder / "file", 1ms, 20s);
  EXPECT_EQ(file.hash, whole.hash);
  EXPECT_EQ(file.bytes.size(), 5u);
  EXPECT_EQ(file.stamp, *stamp_of(folder / "file"));
}

TEST(SettledFile, GivesUpOnAFileThatNeverSettles) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "file", "0");
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) test::write_text(folder / "file", std::to_string(i));
  });
  const std::string text = test::error_text([&] { read_settled(folder / "file", 400ms, 100ms); });
  stop = true;
  writer.join();
  EXPECT_EQ(text, (folder / "file").string() + ": is still being written after 0.1 s");
}

TEST(SettledFile, SaysThatThereIsNone) {
  EXPECT_EQ(test::error_text([] { read_settled("/nowhere/file", 1ms, 10ms); }),
            "/nowhere/file: no such file");
  EXPECT_FALSE(stamp_of("/nowhere/file").has_value());
}

TEST(Hash, IsFnv1aOf64Bits) {
  // From the algorithm's reference page.
  EXPECT_EQ(hash_text(hash_of({})), "cbf29ce484222325");
  EXPECT_EQ(hash_text(hash_of(test::bytes_of_text("a"))), "af63dc4c8601ec8c");
  EXPECT_EQ(hash_text(hash_of(test::bytes_of_text("foobar"))), "85944171f73967e8");
  EXPECT_EQ(hash_text(15), "000000000000000f");
}

}  // namespace
}  // namespace ksampler
