#include "host/files/base64.hpp"

#include "host/base/error.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace ksampler {
namespace {

constexpr std::size_t kPiece = std::size_t{3} << 20;  // the library counts in ints

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    const std::size_t at = text.size();
    text.resize(at + (piece.size() + 2) / 3 * 4 + 1);  // it ends in a zero
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + at),
                    reinterpret_cast<const unsigned char*>(piece.data()),
                    static_cast<int>(piece.size()));
    text.pop_back();
  }
  return text;
}

std::string bytes_of_base64(std::string_view digits) {
  const std::size_t padding = digits.size() - std::min(digits.size(), digits.find_last_not_of('=') + 1);
  const bool breaks_off = digits.find('=') < digits.size() - padding;
  if (digits.empty() || digits.size() % 4 != 0 || padding > 2 || breaks_off)
    throw Error("is no base64");
  std::string bytes;
  for (std::size_t at = 0; at < digits.size(); at += kPiece / 3 * 4) {
    const std::string_view piece = digits.substr(at, kPiece / 3 * 4);
    std::string decoded(piece.size() / 4 * 3, '\0');
    const int got = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                    reinterpret_cast<const unsigned char*>(piece.data()),
                                    static_cast<int>(piece.size()));
    if (got != static_cast<int>(decoded.size())) throw Error("is no base64");
    bytes += decoded;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string from_base64(std::string_view text) {
  if (text.starts_with("data:")) text.remove_prefix(std::min(text.size(), text.find(',') + 1));
  std::string digits(text);
  std::erase_if(digits, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  return bytes_of_base64(digits);
}

}  // namespace ksampler
