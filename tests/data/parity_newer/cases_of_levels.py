"""Noise levels: nodes that make them of a model or of none, and that change them."""

from models import MODELS, changed

SIGMAS = 3e-7  # what float32 in another order does to an exponential

SCHEDULERS = (
    "normal",
    "karras",
    "exponential",
    "sgm_uniform",
    "simple",
    "ddim_uniform",
    "beta",
    "linear_quadratic",
    "kl_optimal",
)


def levels(cases):
    _made(cases)
    _changed(cases)


def _made(cases):
    """Nodes that make noise levels."""

    def levels(name, node, model=None, more=None):
        nodes = {**changed(MODELS[model]), "it": {**node, "model": "$m"}} if model else {"it": node}
        cases.add(name, {**nodes, **(more or {})}, {"o": {"what": "sigmas", "link": "$it"}}, SIGMAS)

    for steps in (1, 2, 7, 20):
        for high, low, rho in ((14.614642, 0.0291675, 7.0), (80.0, 0.002, 3.0), (1.0, 0.5, 0.5)):
            levels(
                f"KarrasScheduler {steps} from {high} to {low} rho {rho}",
                {"type": "KarrasScheduler", "steps": steps, "sigma_max": high, "sigma_min": low, "rho": rho},
            )
            levels(
                f"PolyexponentialScheduler {steps} from {high} to {low} rho {rho}",
                {
                    "type": "PolyexponentialScheduler",
                    "steps": steps,
                    "sigma_max": high,
                    "sigma_min": low,
                    "rho": rho,
                },
            )
        for high, low in ((14.614642, 0.0291675), (80.0, 0.002), (1.0, 0.5)):
            levels(
                f"ExponentialScheduler {steps} from {high} to {low}",
                {"type": "ExponentialScheduler", "steps": steps, "sigma_max": high, "sigma_min": low},
            )
        for mu, beta in ((0.0, 0.5), (-1.0, 1.5), (2.0, 0.2)):
            levels(
                f"LaplaceScheduler {steps} mu {mu} beta {beta}",
                {
                    "type": "LaplaceScheduler",
                    "steps": steps,
                    "sigma_max": 14.614642,
                    "sigma_min": 0.0291675,
                    "mu": mu,
                    "beta": beta,
                },
            )
        for d, least, eps in ((19.9, 0.1, 0.001), (5.0, 1.0, 0.05)):
            levels(
                f"VPScheduler {steps} beta {d} {least} to {eps}",
                {"type": "VPScheduler", "steps": steps, "beta_d": d, "beta_min": least, "eps_s": eps},
            )
    for kind in ("SD1", "SDXL", "SVD"):
        for steps, denoise in (
            (10, 1.0),
            (1, 1.0),
            (3, 1.0),
            (25, 1.0),
            (10, 0.55),
            (7, 0.3),
            (20, 0.05),
            (10, 0.0),
        ):
            levels(
                f"AlignYourStepsScheduler {kind} {steps} of {denoise}",
                {"type": "AlignYourStepsScheduler", "model_type": kind, "steps": steps, "denoise": denoise},
            )
    for model in ("eps", "v with zero SNR", "SD3 of 3"):
        for steps, denoise in ((1, 1.0), (4, 1.0), (10, 1.0), (4, 0.5), (10, 0.75), (2, 0.0), (3, 0.17)):
            levels(
                f"SDTurboScheduler on {model} {steps} of {denoise}",
                {"type": "SDTurboScheduler", "steps": steps, "denoise": denoise},
                model,
            )
        for steps, alpha, beta in ((8, 0.6, 0.6), (20, 1.5, 0.4), (5, 0.05, 8.0), (30, 0.6, 0.6)):
            levels(
                f"BetaSamplingScheduler on {model} {steps} alpha {alpha} beta {beta}",
                {"type": "BetaSamplingScheduler", "steps": steps, "alpha": alpha, "beta": beta},
                model,
            )
    for model in MODELS:
        for scheduler in ("normal", "simple", "beta"):
            levels(
                f"BasicScheduler {scheduler} on {model}",
                {"type": "BasicScheduler", "scheduler": scheduler, "steps": 6, "denoise": 1.0},
                model,
            )
    for model in ("AuraFlow of 1.73", "EDM as v", "Flux of 1024"):
        for scheduler in SCHEDULERS:
            levels(
                f"BasicScheduler {scheduler} 9 of 0.6 on {model}",
                {"type": "BasicScheduler", "scheduler": scheduler, "steps": 9, "denoise": 0.6},
                model,
            )
    for steps, w, h in ((4, 1024, 1024), (20, 512, 768), (50, 2048, 2048), (1, 64, 64), (9, 1000, 520)):
        levels(
            f"Flux2Scheduler {steps} of {w} by {h}",
            {"type": "Flux2Scheduler", "steps": steps, "width": w, "height": h},
        )
    for steps, low, high, stretch, terminal in (
        (20, 0.95, 2.05, True, 0.1),
        (8, 0.95, 2.05, False, 0.1),
        (1, 0.95, 2.05, False, 0.1),
        (5, 0.0, 1.0, True, 0.5),
        (30, 2.0, 0.5, True, 0.0),
    ):
        node = {
            "type": "LTXVScheduler",
            "steps": steps,
            "max_shift": high,
            "base_shift": low,
            "stretch": stretch,
            "terminal": terminal,
        }
        how = f"stretched to {terminal}" if stretch else "not stretched"
        levels(f"LTXVScheduler {steps} from {low} to {high} {how}", node)
        latent = {"type": "GivenLatent", "samples": "wide_latents"}
        levels(
            f"LTXVScheduler {steps} from {low} to {high} {how} of a latent",
            {**node, "latent": "$latent"},
            more={"latent": latent},
        )


def _changed(cases):
    """Nodes that change noise levels, and percents."""
    one = cases.one
    for given in ("falling", "falling_flow", "one", "none"):
        one(f"SetFirstSigma of {given}", "SetFirstSigma", "sigmas", SIGMAS, sigmas=f"{given}:Sigmas", sigma=20.5)
        one(f"FlipSigmas of {given}", "FlipSigmas", "sigmas", SIGMAS, sigmas=f"{given}:Sigmas")
        for step in (0, 2, 50):
            one(
                f"SplitSigmas of {given} at {step}",
                "SplitSigmas",
                "",
                SIGMAS,
                sigmas=f"{given}:Sigmas",
                step=step,
                outputs={"high_sigmas": "sigmas", "low_sigmas": "sigmas"},
            )
    for given in ("falling", "above", "one"):
        for steps, start, end in ((2, -1.0, 12.0), (2, -1.0, 0.0), (3, 6.0, 1.0), (1, -1.0, 12.0), (4, 9.25, 5.5)):
            for spacing in ("linear", "cosine", "sine"):
                one(
                    f"ExtendIntermediateSigmas of {given} by {steps} from {start} to {end} {spacing}",
                    "ExtendIntermediateSigmas",
                    "sigmas",
                    SIGMAS,
                    sigmas=f"{given}:Sigmas",
                    steps=steps,
                    start_at_sigma=start,
                    end_at_sigma=end,
                    spacing=spacing,
                )
    for model in MODELS:
        nodes = changed(MODELS[model])
        outputs = {}
        for percent in (0.0, 0.2, 0.731, 1.0):
            for actual in (False, True):
                name = f"{'actual' if actual else 'at'}_{round(percent * 1000)}"
                nodes[name] = {
                    "type": "SamplingPercentToSigma",
                    "model": "$m",
                    "sampling_percent": percent,
                    "return_actual_sigma": actual,
                }
                outputs[name] = {"what": "number", "link": f"${name}"}
        cases.add(f"SamplingPercentToSigma on {model}", nodes, outputs, SIGMAS)
