// What the reference of pipeline files says before it comes to the nodes.
#ifndef KSAMPLER_CLI_DOCS_INTRODUCTION_HPP
#define KSAMPLER_CLI_DOCS_INTRODUCTION_HPP

namespace ksampler {

inline constexpr const char* kDocsIntroduction = R"(# Pipeline files

<!-- Made by `ksampler docs` from the nodes' declarations. Change those, not this file. -->

A pipeline is a YAML file that names nodes and links them. Node types, input names, ranges and defaults
are ComfyUI's, so that what you know of it carries over.

```yaml
nodes:
  model:    { type: PictureDenoiser, file: icons/icons.safetensors }
  positive: { type: ClassConditioning, model: $model, class: star }
  negative: { type: ClassConditioning, model: $model }
  canvas:   { type: EmptyLatentImage, width: 256, height: 256, batch_size: 4 }
  base:
    type: KSampler
    model: $model
    positive: $positive
    negative: $negative
    latent_image: $canvas
    seed: 42
    steps: 20
    cfg: 4.0
    sampler_name: dpmpp_2m     # or { name: euler_ancestral, eta: 0.5 }
    scheduler: karras
  image: { type: LatentPreview, samples: $base, scale: 8 }
  save:  { type: SaveImage, images: $image, filename_prefix: star }
```

`ksampler check FILE` says all that is wrong with a file at once, each with its place and the nearest name
that would be right. Of model files it reads the headers. `ksampler run FILE` checks the same before it loads
anything. `ksampler schema` prints a JSON schema, with which editors complete and check while you write.

## The top level

| key | takes | |
| --- | --- | --- |
| `nodes` | a map of names to nodes | A name has letters, digits, `_` and `-`. The order does not matter. |
| `plugins` | a list of folders | Where else to look for plugins, relative to the file. |
| `device` | `auto`, `cpu` or `cuda` | Where to compute, unless `--device` says it; `auto`: on a GPU where there is one. |
| `isolation` | a map of plugins to `process` | Plugins that run [in a process of their own](isolation.md): `{ my_plugin: process }`, or `all`. |
| `profile` | `comfy` or `batch-invariant` | How noise is drawn: for the whole batch, as ComfyUI does, or for each item as if it were alone. |

## Values

- **Links.** `$base` is the output of node `base` that has the type wanted; `$base.latent` names one. A text
  that begins with a `$` is written with two.
- **Numbers** are written without quotes. Whole numbers may be hexadecimal (`0x2a`); seeds go up to 2^64-1.
- **Files** are relative to the pipeline file, outputs to the folder that `--out` names. No output replaces a
  file: the number in its name goes up.
- **Samplers and schedulers** come from plugins: `ksampler list samplers` and `ksampler list schedulers` name
  them and their parameters. `plugin/name` tells two of one name apart. Parameters are set in a map:
  `{ name: euler_ancestral, eta: 0.5 }`.
- **Repetition.** YAML's anchors (`&name`), aliases (`*name`) and merges (`<<: *name`) work.
- `--set node.input=value` on the command line replaces or adds an input. A file given there is looked for in
  the current folder first.

Only what an output node needs is run: one that writes a file, as `SaveImage` and `PreviewImage` do. Where a node
fails, latents that were sampled and of which nothing is in a file yet are kept beside the outputs, as
`rescued_NODE_00001_.latent`, with their noise mask and batch index; `LoadLatent` goes on from there.

## What networks compute with

| option of `run`, `watch`, `verify` and `serve` | takes | |
| --- | --- | --- |
| `--unet-dtype` | `auto`, `fp32`, `fp16` or `bf16` | `auto`: fp16 on a GPU, else fp32. `UNETLoader`'s `weight_dtype` goes before it. |
| `--vae-dtype` | the same | `auto`: fp32. (ComfyUI's default on newer GPUs is bf16.) |
| `--text-dtype` | the same | What weights are kept in; `auto`: what the file has. All is computed in fp32, as in ComfyUI. |

They are ComfyUI's `--fp16-unet`, `--bf16-vae`, `--fp16-text-enc` and the like. On a CPU the narrow types save
memory and cost time: the quickstart took 32 s with its UNet in fp16, and 1.5 s in fp32. Some autoencoders
overflow in fp16, SDXL's for one: that is an error, which says to take bf16 or fp32. A picture records the types
that its run was asked for, and is run and verified in them.

## Passing values on

`Reroute` passes on any output. `SetNode` gives a value a name, and `GetNode` gives the value of that name
elsewhere in the file, in place of a long link. A name is given once.

```yaml
  keep:  { type: SetNode, value: $base, name: base latent }
  again: { type: GetNode, name: base latent }
```

## Pictures

A picture that `SaveImage` wrote holds its pipeline, what `--set` replaced in it, and where its folder lies as
seen from the picture's (unless the two share nothing but the root). `ksampler run PICTURE.png` runs that
again, with further `--set` where wanted; `ksampler verify PICTURE.png` says whether it gives the same pixels,
bit for bit, and leaves no file. Both compute with the types that the picture was made with, and on the CPU where it
was, unless options say otherwise. Where the pipeline's files lie elsewhere now, `--folder` names their folder.

It holds, too, what it was made with (`made_with`, as JSON): the seeds, the versions of ksampler and LibTorch,
the device, and the SHA-256 of the host's library, of each plugin's and of each file that the pipeline reads.
`verify` names what of these is another now. The same bits need the same number of threads, too (`OMP_NUM_THREADS`), as
sums are parted by it. The hashes of large files are kept in `~/.cache/ksampler/sha256.txt`, by path, size
and time of change, so that a checkpoint is read once for that.

`filename_prefix` takes the tokens of ComfyUI: `%width%`, `%height%`, `%year%`, `%month%`, `%day%`, `%hour%`,
`%minute%`, `%second%`, `%date:yyyy-MM-dd%` (with `hh`, `mm`, `ss`), and `%base.seed%` for any value that the
pipeline gives to a node's input.

`ksampler run FILE --preview N` shows every N steps what the model takes the picture to be, as
`preview/NODE.png` beside the outputs: a pixel for each cell of the latent, enlarged. Its colours are a linear
function of the latent's channels, that of the model's family; a checkpoint of another autoencoder may
name its own in its metadata, as `ksampler.latent_rgb` (red, green and blue for each channel, and an offset).
)";

}  // namespace ksampler

#endif
