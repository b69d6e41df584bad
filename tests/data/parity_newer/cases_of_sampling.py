"""Schedulers, models, samplers and guiders: with the shipped model of the older cases, on latents of 8 x 8."""

# What float32 in another order does: to an exponential, and to a run of some steps (ten times the most that was
# measured, 4e-5).
SIGMAS, RUN = 3e-7, 4e-4
FAR = 1e-3  # from a noise level of 4518 on, where float32 has steps of 5e-4
NEAR = 1e-3  # SEEDS divides the difference of two predictions by r: 8e-5 was measured at 0.2

# Nodes that cases have besides their own: numbers, and a run, of which a case says what is different. `m` is the
# model.
SHARED = {
    "checkpoint": {"type": "CheckpointLoaderSimple", "ckpt_name": "shapes.safetensors"},
    "m": {"type": "ModelSamplingDiscrete", "model": "$checkpoint", "sampling": "eps", "zsnr": False},
    "seven": {"type": "PrimitiveInt", "value": 7},
    "half_of_five": {"type": "PrimitiveFloat", "value": 2.5},
    "yes": {"type": "PrimitiveBoolean", "value": True},
    "p": {"type": "GivenConditioning", "tensor": "text"},
    "q": {"type": "GivenConditioning", "tensor": "other_text"},
    "sampler": {"type": "KSamplerSelect", "sampler_name": "euler"},
    "sigmas": {"type": "BasicScheduler", "model": "$m", "scheduler": "simple", "steps": 3, "denoise": 1.0},
    "latent": {"type": "GivenLatent", "samples": "start_small"},
    "run": {
        "type": "SamplerCustom",
        "model": "$m",
        "add_noise": True,
        "noise_seed": 11,
        "cfg": 5.0,
        "positive": "$p",
        "negative": "$q",
        "sampler": "$sampler",
        "sigmas": "$sigmas",
        "latent_image": "$latent",
    },
}

MODELS = {
    "eps": {"type": "ModelSamplingDiscrete", "sampling": "eps", "zsnr": False},
    "eps with zero SNR": {"type": "ModelSamplingDiscrete", "sampling": "eps", "zsnr": True},
    "v": {"type": "ModelSamplingDiscrete", "sampling": "v_prediction", "zsnr": False},
    "v with zero SNR": {"type": "ModelSamplingDiscrete", "sampling": "v_prediction", "zsnr": True},
    "lcm": {"type": "ModelSamplingDiscrete", "sampling": "lcm", "zsnr": False},
    "lcm with zero SNR": {"type": "ModelSamplingDiscrete", "sampling": "lcm", "zsnr": True},
    "x0": {"type": "ModelSamplingDiscrete", "sampling": "x0", "zsnr": False},
    "img_to_img": {"type": "ModelSamplingDiscrete", "sampling": "img_to_img", "zsnr": False},
    "SD3 of 3": {"type": "ModelSamplingSD3", "shift": 3.0},
    "SD3 of 1": {"type": "ModelSamplingSD3", "shift": 1.0},
    "SD3 of 0.4": {"type": "ModelSamplingSD3", "shift": 0.4},
    "AuraFlow of 1.73": {"type": "ModelSamplingAuraFlow", "shift": 1.73},
    "AuraFlow of 6": {"type": "ModelSamplingAuraFlow", "shift": 6.0},
    "Flux of 1024": {
        "type": "ModelSamplingFlux",
        "max_shift": 1.15,
        "base_shift": 0.5,
        "width": 1024,
        "height": 1024,
    },
    "Flux of 64 by 256": {
        "type": "ModelSamplingFlux",
        "max_shift": 2.0,
        "base_shift": 0.1,
        "width": 64,
        "height": 256,
    },
    "EDM as v": {
        "type": "ModelSamplingContinuousEDM",
        "sampling": "v_prediction",
        "sigma_max": 120.0,
        "sigma_min": 0.002,
    },
    "EDM": {"type": "ModelSamplingContinuousEDM", "sampling": "edm", "sigma_max": 80.0, "sigma_min": 0.02},
    "EDM as eps": {"type": "ModelSamplingContinuousEDM", "sampling": "eps", "sigma_max": 14.0, "sigma_min": 0.1},
    "Cosmos' flow": {
        "type": "ModelSamplingContinuousEDM",
        "sampling": "cosmos_rflow",
        "sigma_max": 200.0,
        "sigma_min": 0.01,
    },
    "continuous v": {
        "type": "ModelSamplingContinuousV",
        "sampling": "v_prediction",
        "sigma_max": 500.0,
        "sigma_min": 0.03,
    },
}

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


def sampling(cases):
    _levels(cases)
    _changed_levels(cases)
    _models(cases)
    _samplers(cases)
    _guiders(cases)
    _others(cases)


def _levels(cases):
    """Nodes that make noise levels."""

    def levels(name, node, model=None, theirs=None):
        nodes = {**_model(MODELS[model]), "it": {**node, "model": "$m"}} if model else {"it": node}
        cases.add(
            name,
            nodes,
            {"o": {"what": "sigmas", "link": "$it"}},
            SIGMAS,
            theirs={"it": theirs} if theirs else None,
        )

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
        scheduler = {"name": "flux2", "width": w, "height": h}
        levels(
            f"flux2 as Flux2Scheduler {steps} of {w} by {h}",
            {"type": "BasicScheduler", "scheduler": scheduler, "steps": steps, "denoise": 1.0},
            "SD3 of 1",
            {"type": "Flux2Scheduler", "steps": steps, "width": w, "height": h},
        )
    for steps, low, high, stretch, terminal in (
        (20, 0.95, 2.05, True, 0.1),
        (8, 0.95, 2.05, False, 0.1),
        (1, 0.95, 2.05, False, 0.1),
        (5, 0.0, 1.0, True, 0.5),
        (30, 2.0, 0.5, True, 0.0),
    ):
        scheduler = {
            "name": "ltxv",
            "tokens": 4096,
            "base_shift": low,
            "max_shift": high,
            "stretch": stretch,
            "terminal": terminal,
        }
        theirs = {
            "type": "LTXVScheduler",
            "steps": steps,
            "max_shift": high,
            "base_shift": low,
            "stretch": stretch,
            "terminal": terminal,
        }
        levels(
            f"ltxv as LTXVScheduler {steps} from {low} to {high} {'stretched to ' + str(terminal) if stretch else 'not stretched'}",
            {"type": "BasicScheduler", "scheduler": scheduler, "steps": steps, "denoise": 1.0},
            "SD3 of 1",
            theirs,
        )


def _changed_levels(cases):
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
        nodes = _model(MODELS[model])
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


def _model(*chain):
    """Nodes that change the model one after the other; the last is `m`. A node that samples finds it there."""
    nodes = {}
    link = "$checkpoint"
    for index, node in enumerate(chain):
        name = "m" if index == len(chain) - 1 else f"m{index}"
        nodes[name] = {**node, "model": link}
        link = f"${name}"
    return nodes


def _sigmas(steps, scheduler="simple"):
    return {"sigmas": {**SHARED["sigmas"], "steps": steps, "scheduler": scheduler}}


RAN = {"o": {"what": "latent", "link": "$run"}}
RAN_AND_DENOISED = {**RAN, "d": {"what": "latent", "link": "$run.denoised_output"}}
TWO = {"latent": {"type": "GivenLatent", "samples": "two_small"}}


def _models(cases):
    ancestral = {"sampler": {"type": "SamplerEulerAncestral", "eta": 0.7, "s_noise": 0.9}}
    for model, node in MODELS.items():
        cases.add(
            f"A run on {model}",
            {**_model(node), **_sigmas(4, "normal")},
            RAN_AND_DENOISED if "v" in model else RAN,
            FAR if "zero SNR" in model else RUN,
        )
        cases.add(
            f"A run with noise in its steps on {model}",
            {**_model(node), **ancestral},
            RAN,
            FAR if "zero SNR" in model else RUN,
        )


def _samplers(cases):
    def sampler(name, node, more):
        cases.add(name, {**more, "sampler": node}, RAN, NEAR if node.get("r", 1) < 0.5 else RUN)

    for where, more in (("eps", _sigmas(5, "karras")), ("a flow", {**_model(MODELS["SD3 of 3"]), **_sigmas(5)})):
        for eta, s_noise in ((0.0, 1.0), (0.5, 1.2), (1.0, 0.8)):
            ways = {"eta": eta, "s_noise": s_noise}
            for kind in ("SamplerEulerAncestral", "SamplerDPMPP_2S_Ancestral", "SamplerEulerAncestralCFGPP"):
                sampler(f"{kind} eta {eta} s_noise {s_noise} on {where}", {"type": kind, **ways}, more)
            for solver in ("midpoint", "heun"):
                sampler(
                    f"SamplerDPMPP_2M_SDE {solver} eta {eta} s_noise {s_noise} on {where}",
                    {"type": "SamplerDPMPP_2M_SDE", "solver_type": solver, **ways, "noise_device": "cpu"},
                    more,
                )
            sampler(
                f"SamplerDPMPP_3M_SDE eta {eta} s_noise {s_noise} on {where}",
                {"type": "SamplerDPMPP_3M_SDE", **ways, "noise_device": "cpu"},
                more,
            )
            for r in (0.5, 0.3):
                sampler(
                    f"SamplerDPMPP_SDE eta {eta} s_noise {s_noise} r {r} on {where}",
                    {"type": "SamplerDPMPP_SDE", **ways, "r": r, "noise_device": "cpu"},
                    more,
                )
            for solver, stage in (("ER-SDE", 3), ("ER-SDE", 1), ("Reverse-time SDE", 2), ("ODE", 3)):
                sampler(
                    f"SamplerER_SDE {solver} of {stage} eta {eta} s_noise {s_noise} on {where}",
                    {"type": "SamplerER_SDE", "solver_type": solver, "max_stage": stage, **ways},
                    more,
                )
            for solver, r in (("phi_1", 0.5), ("phi_2", 0.5), ("phi_2", 1.0), ("phi_1", 0.2)):
                sampler(
                    f"SamplerSEEDS2 {solver} r {r} eta {eta} s_noise {s_noise} on {where}",
                    {"type": "SamplerSEEDS2", "solver_type": solver, **ways, "r": r},
                    more,
                )
        for order in (1, 2, 4, 7):
            sampler(f"SamplerLMS of order {order} on {where}", {"type": "SamplerLMS", "order": order}, more)
        for eta, start, end, predictor, corrector, pece, simple in (
            (1.0, 0.2, 0.8, 3, 4, False, False), (0.5, 0.0, 1.0, 2, 2, True, True), (0.0, 0.2, 0.8, 4, 0, False, False), (1.5, 0.3, 0.6, 1, 1, True, False), (1.0, 0.2, 0.8, 2, 3, False, True),
        ):  # fmt: skip
            node = {
                "type": "SamplerSASolver",
                "model": "$m",
                "eta": eta,
                "sde_start_percent": start,
                "sde_end_percent": end,
                "s_noise": 1.1,
                "predictor_order": predictor,
                "corrector_order": corrector,
                "use_pece": pece,
                "simple_order_2": simple,
            }
            sampler(
                f"SamplerSASolver eta {eta} from {start} to {end} orders {predictor} {corrector}{' pece' if pece else ''}{' simple' if simple else ''} on {where}",
                node,
                more,
            )
    plain = {
        "order": 3,
        "rtol": 0.05,
        "atol": 0.0078,
        "h_init": 0.05,
        "pcoeff": 0.0,
        "icoeff": 1.0,
        "dcoeff": 0.0,
        "accept_safety": 0.81,
        "eta": 0.0,
        "s_noise": 1.0,
    }
    for name, change in (
        ("as it is", {}),
        ("of order 2", {"order": 2}),
        ("coarse", {"rtol": 0.5, "atol": 0.1}),
        ("with noise", {"eta": 0.6, "s_noise": 0.9}),
        ("with a controller", {"pcoeff": 0.2, "icoeff": 0.7, "dcoeff": 0.1, "h_init": 0.2, "accept_safety": 0.6}),
    ):
        sampler(
            f"SamplerDPMAdaptative {name}",
            {"type": "SamplerDPMAdaptative", **plain, **change},
            _sigmas(4, "karras"),
        )


def _batch(name):
    """Two of these ask ComfyUI whether a tensor of sigmas, one for each item, is less than a number: for one item alone. Mahiro measures
    the batch as a whole there."""
    alone = ("RenormCFG", "TemporalScoreRescaling", "Mahiro")
    return {} if any(kind in name for kind in alone) else TWO


def _guiders(cases):
    guiders = {
        "APG as it is": {"type": "APG", "eta": 1.0, "norm_threshold": 5.0, "momentum": 0.0},
        "APG with momentum": {"type": "APG", "eta": 0.2, "norm_threshold": 2.0, "momentum": 0.6},
        "APG against the flow": {"type": "APG", "eta": 0.0, "norm_threshold": 0.0, "momentum": -0.5},
        "CFGNorm": {"type": "CFGNorm", "strength": 1.0},
        "CFGNorm of 0.7": {"type": "CFGNorm", "strength": 0.7},
        "CFGZeroStar": {"type": "CFGZeroStar"},
        "RenormCFG": {"type": "RenormCFG", "cfg_trunc": 100.0, "renorm_cfg": 1.0},
        "RenormCFG truncated": {"type": "RenormCFG", "cfg_trunc": 2.0, "renorm_cfg": 1.3},
        "RenormCFG without a limit": {"type": "RenormCFG", "cfg_trunc": 100.0, "renorm_cfg": 0.0},
        "RescaleCFG": {"type": "RescaleCFG", "multiplier": 0.7},
        "RescaleCFG of all": {"type": "RescaleCFG", "multiplier": 1.0},
        "TCFG": {"type": "TCFG"},
        "Mahiro": {"type": "Mahiro"},
        "Epsilon Scaling": {"type": "Epsilon Scaling", "scaling_factor": 1.005},
        "Epsilon Scaling of 0.8": {"type": "Epsilon Scaling", "scaling_factor": 0.8},
        "TemporalScoreRescaling": {"type": "TemporalScoreRescaling", "tsr_k": 0.95, "tsr_sigma": 1.0},
        "TemporalScoreRescaling of 3": {"type": "TemporalScoreRescaling", "tsr_k": 3.0, "tsr_sigma": 0.3},
        "FreSca": {"type": "FreSca", "scale_low": 1.0, "scale_high": 1.25, "freq_cutoff": 20},
        "FreSca of few": {"type": "FreSca", "scale_low": 0.6, "scale_high": 1.8, "freq_cutoff": 2},
        "FreSca of one": {"type": "FreSca", "scale_low": 1.4, "scale_high": 0.5, "freq_cutoff": 1},
    }
    cases.add("Mahiro of two", {**_model(guiders["Mahiro"]), **TWO}, RAN, RUN)
    nodes = {
        "empty": {"type": "GivenConditioning", "tensor": "empty_text"},
        **_model({"type": "PerpNeg", "empty_conditioning": "$empty", "neg_scale": 1.0}),
        **TWO,
    }
    cases.add("PerpNeg of two", nodes, RAN, RUN)
    for where, model in (("eps", []), ("v", [MODELS["v"]]), ("a flow", [MODELS["SD3 of 3"]])):
        for name, node in guiders.items():
            if where == "v" and not name.startswith(("CFGZeroStar", "RescaleCFG", "Epsilon")):
                continue
            cases.add(f"{name} on {where}", {**_model(*model, node), **_batch(name)}, RAN, RUN)
        for scale in (1.0, 0.4):
            node = {"type": "PerpNeg", "empty_conditioning": "$empty", "neg_scale": scale}
            empty = {"empty": {"type": "GivenConditioning", "tensor": "empty_text"}}
            cases.add(f"PerpNeg of {scale} on {where}", {**empty, **_model(*model, node)}, RAN, RUN)
    chains = {
        "CFGZeroStar before RescaleCFG": ["CFGZeroStar", "RescaleCFG"],
        "TCFG before APG": ["TCFG", "APG with momentum"],
        "FreSca before RenormCFG": ["FreSca of few", "RenormCFG"],
        "Mahiro before CFGNorm": ["Mahiro", "CFGNorm"],
        "CFGNorm before Mahiro": ["CFGNorm", "Mahiro"],
        "RescaleCFG before Epsilon Scaling": ["RescaleCFG", "Epsilon Scaling"],
        "TemporalScoreRescaling before TCFG": ["TemporalScoreRescaling", "TCFG"],
    }
    for name, chain in chains.items():
        cases.add(name, {**_model(*(guiders[link] for link in chain)), **_batch(name)}, RAN, RUN)
    unguided = {"run": {**SHARED["run"], "cfg": 1.0}}
    for name in ("APG with momentum", "RescaleCFG", "Mahiro", "FreSca of few", "TCFG"):
        cases.add(f"{name} with cfg 1", {**_model(guiders[name]), **unguided}, RAN, RUN)


def _others(cases):
    for strength in (1.0, 0.4, 0.0):
        for mask in ("ramp", "half_box"):
            node = {"type": "DifferentialDiffusion", "strength": strength}
            masked = {"latent": {**SHARED["latent"], "noise_mask": mask}}
            for where, model in (("eps", []), ("a flow", [MODELS["SD3 of 3"]])):
                nodes = {**_model(*model, node), **_sigmas(5, "normal"), **masked}
                cases.add(f"DifferentialDiffusion of {strength} on {where} with {mask}", nodes, RAN, RUN)
    for model in ("eps", "SD3 of 3", "EDM"):
        for levels in ("falling", "falling_flow", "one", "none"):
            for noise in ({"type": "RandomNoise", "noise_seed": 3}, {"type": "DisableNoise"}):
                nodes = {
                    **_model(MODELS[model]),
                    "noise": noise,
                    "levels": {"type": "GivenSigmas", "tensor": levels},
                    "latent": {"type": "GivenLatent", "samples": "small"},
                    "it": {
                        "type": "AddNoise",
                        "model": "$m",
                        "noise": "$noise",
                        "sigmas": "$levels",
                        "latent_image": "$latent",
                    },
                }
                cases.add(
                    f"AddNoise by {noise['type']} of {levels} on {model}",
                    nodes,
                    {"o": {"what": "latent", "link": "$it"}},
                    1e-6,
                )
    regions = {
        "ConditioningSetAreaPercentage in a corner": {
            "type": "ConditioningSetAreaPercentage",
            "width": 0.5,
            "height": 0.5,
            "x": 0.5,
            "y": 0.0,
            "strength": 1.3,
        },
        "ConditioningSetAreaPercentage of thirds": {
            "type": "ConditioningSetAreaPercentage",
            "width": 0.33,
            "height": 0.71,
            "x": 0.33,
            "y": 0.2,
            "strength": 0.7,
        },
        "ConditioningSetAreaPercentage beyond the edge": {
            "type": "ConditioningSetAreaPercentage",
            "width": 0.8,
            "height": 0.9,
            "x": 0.6,
            "y": 0.5,
            "strength": 1.0,
        },
        "ConditioningSetAreaPercentage of nothing": {
            "type": "ConditioningSetAreaPercentage",
            "width": 0.0,
            "height": 0.0,
            "x": 0.2,
            "y": 0.2,
            "strength": 1.0,
        },
        "ConditioningSetAreaStrength of 2.5": {"type": "ConditioningSetAreaStrength", "strength": 2.5},
        "ConditioningSetAreaStrength of 0": {"type": "ConditioningSetAreaStrength", "strength": 0.0},
    }
    for name, node in regions.items():
        nodes = {
            "r": {"type": "GivenConditioning", "tensor": "third_text"},
            "limited": {**node, "conditioning": "$r"},
            "both": {"type": "ConditioningCombine", "conditioning_1": "$p", "conditioning_2": "$limited"},
            "run": {**SHARED["run"], "positive": "$both"},
        }
        cases.add(name, nodes, RAN, RUN)
    cases.add(
        "ConditioningZeroOut of a text",
        {"it": {"type": "ConditioningZeroOut", "conditioning": "$p"}},
        {"o": {"what": "conditioning", "link": "$it"}},
        0,
    )
    nodes = {
        "zero": {"type": "ConditioningZeroOut", "conditioning": "$q"},
        "run": {**SHARED["run"], "negative": "$zero"},
    }
    cases.add("ConditioningZeroOut as a negative", nodes, RAN, RUN)
    nodes = {
        "told": {"type": "FluxGuidance", "conditioning": "$p", "guidance": 2.0},
        "run": {**SHARED["run"], "positive": "$told"},
    }
    cases.add("FluxGuidance for a model that knows none", nodes, RAN, RUN)
