// Files that torch.save, or somebody else, wrote and that are refused (tests/data/torch/make.py).
#include "host/files/tensor_file.hpp"
#include "host/files/torch/pickle_machine.hpp"
#include "host/files/torch/torch_file.hpp"
#include "host/files/torch/torch_tensors.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ksampler {
namespace {

using namespace std::string_literals;
using test::error_text;

std::string content(const std::string& name) {
  std::ifstream stream(std::string(TEST_DATA "/torch/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Without the file's name in front.
std::string refusal_of(const std::string& bytes) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "file.pt";
  test::write_text(file, bytes);
  const std::string text = error_text([&] { TensorFile::open(file); });
  const std::string name = file.string() + ": ";
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

// The same of a file that is none on a disk, for tests of thousands.
std::string refusal_in_memory(const std::string& bytes) {
  const auto all = std::as_bytes(std::span(bytes));
  return error_text([&] {
    read_torch_header({"file.pt", all.size(), [all](std::uint64_t begin, std::span<std::byte> to) {
                         ASSERT_LE(begin + to.size(), all.size());
                         std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(begin), to.size(),
                                     to.begin());
                       }});
  });
}

std::string of_name(const std::string& name) {
  return "holds '" + name +
         "', which is no tensor, number or text: a file of torch.save is read where it holds these "
         "alone, in dictionaries and lists, and what training frameworks leave beside them. Save a "
         "model's state_dict(), not the model";
}

TEST(TorchFileRefusals, SayWhatIsInTheFile) {
  // os.system, by the name that Python gives it.
  EXPECT_EQ(refusal_of(content("os_system.pt")), of_name("posix.system"));
  EXPECT_EQ(refusal_of(content("os_system_protocol4.pt")), of_name("posix.system"));
  EXPECT_EQ(refusal_of(content("own_network.pt")), of_name("my.networks.OwnNetwork"));
  EXPECT_EQ(refusal_of(content("sparse.pt")), of_name("torch._utils._rebuild_sparse_tensor"));
  EXPECT_EQ(refusal_of(content("module.pt")),
            "holds 'torch.nn.modules.linear.Linear' and not a dictionary of tensors");
  EXPECT_EQ(refusal_of(content("list.pt")), "holds a list and not a dictionary of tensors");
  EXPECT_EQ(refusal_of(content("tensor.pt")), "holds a tensor and not a dictionary of tensors");
  EXPECT_EQ(refusal_of(content("odd_state_dict.pt")),
            "holds a tensor as its state_dict; a dictionary is wanted");
}

// Set aside where it holds no weights; nobody knows the names of those it holds.
TEST(TorchFileRefusals, OfAnObjectWithATensorNameIt) {
  EXPECT_EQ(refusal_of(content("parameter_dict.pt")),
            "holds 'torch.nn.modules.container.ParameterDict' with a tensor in it as 'layers'; tensors "
            "are read from dictionaries and lists");
}

TEST(TorchFileRefusals, SayWhatIsWrongWithATensor) {
  EXPECT_EQ(refusal_of(content("expanded.pt")),
            "has a tensor 'weight' whose elements are the same memory (expanded); save its "
            ".contiguous()");
  EXPECT_EQ(refusal_of(content("conjugated.pt")),
            "has a tensor that is conjugated or negated as it is read; save its .resolve_conj() or "
            ".resolve_neg()");
  EXPECT_EQ(refusal_of(content("twice.pt")), "has two tensors of the name 'a.b'");
}

TEST(TorchFileRefusals, SayWhichFormatWasFound) {
  const std::string compressed = refusal_of(content("compressed.pt"));
  EXPECT_TRUE(compressed.ends_with(
      "is compressed; torch.save writes them as they are, and only so can they be read in place: unzip "
      "the file, and zip it again with `zip -0 -r`"))
      << compressed;
  EXPECT_EQ(refusal_of(content("big_endian.pt")),
            "says that its byte order is 'big'; expected 'little'");
  EXPECT_EQ(refusal_of(content("script.pt")),
            "is a TorchScript program; expected safetensors, or a state_dict() of torch.save");
  EXPECT_EQ(refusal_of(content("other.zip")),
            "is a zip file that torch.save did not write: there is no 'data.pkl' in its folder. "
            "Safetensors and files of torch.save are read; a network that was exported as .pt2 is "
            "loaded by the node Pt2Loader");
}

// Wherever it is cut, it is no file that lacks some of its tensors.
TEST(TorchFileRefusals, AFileThatIsCutShortIsRefusedWhereverItIsCut) {
  for (const char* name : {"views.pt", "views_before_1_6.pt"}) {
    const std::string whole = content(name);
    EXPECT_EQ(refusal_of(whole), "no error");
    for (std::size_t size = 40; size < whole.size(); ++size) {
      EXPECT_NE(refusal_in_memory(whole.substr(0, size)), "no error") << name << ' ' << size;
    }
  }
  EXPECT_EQ(refusal_of(content("views.pt").substr(0, 1000)),
            "is cut short: a zip file, such as torch.save writes, has its directory at its end, and "
            "there is none");
}

// One byte that is another: the file is read, or refused by a sentence.
TEST(TorchFileRefusals, ADamagedFileHarmsNobody) {
  for (const char* name : {"views.pt", "views_before_1_6.pt"}) {
    const std::string whole = content(name);
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0xFF);
      refused += refusal_in_memory(damaged) == "no error" ? 0 : 1;
    }
    EXPECT_GT(refused, 100) << name;
  }
}

// --- What pickles can say that no torch.save does.

std::string refusal_of_pickle(const std::string& text) {
  return error_text([&] { PickleReader(std::as_bytes(std::span(text))).next(); });
}

TEST(Pickles, AreReadWhereTheyAreSound) {
  EXPECT_EQ(refusal_of_pickle("\x80\x02}q\0X\x01\0\0\0aK\x01s."s), "no error");
  const std::string text = "\x80\x04(\x8a\x02\xFE\xFFJ\xFF\xFF\xFF\xFF\x8a\0K\x07M\0\x01t."s;
  PickleReader reader(std::as_bytes(std::span(text)));
  const PickleValue& tuple = reader.next();
  std::vector<std::int64_t> numbers;
  for (const PickleValue* item : tuple.items) numbers.push_back(item->integer);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{-2, -1, 0, 7, 256}));
  EXPECT_EQ(reader.position(), text.size());
}

TEST(Pickles, ThatAreNotSoundAreRefused) {
  const std::string begin = "\x80\x02";
  EXPECT_EQ(refusal_of_pickle(""), "is cut short: its pickle ends within an instruction");
  EXPECT_EQ(refusal_of_pickle("(dp0\n."), "has a pickle of protocol 0 or 1, or none; 2 to 5 are read");
  EXPECT_EQ(refusal_of_pickle("\x80\x06N."), "has a pickle of protocol 6; 2 to 5 are read");
  EXPECT_EQ(refusal_of_pickle(begin + "}"), "is cut short: its pickle ends within an instruction");
  EXPECT_EQ(refusal_of_pickle(begin + "X\xFF\xFF\xFF\xFF"
                                      "a."),
            "is cut short: its pickle ends within an instruction");
  EXPECT_EQ(refusal_of_pickle(begin + "."), "has a pickle that takes a value where none is");
  EXPECT_EQ(refusal_of_pickle(begin + "K\x01(s."), "has a pickle that takes a value where none is");
  EXPECT_EQ(refusal_of_pickle(begin + "t."),
            "has a pickle that takes values since a mark where none is");
  EXPECT_EQ(refusal_of_pickle(begin + "h\x07."), "has a pickle that takes memo 7, which is not there");
  EXPECT_EQ(refusal_of_pickle(begin + "Nr\xFF\xFF\xFF\xFF."),
            "has a pickle with more memos than any model file");
  EXPECT_EQ(refusal_of_pickle(begin + "N)K\x01s."), "has a pickle that puts items into None");
  EXPECT_EQ(refusal_of_pickle(begin + "}(K\x01u."), "has a dictionary with half a pair");
  EXPECT_EQ(refusal_of_pickle(begin + "K\x05)R."), "calls the number 5 with a tuple");
  EXPECT_EQ(refusal_of_pickle(begin + "ctorch\nfloat16\n)R."),
            "calls 'torch.float16', which stands for a type");
  EXPECT_EQ(
      refusal_of_pickle(begin + "I01\n."),
      "has a pickle with the instruction 0x49 at its byte 2, which is none that torch.save writes");
  EXPECT_EQ(refusal_of_pickle(begin + "K\x05Q."), "has a pickle that refers to no storage");
  EXPECT_EQ(refusal_of_pickle(begin + "(X\x06\0\0\0moduleK\x01tQ."s),
            "refers to a 'module'; only storages are read. Save a model's state_dict(), not the model");
  EXPECT_EQ(refusal_of_pickle(begin + "c" + std::string(300, 'a') + "\nb\n."),
            "holds a name that is longer than any known");
}

// A list of one byte, again and again.
TEST(Pickles, OfFewBytesDoNotStandForMuchMemory) {
  EXPECT_EQ(refusal_of_pickle("\x80\x02" + std::string(600'000, ']') + "."),
            "holds more values than any model file: half a million are accepted");
}

std::string refusal_of_tensors(const std::string& text) {
  return error_text([&] {
    PickleReader reader(std::as_bytes(std::span(text)));
    named_tensors(reader.next(), [](const TorchStorage& storage) {
      return ByteRange{0, storage.bytes};
    });
  });
}

// Ten lists, each of ten times the one before: 10^10 values.
TEST(Pickles, ThatSayTheSameAgainAndAgainAreRefused) {
  std::string pickle = "\x80\x02}K\x01(Nq\0"s;
  for (char level = 0; level < 10; ++level) {
    pickle += "](";
    for (int i = 0; i < 10; ++i) pickle += "h"s + level;
    pickle += "eq"s + static_cast<char>(level + 1);
  }
  EXPECT_EQ(refusal_of_tensors(pickle + "tsK\x02Ns."), "leads to more values than any model file");
}

TEST(Pickles, ThatLeadBackToThemselvesAreRefused) {
  EXPECT_EQ(refusal_of_tensors("\x80\x02}q\0(K\x01h\0K\x02Nu."s), "is nested more than 32 deep");
}

// (storage of 10 floats, offset, size, stride)
std::string refusal_of_view(const std::string& offset, const std::string& size,
                            const std::string& stride) {
  return refusal_of_tensors(
      "\x80\x02}K\x01"
      "ctorch._utils\n_rebuild_tensor\n(("
      "X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0"
      "\x00kX\x03\0\0\0cpuK\x0AtQ"s +
      offset + size + stride + "tRsK\x02Ns.");
}

TEST(Pickles, WithViewsOfWhatIsNotThereAreRefused) {
  EXPECT_EQ(refusal_of_view("K\x05", "K\x05\x85", "K\x01\x85"), "no error");
  const std::string beyond = "has a tensor '1' that reaches beyond its storage, which has 40 bytes";
  EXPECT_EQ(refusal_of_view("K\x06", "K\x05\x85", "K\x01\x85"), beyond);
  EXPECT_EQ(refusal_of_view("K\x05", "K\x05\x85", "K\x02\x85"), beyond);
  // Sizes and strides whose product is more than 64 bits count.
  const std::string huge = "\x8A\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
  EXPECT_EQ(refusal_of_view("K\x05", huge + huge + "\x86", "K\x01K\x01\x86"), beyond);
  EXPECT_EQ(refusal_of_view("K\x05", huge + "\x85", huge + "\x85"), beyond);
  EXPECT_EQ(refusal_of_view(huge, "K\x01\x85", "K\x01\x85"), beyond);
  EXPECT_EQ(refusal_of_view("J\xFF\xFF\xFF\xFF", "K\x01\x85", "K\x01\x85"),
            "has a tensor that begins before its storage");
  EXPECT_EQ(refusal_of_view("K\x05", "K\x01\x85", "K\x01K\x01\x86"),
            "has a tensor of 1 dimensions with strides of 2");
  EXPECT_EQ(
      refusal_of_view("K\x05", "N\x85", "K\x01\x85"),
      "calls torch._utils._rebuild_tensor with a size or stride that is None; whole numbers of at "
      "least 0 are wanted");
  EXPECT_EQ(refusal_of_view("N", "K\x01\x85", "K\x01\x85"),
            "calls torch._utils._rebuild_tensor with None as argument 2; a whole number is wanted");
}

}  // namespace
}  // namespace ksampler
