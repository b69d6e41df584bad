// The headers of safetensors files that were read last, so that one of many thousand tensors is read
// once a run: checks before it, loaders in it and LoRAs open the same file again and again.
#ifndef KSAMPLER_FILES_HEADER_BOOK_HPP
#define KSAMPLER_FILES_HEADER_BOOK_HPP

#include "host/base/file_stamp.hpp"
#include "host/files/tensor_file.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace ksampler {

// Thread rule: any thread.
class HeaderBook {
 public:
  // The header of the file in this state, or what `read` makes of it now.
  std::shared_ptr<const TensorFileHeader> find(const FileStamp& stamp,
                                               const std::function<TensorFileHeader()>& read);

  // How often a header had to be read.
  std::uint64_t times_read() const;

 private:
  struct Entry {
    FileStamp stamp;
    std::shared_ptr<const TensorFileHeader> header;
  };

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the latest first
  std::uint64_t times_read_ = 0;
};

// What files are opened with. The program and its half on LibTorch are two libraries, each with this
// function: a run gives the program's book to the other (RunOptions::headers).
std::shared_ptr<HeaderBook> header_book();
void use_header_book(std::shared_ptr<HeaderBook> book);

}  // namespace ksampler

#endif
