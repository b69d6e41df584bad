// Files that torch.save wrote (tests/data/torch/make.py), and what is in them.
#include "host/files/torch/torch_file.hpp"
#include "host/files/tensor_file.hpp"
#include "host/files/torch/zip_directory.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <numeric>

namespace ksampler {
namespace {

std::shared_ptr<const TensorFile> opened(const std::string& name) {
  return TensorFile::open(std::string(TEST_DATA "/torch/") + name);
}

std::vector<std::string> names_in(const TensorFile& file) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : file.tensors()) names.push_back(name);
  return names;
}

template <typename T>
std::vector<T> values(const TensorFile& file, const std::string& name) {
  const std::vector<std::byte> bytes = file.read(name);
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::vector<float> floats(const TensorFile& file, const std::string& name) {
  EXPECT_EQ(file.tensor(name).type, DType::f32) << name;
  return values<float>(file, name);
}

const std::vector<float> kPlain = {0, 1, 2, 3, 4, 5};

class FilesOfTorchSave : public ::testing::TestWithParam<const char*> {};

template <typename T>
void expect(const TensorFile& file, const std::string& name, DType type, const std::vector<T>& wanted) {
  const TensorEntry& entry = file.tensor(name);
  EXPECT_EQ(entry.type, type) << name;
  EXPECT_EQ(entry.type_name, name_of(type)) << name;
  EXPECT_EQ(entry.shape, (std::vector<std::int64_t>{2, 3})) << name;
  EXPECT_EQ(values<T>(file, name), wanted) << name;
}

TEST_P(FilesOfTorchSave, HoldTensorsOfEveryType) {
  const auto file = opened(GetParam());
  EXPECT_EQ(file->tensors().size(), 16u);
  expect<std::uint8_t>(*file, "bool", DType::boolean, {0, 1, 1, 1, 1, 1});
  expect<std::uint8_t>(*file, "uint8", DType::u8, {0, 1, 2, 3, 4, 5});
  expect<std::int8_t>(*file, "int8", DType::i8, {0, 1, 2, 3, 4, 5});
  expect<std::int16_t>(*file, "int16", DType::i16, {0, 1, 2, 3, 4, 5});
  expect<std::int32_t>(*file, "int32", DType::i32, {0, 1, 2, 3, 4, 5});
  expect<std::int64_t>(*file, "int64", DType::i64, {0, 1, 2, 3, 4, 5});
  expect<std::uint16_t>(*file, "uint16", DType::u16, {0, 1, 2, 3, 4, 5});
  expect<std::uint32_t>(*file, "uint32", DType::u32, {0, 1, 2, 3, 4, 5});
  expect<std::uint64_t>(*file, "uint64", DType::u64, {0, 1, 2, 3, 4, 5});
  expect<float>(*file, "float32", DType::f32, kPlain);
  expect<double>(*file, "float64", DType::f64, {0, 1, 2, 3, 4, 5});
  // The bits of 0 to 5.
  expect<std::uint16_t>(*file, "float16", DType::f16, {0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500});
  expect<std::uint16_t>(*file, "bfloat16", DType::bf16, {0, 0x3F80, 0x4000, 0x4040, 0x4080, 0x40A0});
  expect<std::uint8_t>(*file, "float8_e4m3fn", DType::f8_e4m3, {0, 0x38, 0x40, 0x44, 0x48, 0x4A});
  expect<std::uint8_t>(*file, "float8_e5m2", DType::f8_e5m2, {0, 0x3C, 0x40, 0x42, 0x44, 0x45});
  // Of no use here, and in nobody's way.
  EXPECT_EQ(file->tensor("complex64").type, DType::unknown);
  EXPECT_EQ(file->tensor("complex64").type_name, "complex64");
}

INSTANTIATE_TEST_SUITE_P(Protocols, FilesOfTorchSave,
                         ::testing::Values("types.pt", "protocol3.pt", "protocol4.pt", "protocol5.pt",
                                           "before_1_6.pt", "before_1_6_protocol4.pt"));

class ViewsOfOneMemory : public ::testing::TestWithParam<const char*> {};

TEST_P(ViewsOfOneMemory, AreReadRowMajor) {
  const auto file = opened(GetParam());
  std::vector<float> all(24);
  std::iota(all.begin(), all.end(), 0.0F);
  EXPECT_EQ(floats(*file, "all"), all);
  EXPECT_EQ(floats(*file, "rows"), (std::vector<float>{6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}));
  EXPECT_EQ(floats(*file, "columns"), (std::vector<float>{1, 2, 7, 8, 13, 14, 19, 20}));
  EXPECT_EQ(floats(*file, "turned"), (std::vector<float>{0, 6, 12, 18, 1, 7,  13, 19, 2, 8,  14, 20,
                                                         3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23}));
  EXPECT_EQ(floats(*file, "permuted"),
            (std::vector<float>{0, 4, 8,  12, 16, 20, 1, 5, 9,  13, 17, 21,
                                2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23}));
  EXPECT_EQ(floats(*file, "every_second"),
            (std::vector<float>{1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23}));
  EXPECT_EQ(floats(*file, "one"), std::vector<float>{5});
  EXPECT_TRUE(file->tensor("one").shape.empty());
  EXPECT_EQ(floats(*file, "none"), std::vector<float>{});
  EXPECT_EQ(file->tensor("none").shape, std::vector<std::int64_t>{0});
  EXPECT_EQ(floats(*file, "size_one"), (std::vector<float>{2, 3, 4}));
}

// What lies as a whole is a range of the file, as in safetensors.
TEST_P(ViewsOfOneMemory, AreGatheredOnlyWhereTheyMustBe) {
  const auto file = opened(GetParam());
  for (const char* name : {"all", "rows", "one", "none", "size_one"}) {
    EXPECT_TRUE(file->tensor(name).strides.empty()) << name;
  }
  EXPECT_EQ(file->tensor("turned").strides, (std::vector<std::int64_t>{1, 6}));
  EXPECT_EQ(file->tensor("rows").begin, file->tensor("all").begin + 6 * sizeof(float));
}

INSTANTIATE_TEST_SUITE_P(Formats, ViewsOfOneMemory,
                         ::testing::Values("views.pt", "views_before_1_6.pt"));

TEST(TorchFile, AStateDictAndParametersAreTheSame) {
  for (const char* name : {"state_dict.pth", "parameters.bin"}) {
    const auto file = opened(name);
    EXPECT_EQ(names_in(*file), (std::vector<std::string>{"bias", "weight"})) << name;
    EXPECT_EQ(floats(*file, "weight"), kPlain) << name;
    EXPECT_EQ(floats(*file, "bias"), (std::vector<float>{7, 8})) << name;
  }
}

// Its callbacks name a class of pytorch_lightning, as the first checkpoints of SD 1 do; beside them are
// an optimizer's state and more that training leaves.
TEST(TorchFile, OfATrainingFrameworkIsItsStateDict) {
  const auto file = opened("lightning.ckpt");
  EXPECT_EQ(names_in(*file), (std::vector<std::string>{"model.bias", "model.weight"}));
  EXPECT_EQ(floats(*file, "model.weight"), kPlain);
}

TEST(TorchFile, OfOneDictionaryIsThatDictionary) {
  EXPECT_EQ(names_in(*opened("one_dictionary.pth")), std::vector<std::string>{"weight"});
}

TEST(TorchFile, KeysThatLeadToATensorAreItsName) {
  EXPECT_EQ(names_in(*opened("embedding.pt")), std::vector<std::string>{"string_to_param.*"});
  const auto nested = opened("nested.pt");
  EXPECT_EQ(names_in(*nested), (std::vector<std::string>{"5.0", "a.0", "a.1.b"}));
  EXPECT_EQ(floats(*nested, "a.1.b"), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(TorchFile, MayHoldNothing) { EXPECT_TRUE(opened("nothing.pt")->tensors().empty()); }

// The same entries behind a hole of 5 GB, with a directory that counts to there.
void write_far_away(const std::filesystem::path& from, const std::filesystem::path& to) {
  constexpr std::uint64_t kFar = 5'000'000'000;
  const InputFile file(from);
  const ByteSource source = source_of(file);
  const std::vector<std::byte> bytes = file.bytes();
  std::string directory;
  const auto put = [&directory](auto number) {
    directory.append(reinterpret_cast<const char*>(&number), sizeof number);
  };
  const ZipDirectory zip(source);
  for (const auto& [name, entry] : zip.entries()) {
    put(std::uint32_t{0x02014b50});
    directory.append(16, '\0');  // versions, flags, method, time, checksum
    put(static_cast<std::uint32_t>(entry.size));
    put(std::uint32_t{0xFFFFFFFF});  // its size stands in the zip64 field, too
    put(static_cast<std::uint16_t>(name.size()));
    put(std::uint16_t{24});
    directory.append(10, '\0');  // comment, disk, attributes
    put(std::uint32_t{0xFFFFFFFF});
    directory += name;
    put(std::uint16_t{0x7075});  // a field that is not looked at
    put(std::uint16_t{0});
    put(std::uint16_t{1});
    put(std::uint16_t{16});
    put(entry.size);
    put(entry.header + kFar);
  }
  const std::uint64_t at = kFar + bytes.size();
  const std::uint64_t size = directory.size();
  const std::uint64_t count = zip.entries().size();
  put(std::uint32_t{0x06064b50});
  put(std::uint64_t{44});
  directory.append(12, '\0');
  for (const std::uint64_t number : {count, count, size, at}) put(number);
  put(std::uint32_t{0x07064b50});
  put(std::uint32_t{0});
  put(at + size);
  put(std::uint32_t{1});
  put(std::uint32_t{0x06054b50});
  directory.append(4, '\0');
  directory.append(12, '\xFF');
  put(std::uint16_t{0});

  std::ofstream stream(to, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), 4);  // what tells a zip
  stream.seekp(static_cast<std::streamoff>(kFar));
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  stream.write(directory.data(), static_cast<std::streamsize>(directory.size()));
}

TEST(TorchFile, MayBeLargerThanFourGigabytes) {
  const test::TemporaryFolder folder;
  write_far_away(TEST_DATA "/torch/state_dict.pth", folder / "far.pth");
  const auto file = TensorFile::open(folder / "far.pth");
  EXPECT_GT(file->tensor("weight").begin, 5'000'000'000U);
  EXPECT_EQ(floats(*file, "weight"), kPlain);
}

}  // namespace
}  // namespace ksampler
