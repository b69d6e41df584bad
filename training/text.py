"""CLIP's text encoder with the names of `transformers`, as Stable Diffusion 1 checkpoints hold it."""
import torch
from torch import nn

from attention import attention

VOCABULARY = 49408
LENGTH = 77
START, END = 49406, 49407
HEAD_WIDTH = 16  # CLIP's is 64; the exported file says it (metadata "ksampler.text_head_width")


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.heads = width // HEAD_WIDTH
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        n, length, width = x.shape
        q, k, v = (layer(x).view(n, length, self.heads, -1).transpose(1, 2)
                   for layer in (self.q_proj, self.k_proj, self.v_proj))
        h = attention(q, k, v, is_causal=True)
        return self.out_proj(h.transpose(1, 2).reshape(n, length, width))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        h = self.fc1(x)
        return self.fc2(h * torch.sigmoid(1.702 * h))  # quick_gelu


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.self_attn = Attention(width)
        self.layer_norm1 = nn.LayerNorm(width)
        self.mlp = Mlp(width)
        self.layer_norm2 = nn.LayerNorm(width)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Embeddings(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Embedding(LENGTH, width)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        nn.init.normal_(self.position_embedding.weight, std=0.01)

    def forward(self, ids):
        return self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]


class TextModel(nn.Module):
    def __init__(self, width=64, layers=3, vocabulary=VOCABULARY):
        super().__init__()
        self.embeddings = Embeddings(vocabulary, width)
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList(Layer(width) for _ in range(layers))
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.embeddings(ids)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.final_layer_norm(x)


def widen_vocabulary(token_embedding, token_ids, seed=0, std=0.02):
    """The full table of a table of the tokens that the captions use; the others keep small random values."""
    generator = torch.Generator().manual_seed(seed)
    table = torch.randn(VOCABULARY, token_embedding.shape[1], generator=generator) * std
    table[token_ids] = token_embedding
    return table
