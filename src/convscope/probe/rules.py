"""What every operation of PyTorch that we know does: the one table.

An operation that is not in it makes all that depends on it unknown, and is never guessed at.
"""

from collections.abc import Callable
from dataclasses import dataclass

from convscope.probe import families as f
from convscope.probe import movements as m
from convscope.probe import multiplying as count
from convscope.probe import windows as w
from convscope.probe.steps import Family, Step


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of an operation.

    Attributes:
        spread: what its results depend on, along one axis of the picture.
        multiply_adds: how many it takes.
        kind: "moves" for what only moves or copies numbers, "computes" for others.
    """

    spread: Family
    multiply_adds: Callable[[Step], int] = count.nothing
    kind: str = "computes"


_ELEMENTWISE = """
abs acos acosh add addcdiv addcmul alias angle asin asinh atan atan2 atanh bernoulli bitwise_and
bitwise_not bitwise_or bitwise_xor ceil celu clamp clamp_max clamp_min copysign cos cosh deg2rad div
dropout elu eq erf erfc erfinv exp exp2 expm1 fake_quantize_per_tensor_affine feature_dropout floor
floor_divide fmax fmin fmod frac ge gelu gt hardshrink hardsigmoid hardswish hardtanh heaviside
isfinite isinf isnan isneginf isposinf ldexp le leaky_relu lerp log log10 log1p log2 log_sigmoid
log_sigmoid_forward logaddexp logical_and logical_not logical_or logical_xor logit lt masked_fill
maximum minimum mish mul nan_to_num native_dropout ne neg pow prelu _prelu_kernel rad2deg reciprocal
relu relu6 remainder round rrelu rrelu_with_noise rsqrt rsub selu sgn sigmoid sign signbit silu sin
sinc sinh softplus softshrink special_erf special_expit sqrt square sub tan tanh tanhshrink
threshold trunc where xlogy
"""
_COPIES = "clone contiguous _to_copy to lift lift_fresh lift_fresh_copy detach_copy positive"
_FRESH = """
zeros zeros_like new_zeros ones ones_like new_ones full full_like new_full arange linspace logspace
eye rand rand_like randn randn_like randint randint_like randperm scalar_tensor tril_indices
triu_indices zero uniform normal hann_window
"""
_GARBAGE = "empty empty_like new_empty empty_strided new_empty_strided"
_MOVES = """
permute transpose t unsqueeze squeeze slice select expand split split_with_sizes unsafe_split unbind
flip roll repeat unfold diagonal channel_shuffle native_channel_shuffle
"""
_UNITES = """
mean sum nansum prod amax amin aminmax max min argmax argmin var std var_mean std_mean logsumexp
linalg_vector_norm norm any all median nanmedian mode sort topk
_softmax softmax _log_softmax log_softmax count_nonzero
"""
_BATCH_NORM = """
native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training cudnn_batch_norm
miopen_batch_norm _batch_norm_with_update
"""
_ATTENTION = """
scaled_dot_product_attention _scaled_dot_product_flash_attention_for_cpu
_scaled_dot_product_flash_attention _scaled_dot_product_efficient_attention
_scaled_dot_product_cudnn_attention
"""
_POOLS = """
max_pool1d max_pool2d max_pool3d max_pool1d_with_indices max_pool2d_with_indices
max_pool3d_with_indices avg_pool1d avg_pool2d avg_pool3d
"""
_ADAPTIVE = """
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d _adaptive_avg_pool2d
_adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d
"""
_INTERPOLATION = {
    "upsample_nearest": "nearest",
    "_upsample_nearest_exact": "nearest exact",
    "upsample_linear": "linear",
    "upsample_bilinear": "linear",
    "upsample_trilinear": "linear",
    "upsample_bicubic": "cubic",
    "_upsample_bilinear": "smooth linear",
    "_upsample_bicubic": "smooth cubic",
}


def _rules() -> dict[str, Rule]:
    table = {name: Rule(f.elementwise) for name in _ELEMENTWISE.split()}
    table |= {name: Rule(f.elementwise, kind="moves") for name in _COPIES.split()}
    table |= {name: Rule(f.fresh, kind="moves") for name in _FRESH.split()}
    table |= {name: Rule(f.garbage, kind="moves") for name in _GARBAGE.split()}
    table |= {name: Rule(f.replaced, kind="moves") for name in ("copy", "fill")}
    table |= {name: Rule(m.movement, kind="moves") for name in _MOVES.split()}
    table |= {name: Rule(m.reshaping, kind="moves") for name in ("view", "reshape")}
    table |= {name: Rule(f.over(f.dims_asked)) for name in _UNITES.split()}
    table |= {name: Rule(f.running) for name in ("cumsum", "cumprod", "logcumsumexp")}
    table |= {name: Rule(f.normalised("input", f.batch_dims)) for name in _BATCH_NORM.split()}
    table |= {name: Rule(f.attention, count.attention) for name in _ATTENTION.split()}
    table |= {name: Rule(w.pool) for name in _POOLS.split()}
    table |= {name: Rule(w.adaptive_pool) for name in _ADAPTIVE.split()}
    for begin, kind in _INTERPOLATION.items():
        ends = ["2d_aa"] if kind.startswith("smooth") else ["1d", "2d", "3d", ""]
        table |= {f"{begin}{end}": Rule(w.interpolation(kind)) for end in ends}
    for side in ("1d", "2d", "3d"):
        table[f"reflection_pad{side}"] = Rule(w.padding("mirror"))
        table[f"replication_pad{side}"] = Rule(w.padding("edge"))
    return table | {
        "addmm": Rule(f.product("mat1", "mat2", "self"), count.addmm),
        "baddbmm": Rule(f.product("batch1", "batch2", "self"), count.baddbmm),
        "bmm": Rule(f.product("self", "mat2"), count.matmul),
        "cat": Rule(m.concatenation),
        "constant_pad_nd": Rule(w.padding("nothing")),
        "convolution": Rule(w.convolution, count.convolution),
        "embedding": Rule(f.embedded),
        "gather": Rule(f.picked),
        "glu": Rule(f.gated),
        "grid_sampler_2d": Rule(f.sampled),
        "grid_sampler_3d": Rule(f.sampled),
        "index": Rule(f.picked),
        "index_select": Rule(f.picked),
        "linear": Rule(f.linear, count.linear),
        "masked_select": Rule(f.sampled),
        "matmul": Rule(f.product("self", "other"), count.matmul),
        "mm": Rule(f.product("self", "mat2"), count.matmul),
        "mv": Rule(f.product("self", "vec"), count.matmul),
        "native_group_norm": Rule(f.normalised("input", f.all_but_batch)),
        "native_layer_norm": Rule(f.normalised("input", f.last_dims)),
        "_fused_rms_norm": Rule(f.normalised("input", f.last_dims)),
        "nonzero": Rule(f.sampled),
        "overwritten": Rule(m.overwritten, kind="moves"),
        "pad": Rule(w.padding("ring")),
        "pixel_shuffle": Rule(w.pixel_shuffle),
        "pixel_unshuffle": Rule(w.pixel_unshuffle),
        "stack": Rule(m.stacking),
    }


RULES: dict[str, Rule] = _rules()
