#include "host/files/safetensors.hpp"
#include "tests/cli/program.hpp"

namespace ksampler::test {
namespace {

constexpr const char* kGood =
    "nodes:\n"
    "  noise: { type: RandomNoise }\n"
    "  select: { type: KSamplerSelect, sampler_name: { name: zigzag, eta: 0.5 } }\n"
    "  latent: { type: LoadLatent, latent: a.latent }\n"
    "  save: { type: SaveLatent, samples: $latent }\n";

}  // namespace

class Check : public Program {
 protected:
  Check() {
    add_plugin(fixture_plugin());
    write("a.latent", "");
  }
};

TEST_F(Check, SaysThatAFileIsFine) {
  write("p.yaml", kGood);
  const Outcome outcome = run({"check", "p.yaml"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "p.yaml: fine, 4 nodes\n");
}

// What a run would come to only at the node, for the last of them after all sampling.
TEST_F(Check, LooksIntoModelFilesWithoutLoadingThem) {
  write("model.ckpt", "\x80\x02}q");
  write("lora.safetensors", "a page that says 404");
  write("unused.ckpt", "\x80\x02}q");
  write(
      "p.yaml",
      "nodes:\n"
      "  model: { type: CheckpointLoaderSimple, ckpt_name: model.ckpt }\n"
      "  styled: { type: LoraLoader, model: $model, clip: $model, lora_name: lora.safetensors }\n"
      "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
      "  no: { type: CLIPTextEncode, clip: $styled, text: 'a (cat:1e999)' }\n"
      "  base: { type: KSampler, model: $styled, positive: $no, negative: $no, latent_image: $canvas,\n"
      "          seed: 1, steps: 2, cfg: 1.0, sampler_name: zigzag, scheduler: evenly }\n"
      "  image: { type: VAEDecode, samples: $base, vae: $model }\n"
      "  other: { type: VAELoader, vae_name: unused.ckpt }\n"
      "  more: { type: VAEDecode, samples: $base, vae: $twice }\n"
      "  twice: { type: VAELoader, vae_name: model.ckpt }\n"
      "  save2: { type: SaveImage, images: $more, filename_prefix: more }\n"
      "  save: { type: SaveImage, images: $image, filename_prefix: ../p }\n");
  const Outcome outcome = run({"check", "p.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("filename prefix '../p' leads out"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("model.ckpt: error: is a pickle that torch.save did not write"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("(node 'model' (CheckpointLoaderSimple), p.yaml:2)"), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("lora.safetensors: error: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("(node 'twice' (VAELoader), p.yaml:11)"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(outcome.err.find("unused.ckpt"), std::string::npos) << outcome.err;
  EXPECT_EQ(run({"run", "p.yaml"}).err, outcome.err);
}

TEST_F(Check, SaysWhatAModelFileHoldsInPlaceOfTheNetworkThatIsWanted) {
  const auto bytes =
      safetensors_bytes({{"model.diffusion_model.out.2.bias", {DType::f32, {0}, {}}}}, {});
  write("unet.safetensors", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  write("p.yaml",
        "nodes:\n"
        "  vae: { type: VAELoader, vae_name: unet.safetensors }\n"
        "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
        "  image: { type: VAEDecode, samples: $canvas, vae: $vae }\n"
        "  save: { type: SaveImage, images: $image, filename_prefix: p }\n");
  const Outcome outcome = run({"check", "p.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("unet.safetensors: error: holds no autoencoder (expected tensors "
                             "'first_stage_model....'); it holds a diffusion network"),
            std::string::npos)
      << outcome.err;
}

// As its loader would tell it, by the names of its tensors.
class CheckOfTextEncoders : public Check {
 protected:
  void expect(const std::string& loader, const std::string& error) {
    write("p.yaml", "nodes:\n  clip: { type: " + loader +
                        " }\n"
                        "  model: { type: UNETLoader, unet_name: unet.safetensors }\n"
                        "  text: { type: CLIPTextEncode, clip: $clip, text: a }\n"
                        "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
                        "  base: { type: KSampler, model: $model, positive: $text, negative: $text,\n"
                        "          latent_image: $canvas, seed: 1, steps: 2, cfg: 1.0,\n"
                        "          sampler_name: zigzag, scheduler: evenly }\n"
                        "  save: { type: SaveLatent, samples: $base }\n");
    const Outcome outcome = run({"check", "p.yaml"});
    EXPECT_EQ(outcome.code, error.empty() ? 0 : 1) << outcome.err;
    if (error.empty()) return;
    EXPECT_NE(outcome.err.find(error), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("p.yaml:2"), std::string::npos) << outcome.err;
  }
  void write_tensor(const std::string& file, const std::string& name) {
    const auto bytes = safetensors_bytes({{name, {DType::f32, {0}, {}}}}, {});
    write(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  CheckOfTextEncoders() {
    write_tensor("unet.safetensors", "double_blocks.0.img_attn.qkv.weight");
    write_tensor("t5.safetensors", "encoder.block.0.layer.0.SelfAttention.q.weight");
    write_tensor("clip_l.safetensors", "text_model.final_layer_norm.weight");
  }
};

// In the layout of transformers, whose tokenizer is a file of its own.
TEST_F(CheckOfTextEncoders, MissesTheTokenizerThatGemmasFileIsToHave) {
  write_tensor("gemma.safetensors", "model.layers.0.post_feedforward_layernorm.weight");
  expect("CLIPLoader, clip_name: gemma.safetensors, clip_type: lumina2",
         "gemma.safetensors: error: has Gemma 2, and not its tokenizer: there is no tensor "
         "'spiece_model'; expected a file of ComfyUI's, with the SentencePiece model in it");
}

TEST_F(CheckOfTextEncoders, TakesThoseThatItsLoaderTakes) {
  expect("CLIPLoader, clip_name: t5.safetensors, clip_type: chroma", "");
  expect("CLIPLoader, clip_name: clip_l.safetensors", "");
  expect("DualCLIPLoader, clip_name1: t5.safetensors, clip_name2: clip_l.safetensors, clip_type: flux",
         "");
}

TEST_F(CheckOfTextEncoders, SeesAFileThatHoldsNone) {
  expect("CLIPLoader, clip_name: unet.safetensors", "no text encoder in this file");
  expect("CLIPLoader, clip_name: unet.safetensors", "; it holds a diffusion network alone");
  expect(
      "DualCLIPLoaderGGUF, clip_name1: t5.safetensors, clip_name2: unet.safetensors, clip_type: flux",
      "unet.safetensors: error: no text encoder in this file");
}

TEST_F(CheckOfTextEncoders, SeesThoseThatAreOfAnotherFamily) {
  expect("CLIPLoader, clip_name: t5.safetensors, clip_type: flux2",
         "Flux.2 needs Qwen3 (klein) or Mistral 3 (dev) alone");
  expect(
      "DualCLIPLoader, clip_name1: clip_l.safetensors, clip_name2: clip_l.safetensors, clip_type: flux",
      "Flux.1 needs CLIP-L and T5");
  expect(
      "TripleCLIPLoader, clip_name1: t5.safetensors, clip_name2: t5.safetensors, clip_name3: "
      "clip_l.safetensors",
      "SD 3 needs CLIP-L, OpenCLIP-G and T5, one of each at most");
}

// ComfyUI takes a name that it doesn't know for "stable_diffusion", without a word.
TEST_F(CheckOfTextEncoders, SaysANameThatIsNoneOfComfyUIs) {
  expect("CLIPLoader, clip_name: t5.safetensors, clip_type: chorma", "did you mean 'chroma'?");
  expect("CLIPLoader, clip_name: t5.safetensors, clip_type: chorma", "p.yaml:2:67: error: 'clip_type'");
  expect("CLIPLoaderGGUF, clip_name: t5.safetensors, clip_type: sdxxl", "'sdxxl'");
}

TEST_F(Check, SaysWhatACheckpointLacksThatIsTakenFromIt) {
  const auto bytes =
      safetensors_bytes({{"model.diffusion_model.input_blocks.0.0.weight", {DType::f32, {0}, {}}}}, {});
  write("half.safetensors", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  write("p.yaml",
        "nodes:\n"
        "  model: { type: CheckpointLoaderSimple, ckpt_name: half.safetensors }\n"
        "  text: { type: CLIPTextEncode, clip: $model.clip, text: a }\n"
        "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
        "  base: { type: KSampler, model: $model, positive: $text, negative: $text,\n"
        "          latent_image: $canvas, seed: 1, steps: 2, cfg: 1.0,\n"
        "          sampler_name: zigzag, scheduler: evenly }\n"
        "  save: { type: SaveLatent, samples: $base }\n");
  const Outcome outcome = run({"check", "p.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("half.safetensors: error: no text encoder in this file"),
            std::string::npos)
      << outcome.err;
}

TEST_F(Check, PrintsNoNameThatSteersATerminal) {
  const Outcome outcome = run({"check", "a\x1b[31mb.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.find('\x1b'), std::string::npos) << outcome.err;
}

TEST_F(Check, NotesWhatWillNotRun) {
  write("p.yaml", kGood);
  EXPECT_EQ(run({"check", "p.yaml"}).err,
            "p.yaml:2:3: note: node 'noise' is not run: nothing that is written needs it\n"
            "    2 |   noise: { type: RandomNoise }\n"
            "      |   ^\n"
            "p.yaml:3:3: note: node 'select' is not run: nothing that is written needs it\n"
            "    3 |   select: { type: KSamplerSelect, sampler_name: { name: zigzag, eta: 0.5 } }\n"
            "      |   ^\n");
}

TEST_F(Check, PointsAtAllThatIsWrong) {
  write("p.yaml",
        "nodes:\n"
        "  latent: { type: LoadLatent, latent: b.latent }\n"
        "\tselect: 3\n");
  const Outcome syntax = run({"check", "p.yaml"});
  EXPECT_EQ(syntax.code, 1);
  EXPECT_NE(syntax.err.find("p.yaml:3:"), std::string::npos) << syntax.err;

  write("p.yaml",
        "nodes:\n"
        "  select: { type: KSamplerSelect, sampler_name: { name: zigzag, eta: 50 } }\n"
        "  latent: { type: LoadLatent, latent: b.latent }\n"
        "  save: { type: SaveLatent, samples: $latnet }\n");
  const Outcome outcome = run({"check", "p.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "p.yaml:2:70: error: 'eta' of sampler 'zigzag' is 50; it takes a number from 0 to 10\n"
            "    2 |   select: { type: KSamplerSelect, sampler_name: { name: zigzag, eta: 50 } }\n"
            "      |                                                                      ^\n"
            "p.yaml:3:39: error: 'latent' of node 'latent' is 'b.latent'; there is no file " +
                (folder_ / "b.latent").string() +
                "; did you mean 'a.latent'?\n"
                "    3 |   latent: { type: LoadLatent, latent: b.latent }\n"
                "      |                                       ^\n"
                "p.yaml:4:38: error: 'samples' of node 'save' is the link '$latnet'; there is no node "
                "'latnet'; did "
                "you mean 'latent'?\n"
                "    4 |   save: { type: SaveLatent, samples: $latnet }\n"
                "      |                                      ^\n"
                "3 errors\n");
}

TEST_F(Check, PutsTheCaretUnderTheRightCharacterWhateverComesBefore) {
  write("p.yaml",
        "nodes:\n"
        "  save: { type: SaveLatent, filename_prefix: \"ümläut\", samples: 3 }\n");
  EXPECT_EQ(run({"check", "p.yaml"}).err,
            "p.yaml:2:67: error: 'samples' of node 'save' is 3; it takes a link of type LATENT; no "
            "node here gives "
            "one\n"
            "    2 |   save: { type: SaveLatent, filename_prefix: \"ümläut\", samples: 3 }\n"
            "      |                                                                 ^\n");
}

TEST_F(Check, NamesTheNearestSampler) {
  write("p.yaml", kGood);
  const Outcome outcome = run({"check", "p.yaml", "--set", "select.sampler_name=zigzga"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.rfind(
                "--set select.sampler_name=zigzga: error: 'sampler_name' of node 'select': unknown "
                "sampler 'zigzga'; did you mean 'zigzag'?",
                0),
            0u)
      << outcome.err;
}

TEST_F(Check, KnowsSamplersByTheirTitles) {
  PluginDescription plugin = fixture_plugin();
  plugin.samplers[1].title = "Zig-Zag++ 2M";
  plugin.samplers[0].title = "Detour ancestral";
  add_plugin(plugin);
  write("p.yaml", kGood);
  const auto says = [&](const std::string& name) {
    const std::string err = run({"check", "p.yaml", "--set", "select.sampler_name=" + name}).err;
    return err.substr(0, err.find('\n'));
  };
  const auto expected = [](const std::string& name, const std::string& what) {
    return "--set select.sampler_name=" + name +
           ": error: 'sampler_name' of node 'select': unknown sampler '" + name + "'; " + what;
  };
  EXPECT_EQ(says("ZigZag++ 2m"), expected("ZigZag++ 2m", "that is the title of 'zigzag'"));
  EXPECT_EQ(says("Detour a"), expected("Detour a", "that is the title of 'detour'"));
  EXPECT_EQ(says("Zig-zag++ 2M Evenly"),
            expected("Zig-zag++ 2M Evenly", "that is sampler_name: zigzag with scheduler: evenly"));
}

TEST_F(Check, ReadsPromptsAsTheTextEncoderWill) {
  write("m.safetensors", "");
  write("p.yaml",
        "nodes:\n"
        "  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: m.safetensors }\n"
        "  positive: { type: CLIPTextEncode, clip: $checkpoint.clip, text: \"a (cat:inf)\" }\n"
        "  latent: { type: LoadLatent, latent: a.latent }\n"
        "  save: { type: SaveLatent, samples: $latent }\n");
  const Outcome outcome = run({"check", "p.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.rfind(
                "p.yaml:3:3: error: 'text' of node 'positive': the weight in '(cat:inf)' is not "
                "finite",
                0),
            0u)
      << outcome.err;
}

// What a guider or a sampler says of itself, and what its node is given, need no run to be compared.
TEST_F(Check, SaysWhatAPluginNeedsAndItsNodeIsNotGiven) {
  write("p.yaml",
        "nodes:\n"
        "  model: { type: CheckpointLoaderSimple, ckpt_name: " SOURCE_DIR
        "/configs/models/shapes.safetensors }\n"
        "  guided: { type: Guider, model: $model, guider: perp_neg }\n"
        "  dual: { type: Guider, model: $model, guider: dual_cfg }\n"
        "  inner: { type: KSamplerSelect, sampler_name: heun }\n"
        "  around: { type: SamplerAround, sampler_name: euler, sampler: $inner }\n"
        "  latent: { type: LoadLatent, latent: a.latent }\n"
        "  save: { type: SaveLatent, samples: $latent }\n");
  const Outcome outcome = run({"check", "p.yaml", "--plugins", BINARY_DIR "/plugins"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("p.yaml:3:3: error: node 'guided': guider 'perp_neg' needs "
                             "'empty_conditioning': the conditioning of an empty prompt"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("p.yaml:4:3: error: node 'dual': guider 'dual_cfg' needs "
                             "'second_conditioning': the conditioning of a second prompt"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("p.yaml:6:3: error: node 'around': sampler 'euler' runs no other sampler "
                             "inside; known are: restart, spectral_progressive"),
            std::string::npos)
      << outcome.err;
}

TEST_F(Check, KnowsThePluginsOfThePipelineFile) {
  std::filesystem::rename(folder_ / "plugins", folder_ / "own");
  write("p.yaml", kGood);
  EXPECT_EQ(run({"check", "p.yaml"}).code, 1);
  write("p.yaml", std::string(kGood) + "plugins: [own]\n");
  EXPECT_EQ(run({"check", "p.yaml"}).code, 0);
}

TEST_F(Check, TakesSeveralFilesAndChecksThemAll) {
  write("p.yaml", kGood);
  write("q.yaml", "nodes: {}\n");
  const Outcome outcome = run({"check", "q.yaml", "p.yaml", "r.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "p.yaml: fine, 4 nodes\n");
  EXPECT_NE(outcome.err.find("q.yaml:1:1: error: 'nodes' is empty"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("r.yaml: error: there is no such file"), std::string::npos) << outcome.err;
}

TEST_F(Check, UsesNoColoursOutsideATerminal) {
  write("p.yaml", "nodes: {}\n");
  EXPECT_EQ(run({"check", "p.yaml"}).err.find('\033'), std::string::npos);
}

}  // namespace ksampler::test
