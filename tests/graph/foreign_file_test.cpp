// Files that are no pipelines, and that people give as one.
#include "tests/graph/pipeline_case.hpp"

#include <gmock/gmock.h>

namespace ksampler::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

using ForeignFile = PipelineCase;

TEST_F(ForeignFile, APipelineInBracesIsNone) {
  EXPECT_EQ(errors("{ nodes: { a: { type: Source }, save: { type: Save, cloud: $a } } }"), "");
  EXPECT_EQ(errors("{ \"nodes\": { \"a\": { \"type\": \"Source\", \"title\": \"\\\"links\\\"\" }, "
                   "\"save\": { \"type\": \"Save\", \"cloud\": \"$a\" } } }"),
            "");
}

TEST_F(ForeignFile, BinaryFilesAreCalledWhatTheyAre) {
  EXPECT_THAT(errors(std::string("\x89PNG\r\n\x1A\n\0\0", 10)), HasSubstr("this is a PNG picture"));
  EXPECT_THAT(errors(std::string("\x7F"
                                 "ELF\2\1\1\0",
                                 8)),
              HasSubstr("`ksampler validate`"));
  EXPECT_THAT(errors(std::string("\x40\0\0\0\0\0\0\0{\"a\":", 13)), HasSubstr("a safetensors file"));
  EXPECT_THAT(errors("PK\x03\x04"), HasSubstr("a zip file"));
  EXPECT_THAT(errors(std::string("nodes\0: 3", 9)), HasSubstr("no text, as there is a zero byte at 5"));
}

TEST_F(ForeignFile, PicturesThatAreNoPngsHoldNoPipeline) {
  const auto says = [](const char* kind) {
    return AllOf(HasSubstr("this is a " + std::string(kind) + " picture, which holds no pipeline"),
                 HasSubstr("where one is converted it is lost"), HasSubstr("LoadImage"));
  };
  EXPECT_THAT(errors(std::string("\xFF\xD8\xFF\xE0\0\x10JFIF", 10)), says("JPEG"));
  EXPECT_THAT(errors("GIF89a..."), says("GIF"));
  EXPECT_THAT(errors(std::string("RIFF\x20\0\0\0WEBPVP8 ", 16)), says("WebP"));
  EXPECT_THAT(errors(std::string("II*\0\x08\0\0\0", 8)), says("TIFF"));
  EXPECT_THAT(errors(std::string("\0\0\0\x1C"
                                 "ftypavif",
                                 12)),
              says("AVIF"));
}

TEST_F(ForeignFile, IsNamedEvenWhereItIsTooLarge) {
  EXPECT_THAT(errors("\x89PNG" + std::string(std::size_t{17} << 20, 'x')),
              HasSubstr("this is a PNG picture"));
  EXPECT_THAT(errors(std::string(std::size_t{17} << 20, ' ')), HasSubstr("larger than 16 MiB"));
}

}  // namespace ksampler::test
