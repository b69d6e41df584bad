"""Models, samplers and guiders, run."""

from models import MODELS, SHARED, changed

RUN = 4e-4  # what float32 in another order does to a run of some steps: ten times the most that was measured
FAR = 1e-3  # from a noise level of 4518 on, where float32 has steps of 5e-4
NEAR = 1e-3  # SEEDS divides the difference of two predictions by r: 8e-5 was measured at 0.2


def sampling(cases):
    _models(cases)
    _samplers(cases)
    _guiders(cases)
    _others(cases)


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
            {**changed(node), **_sigmas(4, "normal")},
            RAN_AND_DENOISED if "v" in model else RAN,
            FAR if "zero SNR" in model else RUN,
        )
        cases.add(
            f"A run with noise in its steps on {model}",
            {**changed(node), **ancestral},
            RAN,
            FAR if "zero SNR" in model else RUN,
        )


def _samplers(cases):
    def sampler(name, node, more):
        cases.add(name, {**more, "sampler": node}, RAN, NEAR if node.get("r", 1) < 0.5 else RUN)

    for where, more in (("eps", _sigmas(5, "karras")), ("a flow", {**changed(MODELS["SD3 of 3"]), **_sigmas(5)})):
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
    cases.add("Mahiro of two", {**changed(guiders["Mahiro"]), **TWO}, RAN, RUN)
    nodes = {
        "empty": {"type": "GivenConditioning", "tensor": "empty_text"},
        **changed({"type": "PerpNeg", "empty_conditioning": "$empty", "neg_scale": 1.0}),
        **TWO,
    }
    cases.add("PerpNeg of two", nodes, RAN, RUN)
    for where, model in (("eps", []), ("v", [MODELS["v"]]), ("a flow", [MODELS["SD3 of 3"]])):
        for name, node in guiders.items():
            if where == "v" and not name.startswith(("CFGZeroStar", "RescaleCFG", "Epsilon")):
                continue
            cases.add(f"{name} on {where}", {**changed(*model, node), **_batch(name)}, RAN, RUN)
        for scale in (1.0, 0.4):
            node = {"type": "PerpNeg", "empty_conditioning": "$empty", "neg_scale": scale}
            empty = {"empty": {"type": "GivenConditioning", "tensor": "empty_text"}}
            cases.add(f"PerpNeg of {scale} on {where}", {**empty, **changed(*model, node)}, RAN, RUN)
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
        cases.add(name, {**changed(*(guiders[link] for link in chain)), **_batch(name)}, RAN, RUN)
    unguided = {"run": {**SHARED["run"], "cfg": 1.0}}
    for name in ("APG with momentum", "RescaleCFG", "Mahiro", "FreSca of few", "TCFG"):
        cases.add(f"{name} with cfg 1", {**changed(guiders[name]), **unguided}, RAN, RUN)


def _others(cases):
    for strength in (1.0, 0.4, 0.0):
        for mask in ("ramp", "half_box"):
            node = {"type": "DifferentialDiffusion", "strength": strength}
            masked = {"latent": {**SHARED["latent"], "noise_mask": mask}}
            for where, model in (("eps", []), ("a flow", [MODELS["SD3 of 3"]])):
                nodes = {**changed(*model, node), **_sigmas(5, "normal"), **masked}
                cases.add(f"DifferentialDiffusion of {strength} on {where} with {mask}", nodes, RAN, RUN)
    for model in ("eps", "SD3 of 3", "EDM"):
        for levels in ("falling", "falling_flow", "one", "none"):
            for noise in ({"type": "RandomNoise", "noise_seed": 3}, {"type": "DisableNoise"}):
                nodes = {
                    **changed(MODELS[model]),
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
