#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/files/exif_orientation.hpp"
#include "host/files/exif_texts.hpp"
#include "host/files/webp.hpp"

#include <webp/demux.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

using Decoder = std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)>;

// The data of the first chunk of this name; empty where there is none.
std::span<const std::byte> chunk_of(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator chunk{};
  if (WebPDemuxGetChunk(demuxer, name, 1, &chunk) == 0) return {};
  const auto bytes = std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size));
  WebPDemuxReleaseChunkIterator(&chunk);  // the bytes are the file's
  return bytes;
}

}  // namespace

bool is_webp(std::span<const std::byte> bytes) {
  return bytes.size() >= 12 && text_of(bytes.first(4)) == "RIFF" &&
         text_of(bytes.subspan(8, 4)) == "WEBP";
}

std::vector<Picture> decode_webp(const std::string& file, std::span<const std::byte> bytes) {
  const auto refuse = [&file](const char* why) {
    throw Error({file}, std::string("is no whole WebP: ") + why);
  };
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPBitstreamFeatures features{};
  const VP8StatusCode status = WebPGetFeatures(begin, bytes.size(), &features);
  if (status == VP8_STATUS_NOT_ENOUGH_DATA) refuse("the file ends in the middle of the picture");
  if (status != VP8_STATUS_OK) refuse("its header is damaged");
  // Before the decoder takes memory for it.
  const auto width = static_cast<std::uint64_t>(features.width);
  const auto height = static_cast<std::uint64_t>(features.height);
  check_picture_size(file, width, height);

  WebPAnimDecoderOptions options;
  if (WebPAnimDecoderOptionsInit(&options) == 0) refuse("libwebp is of another version");
  options.color_mode = MODE_RGBA;
  const WebPData data{begin, bytes.size()};
  const Decoder decoder(WebPAnimDecoderNew(&data, &options), &WebPAnimDecoderDelete);
  if (decoder == nullptr) refuse("it is cut short or damaged");
  WebPAnimInfo info{};
  WebPAnimDecoderGetInfo(decoder.get(), &info);
  check_picture_size(file, info.canvas_width, info.canvas_height, info.frame_count);
  const WebPDemuxer* demuxer = WebPAnimDecoderGetDemuxer(decoder.get());
  const std::span<const std::byte> exif = chunk_of(demuxer, "EXIF");
  std::optional<int> orientation = exif_orientation(exif);
  if (!orientation) orientation = xmp_orientation(text_of(chunk_of(demuxer, "XMP ")));

  std::vector<Picture> frames;
  while (WebPAnimDecoderHasMoreFrames(decoder.get()) != 0) {
    std::uint8_t* pixels = nullptr;
    int time = 0;
    if (WebPAnimDecoderGetNext(decoder.get(), &pixels, &time) == 0) {
      refuse("it is cut short or damaged");
    }
    Picture frame;
    frame.width = info.canvas_width;
    frame.height = info.canvas_height;
    frame.has_alpha = features.has_alpha != 0;
    const std::size_t count = std::size_t{4} * frame.width * frame.height;
    frame.rgba.reserve(count);
    append_8_bit(frame, {pixels, count}, /*has_alpha=*/true);
    if (!frame.has_alpha) {
      for (std::size_t i = 3; i < count; i += 4) frame.rgba[i] = 65535;
    }
    frames.push_back(upright(std::move(frame), orientation));
  }
  if (!frames.empty()) frames.front().text = exif_texts(exif);
  if (frames.empty() || frames.size() < info.frame_count) refuse("frames of it are missing");
  return frames;
}

}  // namespace ksampler
