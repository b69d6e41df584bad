"""SD1's noise schedule, the denoiser with classifier-free guidance, and DPM-Solver++(2M) on Karras' sigmas."""
import torch

STEPS = 1000
SIGMA_STEPS = 20


def alphas_cumprod():
    """Scaled linear betas: sqrt(beta) goes evenly from sqrt(0.00085) to sqrt(0.012)."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, STEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1.0 - betas, dim=0)


def all_sigmas():
    alphas = alphas_cumprod()
    return ((1.0 - alphas) / alphas).sqrt()


def loss_weights():
    """Weights of the eps error per timestep, mean 1, with sigma^2 = 1 / SNR.

    min(1, 5 sigma^2): fine grain counts for little (Hang et al. 2023, min-SNR). sqrt(1 + sigma^2): the noisy end,
    where shape and colour are decided and where an error of eps is an error of the picture sigma times as large.
    """
    squares = all_sigmas().square()
    weights = torch.clamp(5.0 * squares, max=1.0) * (1.0 + squares).sqrt()
    return (weights / weights.mean()).float()


def karras(steps, rho=7.0):
    """Karras et al. 2022, equation 5, and a last sigma of 0."""
    sigmas = all_sigmas()
    low, high = sigmas[0] ** (1 / rho), sigmas[-1] ** (1 / rho)
    ramp = torch.linspace(0, 1, steps, dtype=torch.float64)
    return torch.cat([(high + ramp * (low - high)) ** rho, torch.zeros(1)]).float()


class Guided:
    """D(x, sigma) = D_empty + cfg (D_text - D_empty); both in one batch."""

    def __init__(self, unet, text, empty, cfg):
        self.unet, self.cfg = unet, cfg
        self.context = torch.cat([text, empty.expand_as(text)])
        self.log_sigmas = all_sigmas().log().float().to(text.device)

    def __call__(self, x, sigma):
        timestep = (self.log_sigmas - sigma.log().to(x.device)).abs().argmin()  # the nearest, as ComfyUI
        scaled = x / (sigma**2 + 1).sqrt()
        eps = self.unet(torch.cat([scaled, scaled]), timestep.expand(2 * len(x)), self.context).float()
        with_text, without = eps.chunk(2)
        return x - sigma * (without + self.cfg * (with_text - without))


def dpmpp_2m(denoise, x, sigmas):
    """Lu et al. 2022, algorithm 2, in t = -log sigma: second order from the step before, first order at 0."""
    previous = None
    for i in range(len(sigmas) - 1):
        sigma, sigma_next = sigmas[i], sigmas[i + 1]
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        h = (sigma / sigma_next).log()
        direction = denoised
        if previous is not None:
            r = (sigmas[i - 1] / sigma).log() / h
            direction = (1 + 1 / (2 * r)) * denoised - 1 / (2 * r) * previous
        x = (sigma_next / sigma) * x - torch.expm1(-h) * direction
        previous = denoised
    return x
