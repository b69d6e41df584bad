#include "host/serve/pictures/sent_picture.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/files/base64.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace ksampler {

SentPicture::SentPicture(const std::string& key, std::string_view text) {
  std::string bytes;
  try {
    bytes = from_base64(text);
  } catch (const Error& error) {
    throw Error(sentence("'{}' {}", key, error.what()));
  }
  std::string name = (std::filesystem::temp_directory_path() / "ksampler-sent-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) throw Error(sentence("'{}' cannot be kept: {}", key, std::strerror(errno)));
  ::close(descriptor);
  file_ = name;
  std::ofstream stream(file_, std::ios::binary);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) return;
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  throw Error(sentence("'{}' cannot be kept: {}", key, std::strerror(errno)));
}

SentPicture::~SentPicture() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

}  // namespace ksampler
