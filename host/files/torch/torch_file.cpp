#include "host/files/torch/torch_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/torch/pickle_machine.hpp"
#include "host/files/torch/torch_tensors.hpp"
#include "host/files/torch/zip_directory.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {
namespace {

using namespace std::string_view_literals;
using Kind = PickleValue::Kind;

constexpr std::string_view kZip = "PK\x03\x04"sv;
// The number that torch.save began its pickles with before 1.6, as LONG1 writes it.
constexpr std::string_view kMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv;
constexpr char kPickle[] = "/data.pkl";

// "NAME" of the zip's "NAME/data.pkl".
std::string name_in(const ZipDirectory& zip) {
  for (const auto& [name, entry] : zip.entries()) {
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos && name.substr(slash) == kPickle) return name.substr(0, slash);
  }
  throw Error(
      "is a zip file that torch.save did not write: there is no 'data.pkl' in its folder. Safetensors "
      "and files of torch.save are read; a network that was exported as .pt2 is loaded by the node "
      "Pt2Loader");
}

std::vector<std::byte> read_entry(const ByteSource& source, const ZipDirectory& zip,
                                  const std::string& name, std::uint64_t most) {
  const ByteRange place = zip.place_of(name);
  if (place.size > most) {
    throw Error(sentence("has an entry {} of {} bytes; at most {} are accepted", quote(name),
                         place.size, most));
  }
  return read_bytes(source, place.begin, place.size);
}

void check_byte_order(const ByteSource& source, const ZipDirectory& zip, const std::string& folder) {
  const std::string name = folder + "/byteorder";
  if (!zip.entries().contains(name)) return;  // before PyTorch 2.1: as the machine, which is little
  const std::vector<std::byte> order = read_entry(source, zip, name, 100);
  if (text_of(order) == "little") return;
  throw Error(sentence("says that its byte order is {}; expected 'little'", quote(text_of(order))));
}

TensorFileHeader read_zip(const ByteSource& source) {
  const ZipDirectory zip(source);
  const std::string folder = name_in(zip);
  if (zip.entries().contains(folder + "/constants.pkl")) {
    throw Error("is a TorchScript program; expected safetensors, or a state_dict() of torch.save");
  }
  check_byte_order(source, zip, folder);
  const auto bytes = read_entry(source, zip, folder + kPickle, kMostPickleBytes);
  PickleReader pickle(bytes);
  const PickleValue& root = pickle.next();
  return {named_tensors(root,
                        [&](const TorchStorage& storage) {
                          const std::string name = sentence("{}/data/{}", folder, storage.key);
                          if (!zip.entries().contains(name)) {
                            throw Error(sentence("is incomplete: there is no entry {}", quote(name)));
                          }
                          const ByteRange place = zip.place_of(name);
                          if (storage.bytes > place.size) {
                            throw Error(sentence("has an entry {} of {} bytes; {} are wanted",
                                                 quote(name), place.size, storage.bytes));
                          }
                          return ByteRange{place.begin, storage.bytes};
                        }),
          {}};
}

// The storages of a file without a directory: a count of elements and then they, in the order of a list
// of keys.
std::map<std::string, ByteRange> places_after(const ByteSource& source, const PickleReader& pickles,
                                              const PickleValue& keys) {
  constexpr std::uint64_t kCountBytes = 8;
  std::map<std::string, ByteRange> places;
  std::uint64_t at = pickles.position();
  for (const PickleValue* key : keys.items) {
    const auto found = pickles.storages().find(key->text);
    if (key->kind != Kind::text || found == pickles.storages().end()) {
      throw Error(sentence("has a storage {} that nothing refers to", quote(key->text)));
    }
    const TorchStorage& storage = found->second;
    if (source.size - at < kCountBytes || source.size - at - kCountBytes < storage.bytes) {
      throw Error(sentence(
          "is cut short: the storage {} should have {} bytes from byte {} on, and the file has "
          "{}",
          quote(storage.key), storage.bytes, at, source.size));
    }
    std::uint64_t count = 0;
    source.read(at, std::as_writable_bytes(std::span(&count, 1)));
    if (count != storage.bytes / storage.element.bytes) {
      throw Error(sentence("has a storage {} of {} elements; {} are wanted", quote(storage.key), count,
                           storage.bytes / storage.element.bytes));
    }
    places[storage.key] = {at + kCountBytes, storage.bytes};
    at += kCountBytes + storage.bytes;
  }
  return places;
}

bool says(const PickleValue& dictionary, std::string_view key, Kind kind, std::int64_t value) {
  for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
    const PickleValue& found = *dictionary.items[i + 1];
    if (dictionary.items[i]->text == key) return found.kind == kind && found.integer == value;
  }
  return false;
}

TensorFileHeader read_pickles(const ByteSource& source) {
  constexpr std::int64_t kProtocol = 1001;
  const auto bytes = read_bytes(source, 0, std::min<std::uint64_t>(source.size, kMostPickleBytes));
  PickleReader pickles(bytes);
  pickles.next();  // the magic number
  const PickleValue& protocol = pickles.next();
  if (protocol.kind != Kind::integer || protocol.integer != kProtocol) {
    throw Error(
        sentence("is of protocol {} of torch.save; expected {}, or a zip file: `torch.load` it and "
                 "`torch.save` it again",
                 described(protocol), kProtocol));
  }
  const PickleValue& system = pickles.next();
  if (system.kind != Kind::dictionary || !says(system, "little_endian", Kind::boolean, 1)) {
    throw Error("does not say that it is little-endian, as it must be");
  }
  const PickleValue& root = pickles.next();
  const PickleValue& keys = pickles.next();
  const auto places = places_after(source, pickles, keys);
  return {named_tensors(root,
                        [&](const TorchStorage& storage) {
                          const auto found = places.find(storage.key);
                          if (found != places.end()) return found->second;
                          throw Error(sentence("has no storage {}", quote(storage.key)));
                        }),
          {}};
}

}  // namespace

bool is_torch_file(std::span<const std::byte> start) {
  const std::string_view text = text_of(start);
  if (text.starts_with(kZip)) return true;
  return text.starts_with('\x80') && text.find(kMagic) != std::string_view::npos;
}

TensorFileHeader read_torch_header(const ByteSource& source) {
  std::vector<std::byte> start(std::min<std::uint64_t>(source.size, kZip.size()));
  source.read(0, start);
  try {
    return text_of(start) == kZip ? read_zip(source) : read_pickles(source);
  } catch (const Error& error) {
    // What is wrong is said where it is found, and the file here, once.
    const Diagnostic& first = error.diagnostics().front();
    throw Error(Place{source.name}, first.message);
  }
}

}  // namespace ksampler
