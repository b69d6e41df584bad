// A picture that came within a request, as a file for as long as its run takes.
#ifndef KSAMPLER_SERVE_PICTURES_SENT_PICTURE_HPP
#define KSAMPLER_SERVE_PICTURES_SENT_PICTURE_HPP

#include <filesystem>
#include <string>
#include <string_view>

namespace ksampler {

class SentPicture {
 public:
  // `key` names it in messages. Throws Error where it is no base64, or cannot be written.
  SentPicture(const std::string& key, std::string_view text);
  ~SentPicture();
  SentPicture(const SentPicture&) = delete;
  SentPicture& operator=(const SentPicture&) = delete;

  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

}  // namespace ksampler

#endif
