// Nodes of packs that many workflows use, where all that they do is arithmetic: KJNodes and rgthree.
// (rgthree's Power Lora Loader is taken apart as a workflow is read: graph/comfy/power_lora.hpp.)
#include "host/nodes/declarations.hpp"

#include "host/graph/linked_value.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {

std::vector<NodeDecl> packs_declarations() {
  using namespace declare;
  return {
      {
          .type = "Any Switch (rgthree)",
          .category = "packs",
          .summary = "Passes on the first of its inputs that has a value.",
          .inputs =
              {
                  optional(link("any_01", kAnyType, "Any output.")),
                  optional(link("any_02", kAnyType, "Likewise.")),
                  optional(link("any_03", kAnyType, "Likewise.")),
                  optional(link("any_04", kAnyType, "Likewise.")),
                  optional(link("any_05", kAnyType, "Likewise.")),
                  optional(link("any_06", kAnyType, "Likewise.")),
                  optional(link("any_07", kAnyType, "Likewise.")),
                  optional(link("any_08", kAnyType, "Likewise.")),
                  optional(link("any_09", kAnyType, "Likewise.")),
                  optional(link("any_10", kAnyType, "Likewise.")),
              },
          .outputs =
              {
                  {"value", kAnyType, "That value."},
              },
      },
      {
          .type = "Context (rgthree)",
          .category = "packs",
          .summary = "Carries several values along one link.",
          .inputs =
              {
                  optional(link("base_ctx", "RGTHREE_CONTEXT", "A context to begin with.")),
                  optional(link("model", "MODEL", "Carried along in place of its own.")),
                  optional(link("clip", "CLIP", "Likewise.")),
                  optional(link("vae", "VAE", "Likewise.")),
                  optional(link("positive", "CONDITIONING", "Likewise.")),
                  optional(link("negative", "CONDITIONING", "Likewise.")),
                  optional(link("latent", "LATENT", "Likewise.")),
                  optional(link("images", "IMAGE", "Likewise.")),
                  optional(link("seed", kInt, "Likewise.")),
              },
          .outputs =
              {
                  {"CONTEXT", "RGTHREE_CONTEXT", "All of them, for another Context."},
                  {"MODEL", "MODEL", "Each of them; none where neither it nor the context gives it."},
                  {"CLIP", "CLIP", "Likewise."},
                  {"VAE", "VAE", "Likewise."},
                  {"POSITIVE", "CONDITIONING", "Likewise."},
                  {"NEGATIVE", "CONDITIONING", "Likewise."},
                  {"LATENT", "LATENT", "Likewise."},
                  {"IMAGE", "IMAGE", "Likewise."},
                  {"SEED", kInt, "Likewise."},
              },
      },
      {
          .type = "FloatConstant",
          .category = "packs",
          .summary = "A number. (KJNodes)",
          .inputs =
              {
                  number("value", {-18446744073709551615.0, 18446744073709551615.0}, 0.0,
                         "The number, rounded to 6 decimals."),
              },
          .outputs =
              {
                  {"value", kFloat, "The number."},
              },
      },
      {
          .type = "INTConstant",
          .category = "packs",
          .summary = "A whole number. (KJNodes)",
          .inputs =
              {
                  defaulting(std::int64_t{0}, input("value", InputKind::integer, "The number.")),
              },
          .outputs =
              {
                  {"value", kInt, "The number."},
              },
      },
      {
          .type = "Image Comparer (rgthree)",
          .category = "packs",
          .summary = "Writes two pictures to preview/ in the output folder, to be compared.",
          .inputs =
              {
                  optional(link("image_a", "IMAGE", "The one: compare_a_00001_.png.")),
                  optional(link("image_b", "IMAGE", "The other: compare_b_00001_.png.")),
              },
          .outputs = {},
          .is_output = true,
      },
      {
          .type = "Seed (rgthree)",
          .category = "packs",
          .summary = "A seed for several nodes.",
          .inputs =
              {
                  integer("seed", {-1125899906842624.0, 1125899906842624.0}, 0,
                          "The seed. -1, -2 and -3 ask the editor for a random or another one, and are "
                          "an error here."),
              },
          .outputs =
              {
                  {"SEED", kInt, "The seed."},
              },
      },
      {
          .type = "StringConstant",
          .category = "packs",
          .summary = "A text. (KJNodes)",
          .inputs =
              {
                  text("string", "", "The text."),
              },
          .outputs =
              {
                  {"string", kString, "The text."},
              },
      },
  };
}

}  // namespace ksampler
