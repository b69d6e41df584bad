#include "host/files/safetensors.hpp"

#include "host/base/error.hpp"
#include "host/files/header_book.hpp"
#include "host/files/safetensors_header.hpp"
#include "tests/files/safetensors_text.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace ksampler {
namespace {

using test::error_text;
using test::safetensors_text;

std::shared_ptr<const TensorFile> opened(const test::TemporaryFolder& folder,
                                         std::span<const std::byte> bytes) {
  const auto file = folder / "file.safetensors";
  test::write_text(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return TensorFile::open(file);
}

template <typename T>
std::span<const std::byte> raw(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <typename T>
std::vector<std::byte> in_bytes(const std::vector<T>& values) {
  return {raw(values).begin(), raw(values).end()};
}

// Disks count time in ticks: until a file that is written now gets another time than this one has.
void wait_for_another_time_of(const std::filesystem::path& file) {
  const test::TemporaryFolder folder;
  const auto time = std::filesystem::last_write_time(file);
  do {
    test::write_text(folder / "now", "");
  } while (std::filesystem::last_write_time(folder / "now") <= time);
}

TEST(Safetensors, GivesBackWhatWasWritten) {
  const test::TemporaryFolder folder;
  const std::vector<float> floats = {1.5f, -2.0f, 3.25f, 0.0f, 5.0f, 6.0f};
  const std::vector<std::uint8_t> bytes = {1, 2, 3};
  const std::map<std::string, TensorView> tensors = {{"a bytes", {DType::u8, {3}, raw(bytes)}},
                                                     {"floats σ", {DType::f32, {2, 3}, raw(floats)}}};
  const auto file = opened(folder, safetensors_bytes(tensors, {{"format", "pt"}, {"σ", "\"\n"}}));
  ASSERT_EQ(file->tensors().size(), 2u);
  EXPECT_EQ(file->metadata(), (std::map<std::string, std::string>{{"format", "pt"}, {"σ", "\"\n"}}));
  const TensorEntry& entry = file->tensor("floats σ");
  EXPECT_EQ(entry.type, DType::f32);
  EXPECT_EQ(entry.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(file->read("floats σ"), in_bytes(floats));
  EXPECT_EQ(file->read("a bytes"), in_bytes(bytes));
}

TEST(Safetensors, WritesEveryTypeAlignedForIt) {
  const test::TemporaryFolder folder;
  const std::vector<std::uint64_t> storage(3);
  std::map<std::string, TensorView> tensors;
  for (int i = 0; i <= static_cast<int>(DType::f64); ++i) {
    const auto type = static_cast<DType>(i);
    tensors[std::string("t_") + name_of(type)] = {type, {3}, raw(storage).first(3 * bytes_of(type))};
  }
  const std::vector<std::byte> bytes = safetensors_bytes(tensors, {});
  const auto file = opened(folder, bytes);
  ASSERT_EQ(file->tensors().size(), 16u);
  for (const auto& [name, tensor] : file->tensors()) {
    EXPECT_EQ("t_" + std::string(name_of(tensor.type)), name);
    EXPECT_EQ(tensor.begin % bytes_of(tensor.type), 0u) << name;
  }
}

TEST(Safetensors, WritesTheSameBytesForTheSameTensors) {
  const std::vector<float> values = {1, 2};
  const std::map<std::string, TensorView> tensors = {{"a", {DType::f32, {2}, raw(values)}},
                                                     {"b", {DType::f32, {1, 2}, raw(values)}}};
  const std::vector<std::byte> bytes = safetensors_bytes(tensors, {{"k", "v"}});
  EXPECT_EQ(bytes, safetensors_bytes(tensors, {{"k", "v"}}));
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}})";
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()) + 8, header.size()), header);
}

TEST(Safetensors, ReadsWhatAFileDoesNotAlign) {
  const test::TemporaryFolder folder;
  // Data at an odd byte of the file: the header is not padded, and a byte comes first.
  std::string text = safetensors_text(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                      R"("b":{"dtype":"F64","shape":[1],"data_offsets":[1,9]}})",
                                      1);
  const double value = 0.1;
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
  const auto file = opened(folder, test::bytes_of_text(text));
  EXPECT_EQ(file->read("b"), in_bytes(std::vector<double>{value}));
}

TEST(Safetensors, AcceptsEmptyTensorsAndScalars) {
  const test::TemporaryFolder folder;
  const std::vector<float> one = {7};
  const auto file =
      opened(folder, safetensors_bytes({{"empty", {DType::f32, {0, 4}, {}}},
                                        {"huge but empty", {DType::f64, {1LL << 62, 0}, {}}},
                                        {"scalar", {DType::f32, {}, raw(one)}}},
                                       {}));
  EXPECT_TRUE(file->read("empty").empty());
  EXPECT_TRUE(file->read("huge but empty").empty());
  EXPECT_TRUE(file->tensor("scalar").shape.empty());
  EXPECT_EQ(file->read("scalar").size(), 4u);
}

TEST(Safetensors, AcceptsAFileWithoutTensors) {
  const test::TemporaryFolder folder;
  EXPECT_TRUE(opened(folder, safetensors_bytes({}, {}))->tensors().empty());
}

TEST(Safetensors, NamesTheNearestTensor) {
  const test::TemporaryFolder folder;
  const std::vector<float> one = {7};
  const auto file =
      opened(folder, safetensors_bytes({{"latent_tensor", {DType::f32, {1}, raw(one)}}}, {}));
  EXPECT_EQ(error_text([&] { file->tensor("latent_tenser"); }),
            file->file().string() + ": no tensor 'latent_tenser'; did you mean 'latent_tensor'?");
}

TEST(Safetensors, KeepsItsContentsWhenTheFileIsReplaced) {
  const test::TemporaryFolder folder;
  const std::vector<float> one = {7};
  const auto file = opened(folder, safetensors_bytes({{"x", {DType::f32, {1}, raw(one)}}}, {}));
  std::filesystem::remove(file->file());
  EXPECT_EQ(file->read("x"), in_bytes(one));
}

// What a trainer does that saves over the file that is being read.
TEST(Safetensors, RefusesToReadOnWhereTheFileWasWrittenTo) {
  const test::TemporaryFolder folder;
  const std::vector<float> one = {7};
  const auto bytes = safetensors_bytes({{"x", {DType::f32, {1}, raw(one)}}}, {});
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const std::string& other : {text, text + "more", text.substr(0, 20), std::string()}) {
    const auto file = opened(folder, bytes);
    wait_for_another_time_of(file->file());
    test::write_text(file->file(), other);
    EXPECT_EQ(error_text([&] { file->read("x"); }),
              file->file().string() +
                  ": was written to while it was being read; a program that saves to a new file and "
                  "renames it does not disturb a run");
  }
}

TEST(Safetensors, ReadsAHeaderOnceWhileTheFileStaysAsItIs) {
  const auto book = std::make_shared<HeaderBook>();
  const auto usual = header_book();
  use_header_book(book);
  const std::filesystem::path shipped = TEST_DATA "/parity/noise.safetensors";
  const auto first = TensorFile::open(shipped);
  EXPECT_EQ(TensorFile::open(shipped)->tensors().size(), first->tensors().size());
  EXPECT_EQ(book->times_read(), 1u);

  const test::TemporaryFolder folder;
  const std::vector<float> one = {7};
  opened(folder, safetensors_bytes({{"x", {DType::f32, {1}, raw(one)}}}, {}));
  EXPECT_TRUE(opened(folder, safetensors_bytes({{"y", {DType::f32, {1}, raw(one)}}}, {}))
                  ->tensors()
                  .contains("y"));  // as long as the other, and written at nearly the same time
  use_header_book(usual);
}

TEST(Safetensors, AcceptsWhatTheReferenceImplementationReads) {
  const auto accepted = [](const std::string& header, std::uint64_t size) {
    return parse_safetensors_header("file", header, size);
  };
  const std::string x = R"("x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  EXPECT_TRUE(accepted(R"({"__metadata__":null,)" + x + "}", 8).metadata.empty());
  EXPECT_TRUE(accepted(R"({"__metadata__":{},)" + x + "}", 8).metadata.empty());
  // Fields that are not known, however deep.
  EXPECT_EQ(
      accepted(R"({"x":{"more":[[[[[[[[[[[[[[[[[[[[1.5]]]]]]]]]]]]]]]]]]]],"dtype":"F32","shape":[2],)"
               R"("data_offsets":[0,8]}})",
               8)
          .tensors.at("x")
          .type,
      DType::f32);
  EXPECT_EQ(accepted(" {" + x + "}  \n", 8).tensors.size(), 1u);
}

TEST(Safetensors, PassesOverATensorOfATypeThatIsNotKnown) {
  const TensorFileHeader header =
      parse_safetensors_header("file",
                               R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                               R"("packed":{"dtype":"F4","shape":[16],"data_offsets":[8,16]}})",
                               16);
  EXPECT_EQ(header.tensors.at("x").type, DType::f32);
  EXPECT_EQ(header.tensors.at("packed").type, DType::unknown);
  EXPECT_EQ(header.tensors.at("packed").type_name, "F4");
}

TEST(Safetensors, RefusesToWriteDataThatDoesNotFitItsShape) {
  const std::vector<float> one = {7};
  EXPECT_EQ(error_text([&] {
              safetensors_bytes({{"x", {DType::f32, {2}, raw(one)}}}, {});
            }),
            "tensor 'x': its shape needs 8 bytes, and 4 bytes are given");
  EXPECT_EQ(error_text([&] {
              safetensors_bytes({{"x", {DType::f32, {-1}, raw(one)}}}, {});
            }),
            "tensor 'x': its shape is impossible, and 4 bytes are given");
}

TEST(Safetensors, RefusesToWriteATensorNamedMetadata) {
  EXPECT_EQ(error_text([] {
              safetensors_bytes({{"__metadata__", {DType::f32, {0}, {}}}}, {});
            }),
            "a tensor cannot be named '__metadata__'");
}

TEST(Safetensors, RefusesToWriteTextThatIsNotUtf8) {
  EXPECT_EQ(error_text([] {
              safetensors_bytes({}, {{"key", "\xFF"}});
            }),
            "a safetensors file holds UTF-8; a name or a text of its metadata is not");
}

TEST(Safetensors, ReadsTheReferenceData) {
  const auto file = TensorFile::open(TEST_DATA "/parity/noise.safetensors");
  EXPECT_FALSE(file->tensors().empty());
}

}  // namespace
}  // namespace ksampler
