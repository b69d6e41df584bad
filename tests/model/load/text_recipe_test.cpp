// Which encoders files hold, and how they are put together.
#include "host/model/load/load_text.hpp"
#include "host/model/load/sentence_tower.hpp"
#include "host/model/load/text_tokenizer.hpp"
#include "host/model/text/qwen_tokenizer.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>

namespace ksampler {
namespace {

using test::error_text;
using test::Tensors;

class TextRecipes : public ::testing::Test {
 protected:
  Weights whole(const std::string& name) { return test::network_weights(name); }
  // Two files' tensors, each under a prefix, as a checkpoint has them.
  Weights checkpoint(const std::vector<std::pair<std::string, std::string>>& parts,
                     const Tensors& others = {}) {
    Tensors all = others;
    for (const auto& [prefix, name] : parts) {
      for (const auto& [tensor, value] : test::network(name).tensors) all[prefix + tensor] = value;
    }
    return test::written(folder_ / "checkpoint.safetensors", all);
  }
  static bool near(const at::Tensor& a, const at::Tensor& b) {
    return a.sizes() == b.sizes() && test::relative_difference(a, b) < test::kFloat32;
  }

  c10::InferenceMode inference_;
  test::TemporaryFolder folder_;
};

constexpr const char* kL = "text_encoders.clip_l.transformer.";
constexpr const char* kG = "text_encoders.clip_g.transformer.";
constexpr const char* kT5 = "text_encoders.t5xxl.transformer.";

TEST_F(TextRecipes, OfFluxTakeTextFromT5AndPooledTextFromClip) {
  const auto both = load_text_encoder({whole("whole_clip_l24"), whole("whole_t5")}, TextUse::flux);
  const EncodedText text = both->encode({.l = "a cat", .t5 = "a dog"});
  EXPECT_EQ(text.embedding.sizes(), (at::IntArrayRef{1, 256, 48}));
  EXPECT_TRUE(near(text.embedding, both->sentence_tower()->encode("a dog")));
  EXPECT_TRUE(near(text.pooled, both->encode("a cat").pooled));
  EXPECT_FALSE(near(text.pooled, both->encode("a dog").pooled));
}

TEST_F(TextRecipes, DoNotDependOnTheOrderOfFiles) {
  const auto one = load_text_encoder({whole("whole_clip_l24"), whole("whole_t5")}, TextUse::flux);
  const auto other = load_text_encoder({whole("whole_t5"), whole("whole_clip_l24")}, TextUse::flux);
  EXPECT_TRUE(at::equal(one->encode("a cat").embedding, other->encode("a cat").embedding));
  EXPECT_TRUE(at::equal(one->encode("a cat").pooled, other->encode("a cat").pooled));
  const auto sd3 = load_text_encoder(
      {whole("whole_t5"), whole("whole_clip_g16"), whole("whole_clip_l8")}, TextUse::sd3);
  EXPECT_EQ(sd3->towers()[0].rules.name, "CLIP-L");
  EXPECT_EQ(sd3->towers()[1].rules.name, "OpenCLIP-G");
}

TEST_F(TextRecipes, OfSd3FillUpWhatIsMissingWithZeros) {
  const auto t5 = load_text_encoder({whole("whole_t5")}, TextUse::sd3);
  const EncodedText alone = t5->encode("a cat");
  EXPECT_EQ(alone.embedding.sizes(), (at::IntArrayRef{1, 77, 48}));
  EXPECT_TRUE(near(alone.pooled + 1.0, at::zeros({1, 768 + 1280}) + 1.0));
  const auto clip = load_text_encoder({whole("whole_clip_l8"), whole("whole_clip_g16")}, TextUse::sd3);
  const EncodedText without = clip->encode("a cat");
  EXPECT_EQ(without.embedding.sizes(), (at::IntArrayRef{1, 77, 4096}));
  EXPECT_EQ(without.pooled.sizes(), (at::IntArrayRef{1, 24}));
  EXPECT_EQ(without.embedding.narrow(2, 24, 4072).abs().max().item<float>(), 0.0F);
}

TEST_F(TextRecipes, OfACheckpointOfATransformerAreToldByItsNames) {
  EXPECT_EQ(load_text_encoder(checkpoint({{kL, "whole_clip_l24"}, {kT5, "whole_t5"}}))->joining(),
            Joining::sentence);
  // Stable Diffusion 3 medium with its CLIPs alone.
  EXPECT_EQ(load_text_encoder(checkpoint({{kL, "whole_clip_l8"}, {kG, "whole_clip_g16"}}))->joining(),
            Joining::in_a_row);
  EXPECT_EQ(load_text_encoder(checkpoint({{kL, "whole_clip_l8"}, {kT5, "whole_t5"}},
                                         {{"model.diffusion_model.joint_blocks.0.x", at::zeros({1})}}))
                ->joining(),
            Joining::in_a_row);
}

// Which gives three layers beside each other, of 512 tokens at least.
TEST_F(TextRecipes, OfQwen3AreZImagesUnlessItIsSaidThatItIsFlux2s) {
  const auto z_image = load_text_encoder({whole("whole_klein")}, TextUse::as_found);
  const auto flux2 = load_text_encoder({whole("whole_klein")}, TextUse::flux2);
  EXPECT_EQ(z_image->encode("a cat").embedding.size(2), 16);
  EXPECT_EQ(flux2->encode("a cat").embedding.sizes(), (at::IntArrayRef{1, 512, 48}));
  EXPECT_EQ(flux2->embedding_width(), 48);
  const auto beside = load_text_encoder(
      checkpoint({{"text_encoders.qwen3_4b.transformer.", "whole_klein"}},
                 {{"model.diffusion_model.double_stream_modulation_img.lin.weight", at::zeros({1})}}));
  EXPECT_TRUE(near(beside->encode("a cat").embedding, flux2->encode("a cat").embedding));
  std::string text;
  for (int i = 0; i < 600; ++i) text += "cat ";
  EXPECT_GT(flux2->encode(text).embedding.size(1), 600);
}

// Z-Image takes the one of 4 billion weights.
TEST_F(TextRecipes, OfAQwen3AreToldByItsWidth) {
  const auto kind_of_width = [&](std::int64_t width) {
    const Weights file = test::written(folder_ / (std::to_string(width) + ".safetensors"),
                                       {{"model.embed_tokens.weight", at::zeros({1, width})},
                                        {"model.layers.0.self_attn.q_norm.weight", at::zeros({1})}});
    return find_recipe(names_of({file}), TextUse::as_found)->sentence->kind;
  };
  EXPECT_EQ(kind_of_width(2560), SentenceKind::qwen3);
  EXPECT_EQ(kind_of_width(1024), SentenceKind::qwen3_anima);
  EXPECT_EQ(kind_of_width(4096), SentenceKind::qwen3_flux2);
}

// The network reads T5's tokens, which have the weights; Qwen3 reads the words without them.
TEST_F(TextRecipes, OfAnimaGiveTheTokensThatItsNetworkReads) {
  const auto anima = load_text_encoder({whole("whole_qwen3_06b")}, TextUse::as_found);
  EXPECT_EQ(anima->sentence_tower()->name(), "Anima's Qwen3");
  const EncodedText plain = anima->encode("a red cat");
  const EncodedText heavy = anima->encode("a (red:1.5) cat");
  EXPECT_EQ(plain.embedding.sizes(), (at::IntArrayRef{1, 3, 16}));
  EXPECT_TRUE(at::equal(plain.token_ids, at::tensor({3, 9, 1131, 1712, 1}, at::kLong).unsqueeze(0)));
  EXPECT_TRUE(at::equal(plain.token_weights, at::ones({1, 5})));
  EXPECT_FALSE(plain.pooled.defined());
  EXPECT_EQ(heavy.token_ids.sizes(), heavy.token_weights.sizes());
  EXPECT_EQ(heavy.token_weights.max().item<float>(), 1.5F);
  EXPECT_EQ(heavy.token_weights.narrow(1, heavy.token_weights.size(1) - 1, 1).item<float>(), 1.0F);
  // Of no words: T5's end, and a token of Qwen's for the end of a text.
  const EncodedText empty = anima->encode("");
  EXPECT_EQ(empty.embedding.sizes(), (at::IntArrayRef{1, 1, 16}));
  EXPECT_TRUE(at::equal(empty.token_ids, at::ones({1, 1}, at::kLong)));
  EXPECT_EQ(error_text([&] { anima->with_last_layer(-2); }),
            "the text encoder Anima's Qwen3 gives its last layer, and no other");
}

// Its tokenizer is in its file, beside its layers or where a checkpoint has it.
TEST_F(TextRecipes, OfLumina2TakeTheTokenizerOfTheirFile) {
  const auto gemma = load_text_encoder({whole("whole_gemma2")}, TextUse::as_found);
  EXPECT_EQ(gemma->sentence_tower()->name(), "Gemma 2");
  const at::Tensor text = gemma->encode("a red circle").embedding;
  EXPECT_GT(text.size(1), 3);
  EXPECT_EQ(gemma->encode("").embedding.sizes(), (at::IntArrayRef{1, 1, 16}));  // the start alone
  const auto beside = load_text_encoder(checkpoint(
      {{"text_encoders.gemma2_2b.transformer.", "whole_gemma2"}},
      {{"text_encoders.spiece_model", test::network("whole_gemma2").tensors.at("spiece_model")}}));
  EXPECT_TRUE(at::equal(beside->encode("a red circle").embedding, text));
  EXPECT_EQ(error_text([&] { gemma->with_last_layer(-1); }),
            "the text encoder Gemma 2 gives its last layer but one, and no other");
}

TEST_F(TextRecipes, OfLumina2WeighWordsAgainstAPromptOfNothing) {
  const auto gemma = load_text_encoder({whole("whole_gemma2")}, TextUse::as_found);
  EXPECT_TRUE(near(gemma->encode("a (red:1.5) circle").embedding,
                   test::case_tensor("whole_gemma2_weighed", "hidden")));
}

TEST_F(TextRecipes, SayWhatIsWrongWithATokenizer) {
  const std::filesystem::path file = folder_ / "gemma.safetensors";
  const auto refusal = [&](const char* tensor, const at::Tensor& value) {
    Tensors all = test::network("whole_gemma2").tensors;
    all.erase("spiece_model");
    if (value.defined()) all[tensor] = value;
    return error_text([&] { load_text_encoder(test::written(file, all)); });
  };
  EXPECT_EQ(refusal("", {}),
            file.string() +
                ": has Gemma 2, and not its tokenizer: there is no tensor 'spiece_model'; "
                "expected a file of ComfyUI's, with the SentencePiece model in it");
  EXPECT_EQ(refusal("spiece_model", at::zeros({4})),
            file.string() +
                ": tensor 'spiece_model' is of type Float; expected bytes, a SentencePiece "
                "model");
  EXPECT_NE(refusal("spiece_model", at::zeros({4}, at::kByte))
                .find(file.string() + ": tensor 'spiece_model' is no SentencePiece model"),
            std::string::npos);
}

TEST_F(TextRecipes, OfT5AreChromasWhereItIsSaidAndFillNothingUp) {
  const auto chroma = load_text_encoder({whole("whole_t5")}, TextUse::chroma);
  const auto sd3 = load_text_encoder({whole("whole_t5")}, TextUse::sd3);
  const at::Tensor text = chroma->encode("a cat").embedding;
  EXPECT_LT(text.size(1), 6);  // the words, and the end
  EXPECT_FALSE(chroma->encode("a cat").pooled.defined());
  EXPECT_EQ(sd3->encode("a cat").embedding.size(1), 77);
  const auto beside = load_text_encoder(
      checkpoint({{kT5, "whole_t5"}},
                 {{"model.diffusion_model.distilled_guidance_layer.in_proj.weight", at::zeros({1})}}));
  EXPECT_TRUE(near(beside->encode("a cat").embedding, text));
}

TEST_F(TextRecipes, OfTwoClipsInFilesOfTheirOwnAreSdxls) {
  const auto encoder =
      load_text_encoder({whole("whole_clip_g16"), whole("whole_clip_l8")}, TextUse::as_found);
  EXPECT_EQ(encoder->joining(), Joining::side_by_side);
  EXPECT_EQ(encoder->encode("a cat").embedding.sizes(), (at::IntArrayRef{1, 77, 24}));
}

TEST_F(TextRecipes, SayWhatIsMissingForAUse) {
  const std::string l = test::network_file("whole_clip_l24").string();
  const std::string t5 = test::network_file("whole_t5").string();
  EXPECT_EQ(error_text([&] {
              recipe_of(names_of({whole("whole_clip_l24"), whole("whole_clip_l24")}), TextUse::flux);
            }),
            "Flux.1 needs CLIP-L and T5; " + l + " and " + l + " hold CLIP-L and CLIP-L");
  EXPECT_EQ(error_text([&] {
              recipe_of(names_of({whole("whole_t5"), whole("whole_t5")}), TextUse::flux);
            }),
            "Flux.1 needs CLIP-L and T5; " + t5 + " and " + t5 + " hold T5 and T5");
  EXPECT_EQ(error_text([&] {
              recipe_of(names_of({whole("whole_clip_l24"), whole("whole_t5")}), TextUse::sdxl);
            }),
            "SDXL needs CLIP-L and OpenCLIP-G; " + l + " and " + t5 + " hold CLIP-L and T5");
  EXPECT_EQ(error_text([&] {
              recipe_of(names_of({whole("whole_t5"), whole("whole_qwen3")}), TextUse::sd3);
            }).substr(0, 65),
            "SD 3 needs CLIP-L, OpenCLIP-G and T5, one of each at most; " + t5.substr(0, 6));
  EXPECT_EQ(error_text([&] { recipe_of(names_of({whole("whole_t5")}), TextUse::flux2); }),
            "Flux.2 needs Qwen3 (klein) or Mistral 3 (dev) alone; " + t5 + " holds T5");
  EXPECT_EQ(error_text([&] {
              recipe_of(names_of({whole("whole_clip_l24"), whole("whole_t5")}), TextUse::chroma);
            }),
            "Chroma needs T5 alone; " + l + " and " + t5 + " hold CLIP-L and T5");
}

TEST_F(TextRecipes, RefuseAFileWithoutAnEncoder) {
  EXPECT_NE(error_text([&] {
              recipe_of(names_of({whole("whole_t5"), whole("vae16")}), TextUse::flux);
            }).find("no text encoder in this file"),
            std::string::npos);
}

TEST_F(TextRecipes, KeepTheirEncodersInMemoryOneByOne) {
  NetworkCache cache;
  const TextModel flux({whole("whole_clip_l24"), whole("whole_t5")}, TextUse::flux);
  const TextModel alone({whole("whole_t5")}, TextUse::sd3);
  flux.hold(cache);
  EXPECT_EQ(cache.size(), 2U);
  alone.hold(cache);  // T5 is there
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(flux.surplus(), (std::vector<std::vector<std::string>>(2)));
}

TEST_F(TextRecipes, AreComputedInFloat32WhateverTheirWeightsAreKeptIn) {
  for (const char* name : {"whole_t5", "whole_qwen3"}) {
    const auto wide = load_text_encoder(whole(name))->encode("a cat").embedding;
    for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
      const auto kept = load_text_encoder(whole(name).as(type))->encode("a cat").embedding;
      EXPECT_EQ(kept.scalar_type(), at::kFloat);
      EXPECT_LT(test::relative_difference(kept, wide), test::rounding_error(type, 30)) << name;
    }
  }
}

// Which gives three layers beside each other, with zeros before them up to 512 tokens.
TEST_F(TextRecipes, OfMistralAreFlux2sWhetherItIsSaidOrNot) {
  const at::Tensor text = load_text_encoder(whole("whole_mistral"))->encode("a cat").embedding;
  EXPECT_EQ(text.sizes(), (at::IntArrayRef{1, 512, 48}));
  EXPECT_EQ(text.narrow(1, 0, 300).abs().max().item<float>(), 0.0F);
  EXPECT_GT(text.narrow(1, 511, 1).abs().min().item<float>(), 0.0F);
  const auto said = load_text_encoder({whole("whole_mistral")}, TextUse::flux2);
  EXPECT_TRUE(at::equal(said->encode("a cat").embedding, text));
  std::string words;
  for (int i = 0; i < 600; ++i) words += "cat ";
  EXPECT_GT(said->encode(words).embedding.size(1), 600);
}

// A checkpoint's vocabulary lies beside its encoders.
TEST_F(TextRecipes, OfACheckpointWithMistralAreFlux2s) {
  Tensors all;
  for (const auto& [tensor, value] : test::network("whole_mistral").tensors) {
    const std::string prefix =
        tensor == "tekken_model" ? "text_encoders." : "text_encoders.mistral3_24b.transformer.";
    all[prefix + tensor] = value;
  }
  const TextModel model(test::written(folder_ / "checkpoint.safetensors", all));
  NetworkCache cache;
  EXPECT_TRUE(at::equal(model.hold(cache)->encode("a cat").embedding,
                        load_text_encoder(whole("whole_mistral"))->encode("a cat").embedding));
  EXPECT_EQ(model.surplus(), (std::vector<std::vector<std::string>>(1)));
}

class MistralsVocabulary : public TextRecipes {
 protected:
  // What is said of the file without the tensor, or with another in its place.
  std::string refusal(const std::optional<std::string>& tekken) {
    test::ModelFile file = test::network("whole_mistral");
    file.without("tekken_model");
    if (tekken) {
      file.tensors["tekken_model"] = at::empty({static_cast<std::int64_t>(tekken->size())}, at::kByte);
      std::memcpy(file.tensors["tekken_model"].mutable_data_ptr(), tekken->data(), tekken->size());
    }
    file.write(file_);
    const std::string text = error_text([&] { load(); });
    const std::string begin = file_.string() + ": ";
    return text.starts_with(begin) ? text.substr(begin.size()) : text;
  }
  std::shared_ptr<const TextEncoder> load() {
    return load_text_encoder({Weights(TensorFile::open(file_), at::kCPU, at::kFloat)}, TextUse::flux2);
  }

  const std::filesystem::path file_ = folder_ / "mistral.safetensors";
};

TEST_F(MistralsVocabulary, IsMissed) {
  const SentencePlace place{.file = 0, .prefix = "", .kind = SentenceKind::mistral};
  refusal(std::nullopt);
  EXPECT_EQ(error_text([&] { tokenizer_for(*TensorFile::open(file_), place); }),
            file_.string() +
                ": holds no vocabulary for its Mistral 3; expected the tensor 'tekken_model', as "
                "ComfyUI's files have it, or a tokenizer.json beside the file");
}

// As GGUF's texts say of themselves.
TEST_F(MistralsVocabulary, IsNotAskedForInAFileOfGguf) {
  test::ModelFile file = test::network("whole_mistral");
  file.metadata["general.architecture"] = "llama";
  file.write(file_);
  EXPECT_EQ(error_text([&] { load(); }),
            file_.string() +
                ": is Mistral 3 in GGUF, which keeps the rows of q and k in another order; "
                "expected safetensors");
}

TEST_F(MistralsVocabulary, IsRefusedWhereItIsDamagedOrAnothers) {
  const std::string begin = "the vocabulary, tensor 'tekken_model', ";
  EXPECT_EQ(refusal("{}"), begin + "has no list 'special_tokens'");
  EXPECT_TRUE(refusal("{\"vocab\": [").starts_with(begin + "is no JSON: "));
  std::string text = test::read_text(TEST_DATA "/text/tekken.json");
  text.replace(text.find("[INST]"), 6, "[OTHER]");
  EXPECT_EQ(refusal(text), begin + "has no token named '[INST]'");
  EXPECT_EQ(refusal(std::string(text)
                        .replace(text.find("[OTHER]"), 7, "[INST]")
                        .replace(text.find("_size\":1270"), 11, "_size\":1260")),
            "no error");  // it may have fewer than the table has rows
  EXPECT_EQ(
      refusal(std::string(text)
                  .replace(text.find("[OTHER]"), 7, "[INST]")
                  .replace(text.find("_size\":1270"), 11, "_size\":1276")),
      "the text encoder Mistral 3 knows 1270 tokens; its vocabulary has 1276: it is another model");
}

// Qwen's is built in, and another's file may lie in a folder that text encoders share.
TEST_F(TextRecipes, OfQwenTakeATokenizerJsonInAFolderOfTheirOwn) {
  const auto size = [&](const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    test::network("whole_qwen3").write(folder / "model.safetensors");
    const SentencePlace place{.file = 0, .prefix = "", .kind = SentenceKind::qwen3};
    return tokenizer_for(*TensorFile::open(folder / "model.safetensors"), place)->size();
  };
  std::string json = test::read_text(TEST_DATA "/text/tokenizer.json");
  EXPECT_EQ(size(folder_ / "shared"), kQwenVocabularySize);
  test::write_text(folder_ / "shared/tokenizer.json", json);
  EXPECT_EQ(size(folder_ / "shared"), kQwenVocabularySize);
  EXPECT_EQ(size(folder_ / "model/text_encoder"), kQwenVocabularySize);
  std::filesystem::create_directories(folder_ / "model/tokenizer");
  test::write_text(folder_ / "model/text_encoder/config.json", "{}");
  test::write_text(folder_ / "model/tokenizer/tokenizer.json", json);
  EXPECT_EQ(
      error_text([&] { size(folder_ / "model/text_encoder"); }),
      (folder_ / "model/tokenizer/tokenizer.json").string() + ": has no token named '<|endoftext|>'");
  for (const auto& [from, to] :
       {std::pair("<unk>", "<|endoftext|>"), std::pair("<s>", "<|im_start|>"),
        std::pair("</s>", "<|im_end|>"), std::pair("[INST]", "<|image_pad|>")}) {
    for (std::size_t at = json.find(from); at != std::string::npos; at = json.find(from)) {
      json.replace(at, std::string(from).size(), to);
    }
  }
  test::write_text(folder_ / "model/tokenizer/tokenizer.json", json);
  EXPECT_EQ(size(folder_ / "model/text_encoder"), 1270);
}

TEST_F(MistralsVocabulary, IsReadFromATokenizerJsonBesideTheFile) {
  test::write_text(folder_ / "tokenizer.json", test::read_text(TEST_DATA "/text/tokenizer.json"));
  const SentencePlace place{.file = 0, .prefix = "", .kind = SentenceKind::mistral};
  refusal(std::nullopt);
  EXPECT_EQ(tokenizer_for(*TensorFile::open(file_), place)->size(), 1270);
  test::write_text(folder_ / "tokenizer.json", "{}");
  EXPECT_EQ(error_text([&] { tokenizer_for(*TensorFile::open(file_), place); }),
            (folder_ / "tokenizer.json").string() +
                ": is a tokenizer of type ''; read is BPE on bytes, as Qwen and Mistral have it");
}

class T5OfTheWholeVocabulary : public TextRecipes {
 protected:
  std::shared_ptr<const TextEncoder> t5_ = load_text_encoder({whole("whole_t5")}, TextUse::sd3);
};

TEST_F(T5OfTheWholeVocabulary, WeighsWordsAgainstAnEmptyPrompt) {
  const at::Tensor plain = t5_->encode("a red cat").embedding;
  const at::Tensor empty = t5_->encode("").embedding;
  EXPECT_TRUE(near(t5_->encode("(a red cat:1.0)").embedding, plain));
  // The end and what fills up have a weight of 1.
  const at::Tensor heavy = t5_->encode("(a red cat:1.5)").embedding;
  EXPECT_TRUE(near(heavy.narrow(1, 0, 3), ((plain - empty) * 1.5 + empty).narrow(1, 0, 3)));
  EXPECT_TRUE(near(heavy.narrow(1, 10, 67), plain.narrow(1, 10, 67)));
}

TEST_F(T5OfTheWholeVocabulary, LeavesTextualInversionsOut) {
  EXPECT_TRUE(
      at::equal(t5_->encode("a cat embedding:style").embedding, t5_->encode("a cat").embedding));
}

TEST_F(T5OfTheWholeVocabulary, IsFilledUpAsItIsAskedFor) {
  const TextModel model({whole("whole_t5")}, TextUse::sd3);
  NetworkCache cache;
  const auto length = [&](const T5Lengths& lengths) {
    return model.with_t5_lengths(lengths).hold(cache)->encode("a cat").embedding.size(1);
  };
  EXPECT_EQ(length({.least = 0, .more = 0}), 4);  // "a", "▁", "cat" and the end
  EXPECT_EQ(length({.least = 0, .more = 5}), 9);
  EXPECT_EQ(length({.least = 20, .more = 5}), 20);
  EXPECT_EQ(error_text([&] { TextModel(whole("whole_qwen3")).with_t5_lengths({}); }),
            "these text encoders have no T5; expected those of Flux.1, Chroma or SD 3");
}

TEST_F(T5OfTheWholeVocabulary, StopsEarlierWithClipSetLastLayer) {
  const at::Tensor last = t5_->encode("a cat").embedding;
  EXPECT_FALSE(near(t5_->with_last_layer(-2)->encode("a cat").embedding, last));
  EXPECT_TRUE(near(t5_->with_last_layer(-9)->encode("a cat").embedding, last));  // it has 2 layers
  EXPECT_EQ(error_text([&] { load_text_encoder(whole("whole_qwen3"))->with_last_layer(-2); }),
            "the text encoder Qwen3 gives the layer that its family takes, and no other");
}

TEST_F(TextRecipes, OfQwenTakeParenthesesForText) {
  const auto qwen = load_text_encoder(whole("whole_qwen3"));
  const at::Tensor plain = qwen->encode("a (red:1.5) cat").embedding;
  EXPECT_TRUE(at::equal(qwen->encode("a \\(red:1.5\\) cat").embedding, plain));
  EXPECT_GT(plain.size(1), qwen->encode("a red cat").embedding.size(1));
}

TEST_F(TextRecipes, OfQwenImageGiveTheUsersWordsAlone) {
  const auto qwen = load_text_encoder(whole("whole_qwen25"));
  const at::Tensor words = qwen->encode("cat").embedding;
  EXPECT_EQ(words.size(1),
            1 + 5);  // and "<|im_end|>", a line end, "<|im_start|>", "assistant", a line end
  // A prompt that is a template of its own is one.
  const at::Tensor own = qwen->encode(
                                 "<|im_start|>system\nPaint.<|im_end|>\n<|im_start|>user\ncat<|im_end|>"
                                 "\n<|im_start|>assistant\n")
                             .embedding;
  EXPECT_EQ(own.size(1), words.size(1));
  EXPECT_FALSE(near(own, words));
}

// Qwen3's names are Qwen3-VL's, too: it is told by its part for pictures, and by its width.
TEST_F(TextRecipes, TellWhichQwen3AFileHolds) {
  const auto kind = [&](std::int64_t width, bool sees, TextUse use = TextUse::as_found) {
    test::ModelFile model;
    model.tensors["model.embed_tokens.weight"] = at::zeros({1, width});
    model.tensors["model.layers.0.self_attn.q_norm.weight"] = at::zeros({4});
    if (sees) model.tensors["visual.deepstack_merger_list.0.norm.weight"] = at::zeros({4});
    model.write(folder_ / "qwen3.safetensors");
    return recipe_of({TensorNames(TensorFile::open(folder_ / "qwen3.safetensors"))}, use)
        .sentence->kind;
  };
  EXPECT_EQ(kind(2560, false), SentenceKind::qwen3);
  EXPECT_EQ(kind(4096, false), SentenceKind::qwen3_flux2);
  EXPECT_EQ(kind(2560, true), SentenceKind::qwen3_krea2);
  EXPECT_EQ(kind(4096, true), SentenceKind::qwen3_vl);
  EXPECT_EQ(kind(4096, false, TextUse::qwen_image), SentenceKind::qwen3_vl);
}

// The user's turn is kept, and the system's is not.
TEST_F(TextRecipes, OfQwenImage21GiveTheUsersTurn) {
  const auto qwen = load_text_encoder({whole("whole_qwen3_vl_8b")}, TextUse::qwen_image);
  // "<|im_start|>", "user", a line end, the word, "<|im_end|>", a line end, "<|im_start|>",
  // "assistant", a line end
  EXPECT_EQ(qwen->encode("cat").embedding.size(1), 9);
}

TEST_F(TextRecipes, SayWhatQwenImageNeeds) {
  const std::string message =
      error_text([&] { load_text_encoder({whole("whole_t5")}, TextUse::qwen_image); });
  EXPECT_TRUE(message.starts_with("Qwen-Image needs Qwen2.5-VL alone, or 2.1's Qwen3-VL; ")) << message;
  EXPECT_TRUE(message.ends_with(" holds T5")) << message;
}

TEST_F(TextRecipes, RefuseAnotherModelsVocabulary) {
  test::ModelFile other = test::network("t5");
  other.write(folder_ / "t5.safetensors");
  EXPECT_EQ(
      error_text([&] {
        load_text_encoder(Weights(TensorFile::open(folder_ / "t5.safetensors"), at::kCPU, at::kFloat));
      }),
      "the text encoder T5 knows 96 tokens; its vocabulary has 32100: it is another model");
}

}  // namespace
}  // namespace ksampler
