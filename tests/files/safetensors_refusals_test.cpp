// Files that must be refused, and the sentence that each is refused with.
#include "host/files/tensor_file.hpp"
#include "tests/files/safetensors_text.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <random>

namespace ksampler {
namespace {

using test::error_text;
using test::safetensors_text;

class SafetensorsRefuses : public testing::Test {
 protected:
  // The refusal of a file with these bytes, without the file's name.
  std::string refusal(const std::string& bytes) const {
    const std::filesystem::path file = folder_ / "bad.safetensors";
    test::write_text(file, bytes);
    const std::string text = error_text([&] { TensorFile::open(file); });
    const std::string prefix = file.string() + ": ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : "without the file's name: " + text;
  }
  // The refusal of a file with one tensor `x`, of a header as text and 8 bytes of data.
  std::string refusal_of_tensor(const std::string& fields) const {
    return refusal(safetensors_text(R"({"x":{)" + fields + "}}", 8));
  }

  test::TemporaryFolder folder_;
};

TEST_F(SafetensorsRefuses, AFileThatIsNotThere) {
  const auto file = folder_ / "none.safetensors";
  EXPECT_EQ(error_text([&] { TensorFile::open(file); }), file.string() + ": no such file");
}

TEST_F(SafetensorsRefuses, AFolder) {
  EXPECT_EQ(error_text([&] { TensorFile::open(folder_.path()); }),
            folder_.path().string() + ": is a folder; a file is wanted");
}

TEST_F(SafetensorsRefuses, AFileThatIsNoFile) {
  EXPECT_EQ(error_text([] { TensorFile::open("/dev/zero"); }), "/dev/zero: is not a regular file");
}

TEST_F(SafetensorsRefuses, AnEmptyFile) {
  EXPECT_EQ(refusal(""), "has 0 bytes; a safetensors file begins with 8 bytes of length");
}

TEST_F(SafetensorsRefuses, AFileOfSevenBytes) {
  EXPECT_EQ(refusal("1234567"), "has 7 bytes; a safetensors file begins with 8 bytes of length");
}

TEST_F(SafetensorsRefuses, ANumberThatIsOutOfEveryRange) {  // found by tests/fuzz
  EXPECT_EQ(
      refusal(safetensors_text(R"({"x":{"dtype":"F32","shape":[1e400],"data_offsets":[0,8]}})", 8)),
      "the header holds a number that is out of every range");
}

TEST_F(SafetensorsRefuses, AHeaderThatIsNestedWithoutEnd) {
  const std::string deep = std::string(1000000, '[') + std::string(1000000, ']');
  EXPECT_EQ(refusal(safetensors_text(deep, 8)), "the header is nested more than 128 deep");
  EXPECT_EQ(refusal_of_tensor(R"("dtype":)" + deep), "the header is nested more than 128 deep");
}

TEST_F(SafetensorsRefuses, AHeaderLongerThanTheFile) {
  EXPECT_EQ(refusal(test::length_prefix(1000) + "{}"),
            "is cut short: the header should have 1000 bytes, and only 2 follow");
}

TEST_F(SafetensorsRefuses, AHeaderOfAnAbsurdLength) {
  EXPECT_EQ(refusal(test::length_prefix(~std::uint64_t{0}) + "{}"),
            "is not a safetensors file: its first 8 bytes say that the header has 18446744073709551615 "
            "bytes; at most 100000000 are accepted");
}

TEST_F(SafetensorsRefuses, AnotherFormat) {
  EXPECT_EQ(refusal("GGML, of another kind"),
            "is not a safetensors file: its first 8 bytes say that the header has 7381153688914315079 "
            "bytes; at most 100000000 are accepted");
}

TEST_F(SafetensorsRefuses, AHeaderThatIsNotJson) {
  EXPECT_EQ(refusal(safetensors_text("{\"x\":", 0)),
            "the header is not JSON: error at byte 14 of the file");
}

TEST_F(SafetensorsRefuses, AHeaderThatIsNotUtf8) {
  EXPECT_EQ(refusal(safetensors_text("{\"\xFF\":{}}", 0)),
            "the header is not JSON: error at byte 11 of the file");
}

TEST_F(SafetensorsRefuses, AHeaderNestedWithoutEnd) {
  // 100,000 open brackets: a parser that calls itself would run out of stack.
  EXPECT_EQ(refusal(safetensors_text(std::string(100'000, '['), 0)),
            "the header is nested more than 128 deep");
}

TEST_F(SafetensorsRefuses, AHeaderThatIsAList) {
  EXPECT_EQ(refusal(safetensors_text("[1]", 0)), "the header is [1]; a JSON object is wanted");
}

TEST_F(SafetensorsRefuses, TwoTensorsOfOneName) {
  const std::string x = R"("x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  EXPECT_EQ(refusal(safetensors_text("{" + x + "," + x + "}", 4)), "the header has the key 'x' twice");
}

TEST_F(SafetensorsRefuses, TwoShapesOfOneTensor) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,8])"),
            "the header has the key 'shape' twice");
}

TEST_F(SafetensorsRefuses, ATensorThatIsANumber) {
  EXPECT_EQ(refusal(safetensors_text(R"({"x":3})", 0)),
            "tensor 'x': is 3; an object with dtype, shape and data_offsets is wanted");
}

TEST_F(SafetensorsRefuses, ATensorWithoutType) {
  EXPECT_EQ(refusal_of_tensor(R"("dype":"F32","shape":[2],"data_offsets":[0,8])"),
            "tensor 'x': dtype is missing (found 'dype')");
}

TEST_F(SafetensorsRefuses, ATypeThatIsNoString) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":32,"shape":[2],"data_offsets":[0,8])"),
            "tensor 'x': dtype is 32; a string is wanted");
}

TEST_F(SafetensorsRefuses, AShapeThatIsNoList) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":2,"data_offsets":[0,8])"),
            "tensor 'x': shape is 2; a list of whole numbers of at least 0 is wanted");
}

TEST_F(SafetensorsRefuses, ANegativeSize) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[-1,2],"data_offsets":[0,8])"),
            "tensor 'x': shape [-1,2] holds -1; whole numbers of at least 0 are wanted");
}

TEST_F(SafetensorsRefuses, AFractionalSize) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[2.5],"data_offsets":[0,8])"),
            "tensor 'x': shape [2.5] holds 2.5; whole numbers of at least 0 are wanted");
}

TEST_F(SafetensorsRefuses, AShapeWhoseProductOverflows) {
  // 2^32 * 2^32 elements: 0 in 64 bits, which would fit an empty span.
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0])"),
            "tensor 'x': U8 of shape [4294967296,4294967296] is more bytes than can be counted");
}

TEST_F(SafetensorsRefuses, ASizeBeyondInt64) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,8])"),
            "tensor 'x': shape [18446744073709551615] holds 18446744073709551615; whole numbers of at "
            "least 0 are wanted");
}

TEST_F(SafetensorsRefuses, OffsetsThatDoNotFitTheShape) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[3],"data_offsets":[0,8])"),
            "tensor 'x': F32 of shape [3] needs 12 bytes, and data_offsets span 8");
}

TEST_F(SafetensorsRefuses, OneOffset) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0])"),
            "tensor 'x': data_offsets is [0]; two whole numbers of at least 0 are wanted");
}

TEST_F(SafetensorsRefuses, ANegativeOffset) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[2],"data_offsets":[-8,0])"),
            "tensor 'x': data_offsets is [-8,0]; two whole numbers of at least 0 are wanted");
}

TEST_F(SafetensorsRefuses, OffsetsThatEndBeforeTheyBegin) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"),
            "tensor 'x': data_offsets [8,0] end before they begin");
}

TEST_F(SafetensorsRefuses, OffsetsOutsideTheFile) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[3],"data_offsets":[0,12])"),
            "tensor 'x': data_offsets [0,12] end outside the file, which has 8 bytes of data");
}

TEST_F(SafetensorsRefuses, OffsetsNearTheEndOfCounting) {
  EXPECT_EQ(
      refusal_of_tensor(
          R"("dtype":"U8","shape":[8],"data_offsets":[18446744073709551608,18446744073709551615])"),
      "tensor 'x': data_offsets [18446744073709551608,18446744073709551615] end outside the file, "
      "which has 8 bytes of data");
}

TEST_F(SafetensorsRefuses, TensorsThatOverlap) {
  EXPECT_EQ(refusal(safetensors_text(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
                                     R"("b":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}})",
                                     12)),
            "tensor 'b': data begins at byte 4 and overlaps tensor 'a', which ends at 8");
}

TEST_F(SafetensorsRefuses, TensorsThatLeaveAHole) {
  EXPECT_EQ(refusal(safetensors_text(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                     R"("b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}})",
                                     12)),
            "tensor 'b': data begins at byte 8 and leaves a hole from 4");
}

TEST_F(SafetensorsRefuses, BytesAfterTheLastTensor) {
  EXPECT_EQ(refusal_of_tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"),
            "the tensors end at byte 4 of the data, which has 8 bytes; nothing may follow");
}

TEST_F(SafetensorsRefuses, MetadataThatStandsThereTwice) {
  EXPECT_EQ(refusal(safetensors_text(R"({"__metadata__":null,"__metadata__":{}})", 0)),
            "the header has the key '__metadata__' twice");
}

TEST_F(SafetensorsRefuses, MetadataThatIsNoObject) {
  EXPECT_EQ(refusal(safetensors_text(R"({"__metadata__":"pt"})", 0)),
            "__metadata__ is \"pt\"; an object of strings is wanted");
}

TEST_F(SafetensorsRefuses, MetadataThatIsNoString) {
  EXPECT_EQ(refusal(safetensors_text(R"({"__metadata__":{"steps":20}})", 0)),
            "__metadata__: 'steps' is 20; a string is wanted");
}

TEST_F(SafetensorsRefuses, NamesInMessagesCannotControlTheTerminal) {
  EXPECT_EQ(refusal(safetensors_text(R"({"\u001b[31m":3})", 0)),
            "tensor '\\x1b[31m': is 3; an object with dtype, shape and data_offsets is wanted");
}

// Whatever a file holds, it is read or refused, and reading what was accepted stays within the file
// (the sanitizers watch).
TEST_F(SafetensorsRefuses, NothingWorseHappensToDamagedFiles) {
  const std::string whole = safetensors_text(
      R"({"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
      R"("y":{"dtype":"U8","shape":[2,2],"data_offsets":[8,12]}})",
      12);
  const std::filesystem::path file = folder_ / "damaged.safetensors";
  std::mt19937 random(1);
  int accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    for (int flips = 1 + i % 3; flips > 0; --flips) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    if (i % 5 == 0) damaged.resize(random() % damaged.size());
    test::write_text(file, damaged);
    try {
      unsigned sum = 0;
      const auto opened = TensorFile::open(file);
      for (const auto& [name, tensor] : opened->tensors()) {
        for (const std::byte byte : opened->read(name)) sum += static_cast<unsigned>(byte);
      }
      accepted += sum > 0;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(accepted, 0);  // damage to the data alone is no damage to the format
}

}  // namespace
}  // namespace ksampler
