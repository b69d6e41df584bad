"""Nodes for test_comfyui_server.py alone: a model that needs no file, and a latent that is seen over HTTP."""

import comfy.model_management
import comfy.model_patcher
import comfy.supported_models
import torch

WIDTH = 16  # of a prompt's tokens


class SmallModel:
    """Stable Diffusion 1's UNet, narrow, with weights drawn from a seed; two prompts for it."""

    RETURN_TYPES = ("MODEL", "CONDITIONING", "CONDITIONING")
    FUNCTION = "make"
    CATEGORY = "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def make(self):
        with torch.random.fork_rng():
            torch.manual_seed(5)
            config = comfy.supported_models.SD15({
                "image_size": 32, "in_channels": 4, "out_channels": 4, "model_channels": 32, "num_res_blocks": [1, 1],
                "channel_mult": (1, 2), "num_heads": 2, "use_spatial_transformer": True, "context_dim": WIDTH,
                "transformer_depth": [0, 1], "transformer_depth_output": [0, 0, 1, 1], "transformer_depth_middle": 1,
                "adm_in_channels": None, "use_temporal_attention": False, "dtype": torch.float32,
            })  # fmt: skip
            config.unet_config.update(num_heads=2, dtype=torch.float32)
            config.set_inference_dtype(torch.float32, None)
            model = config.get_model({}, "", device="cpu")
            for weights in model.diffusion_model.parameters():
                torch.nn.init.normal_(weights, std=0.1)
            prompts = [[[torch.randn(1, 7, WIDTH), {}]] for _ in range(2)]
        device = comfy.model_management.get_torch_device()
        return (comfy.model_patcher.ModelPatcher(model, device, torch.device("cpu")), *prompts)


class LatentReport:
    """The latent's first numbers, where /history shows them."""

    RETURN_TYPES = ()
    FUNCTION = "report"
    OUTPUT_NODE = True
    CATEGORY = "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"latent": ("LATENT",)}}

    def report(self, latent):
        return {"ui": {"numbers": latent["samples"].flatten()[:64].tolist()}}


NODE_CLASS_MAPPINGS = {"KSTestModel": SmallModel, "KSTestReport": LatentReport}
