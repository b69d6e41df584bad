# SPDX-License-Identifier: Apache-2.0
"""Tensors of any library, by DLPack: torch, NumPy, JAX, CuPy and their like. Nothing of them is imported that
the caller has not imported."""

from __future__ import annotations

import ctypes as c
import sys
from typing import Any, Dict, Optional, Tuple

from . import _native as native
from ._errors import InvalidArgument

CPU, CUDA = 1, 2  # of DLPack


class _DLTensor(c.Structure):
    _fields_ = [
        ("data", c.c_void_p),
        ("device_type", c.c_int32),
        ("device_id", c.c_int32),
        ("dimensions", c.c_int32),
        ("code", c.c_uint8),
        ("bits", c.c_uint8),
        ("lanes", c.c_uint16),
        ("shape", c.POINTER(c.c_int64)),
        ("strides", c.POINTER(c.c_int64)),
        ("byte_offset", c.c_uint64),
    ]


class _Managed(c.Structure):
    pass


_Deleter = c.CFUNCTYPE(None, c.POINTER(_Managed))
_Managed._fields_ = [("tensor", _DLTensor), ("context", c.c_void_p), ("deleter", _Deleter)]

_new_capsule = c.pythonapi.PyCapsule_New
_new_capsule.restype, _new_capsule.argtypes = c.py_object, [c.c_void_p, c.c_char_p, c.c_void_p]
_capsule_pointer = c.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype, _capsule_pointer.argtypes = c.c_void_p, [c.py_object, c.c_char_p]
_is_valid = c.pythonapi.PyCapsule_IsValid
_is_valid.restype, _is_valid.argtypes = c.c_int, [c.py_object, c.c_char_p]

# code and bits of DLPack: the library's element.
_ELEMENTS = {(2, 32): native.FLOAT32, (2, 16): native.FLOAT16, (4, 16): native.BFLOAT16}
_TYPES = {element: type_ for type_, element in _ELEMENTS.items()}
_NAMES = {"float32": native.FLOAT32, "float16": native.FLOAT16, "bfloat16": native.BFLOAT16}
_BYTES = (4, 2, 2)

# Views that other libraries hold, by their address: until they are done with them.
_held: Dict[int, Tuple[Any, ...]] = {}


@_Deleter
def _let_go(managed):
    _held.pop(c.addressof(managed.contents), None)


class Block:
    """Memory of a session, for one tensor at a time or more."""

    def __init__(self, size: int):
        self.buffer = (c.c_char * (size + 64))()
        start = c.addressof(self.buffer)
        self.address = start + (-start) % 64


class View:
    """`shape` numbers at an address of a device's memory, which `owner` keeps; for `from_dlpack`. On a CUDA device
    they are ready on the stream that is current there, which sessions see to."""

    def __init__(self, owner: Any, address: int, element: int, shape: Tuple[int, ...], device: Tuple[int, int] = (CPU, 0)):
        self.owner, self.address, self.element, self.shape, self.device = owner, address, element, shape, device

    def __dlpack_device__(self) -> Tuple[int, int]:
        return self.device

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        dimensions = len(self.shape)
        sizes = (c.c_int64 * dimensions)(*self.shape)
        steps = (c.c_int64 * dimensions)()
        step = 1
        for i in reversed(range(dimensions)):
            steps[i] = step
            step *= self.shape[i]
        managed = _Managed()
        tensor = managed.tensor
        tensor.data = self.address
        tensor.device_type, tensor.device_id = self.device
        tensor.dimensions = dimensions
        tensor.code, tensor.bits = _TYPES[self.element]
        tensor.lanes = 1
        tensor.shape, tensor.strides = sizes, steps
        managed.deleter = _let_go
        _held[c.addressof(managed)] = (managed, sizes, steps, self.owner)
        return _new_capsule(c.addressof(managed), b"dltensor", None)


class Given:
    """A tensor of another library, read by DLPack."""

    def __init__(self, tensor: Any):
        export = getattr(tensor, "__dlpack__", None)
        if export is None:
            raise InvalidArgument(
                f"{type(tensor).__name__} is no tensor; expected one of torch, NumPy, JAX, CuPy or another "
                "library that has DLPack"
            )
        self._capsule = export()
        managed = c.cast(_capsule_pointer(self._capsule, b"dltensor"), c.POINTER(_Managed)).contents
        tensor_ = managed.tensor
        self.on_cpu = tensor_.device_type == CPU
        self.shape = tuple(tensor_.shape[: tensor_.dimensions])
        self.address = (tensor_.data or 0) + tensor_.byte_offset
        type_ = (tensor_.code, tensor_.bits)
        if type_ not in _ELEMENTS or tensor_.lanes != 1:
            names = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 5: "complex", 6: "bool"}
            raise InvalidArgument(
                f"a tensor of {names.get(type_[0], 'another type')}{type_[1]}; expected float32, float16 or "
                "bfloat16"
            )
        self.element = _ELEMENTS[type_]
        step, self.contiguous = 1, True
        for i in reversed(range(tensor_.dimensions)):
            if tensor_.strides and self.shape[i] != 1 and tensor_.strides[i] != step:
                self.contiguous = False
            step *= self.shape[i]
        self.bytes = step * _BYTES[self.element]
        self._managed = managed

    def __del__(self):
        # A capsule that nobody took: its tensor is given back here.
        managed = getattr(self, "_managed", None)
        if managed is not None and _is_valid(self._capsule, b"dltensor") and managed.deleter:
            c.pythonapi.PyCapsule_SetName(c.py_object(self._capsule), b"used_dltensor")
            managed.deleter(c.pointer(managed))


def element_of(tensor: Any) -> int:
    """The library's number of a tensor's type, by the name that torch and NumPy have for it."""
    name = str(tensor.dtype).rpartition(".")[2]
    if name not in _NAMES:
        raise InvalidArgument(f"x is of {tensor.dtype}; expected float32, float16 or bfloat16")
    return _NAMES[name]


class Library:
    """What a session needs of the library that its tensors are of."""

    def __init__(self, like: Any):
        self.like = like

    def cuda_device(self, tensor: Any) -> Optional[int]:
        """The number of the CUDA device that `tensor` is on, where the library can compute there on its current stream."""
        return None

    def stream(self, device: int) -> int:
        """The address of that device's current stream; 0: the default one."""
        return 0

    def own_copy(self, tensor: Any) -> Tuple[Any, int]:
        """A contiguous copy on `tensor`'s device, for a session to change, and its address."""
        raise NotImplementedError

    def view(self, view: View) -> Any:
        module = sys.modules.get(type(self.like).__module__.partition(".")[0])
        space = getattr(self.like, "__array_namespace__", lambda: module)() or module
        if type(self.like).__module__.startswith("jax"):
            space = sys.modules["jax.numpy"]
        return space.from_dlpack(view)

    def to_look_at(self, viewed: Any) -> Any:
        """The same view, as it is handed out: nothing may be written to it."""
        return viewed

    def version(self, viewed: Any) -> int:
        """A number that changes when somebody writes to a view, where that can be known."""
        return 0

    def copy_in(self, value: Any, view: View, viewed: Any) -> None:
        """Writes `value` to where the view is."""
        given = Given(value)
        _require_shape(given.shape, view.shape)
        if not given.on_cpu or given.element != view.element or not given.contiguous:
            raise InvalidArgument("the prediction is not contiguous, of another type, or on another device than x")
        c.memmove(view.address, given.address, given.bytes)


class Torch(Library):
    def cuda_device(self, tensor: Any) -> Optional[int]:
        return tensor.device.index if tensor.device.type == "cuda" else None

    def stream(self, device: int) -> int:
        return sys.modules["torch"].cuda.current_stream(device).cuda_stream

    def own_copy(self, tensor: Any) -> Tuple[Any, int]:
        torch = sys.modules["torch"]
        with torch.inference_mode(False):
            copy = tensor.detach().clone(memory_format=torch.contiguous_format)
        return copy, copy.data_ptr()

    def view(self, view: View) -> Any:
        torch = sys.modules["torch"]
        # In inference mode, too (ComfyUI's server), a plain tensor: one of inference has no count of its versions.
        with torch.inference_mode(False):
            return torch.from_dlpack(view)

    def version(self, viewed: Any) -> int:
        return viewed._version

    def copy_in(self, value: Any, view: View, viewed: Any) -> None:
        _require_shape(tuple(value.shape), view.shape)
        viewed.copy_(value)


class NumPy(Library):
    def view(self, view: View) -> Any:
        if view.element == native.BFLOAT16:
            raise InvalidArgument("NumPy has no bfloat16")
        size = 1
        for length in view.shape:
            size *= length
        numpy = sys.modules["numpy"]
        memory = (c.c_char * (size * _BYTES[view.element])).from_address(view.address)
        memory._keeps = view.owner
        type_ = numpy.float32 if view.element == native.FLOAT32 else numpy.float16
        return numpy.frombuffer(memory, dtype=type_).reshape(view.shape)

    def to_look_at(self, viewed: Any) -> Any:
        looked_at = viewed.view()
        looked_at.flags.writeable = False
        return looked_at

    def copy_in(self, value: Any, view: View, viewed: Any) -> None:
        _require_shape(tuple(value.shape), view.shape)
        viewed[...] = value


class CuPy(Library):
    """Its functions work on the current device, and the stream that is current there."""

    def _there(self, device: int) -> Any:
        return sys.modules["cupy"].cuda.Device(device)

    def cuda_device(self, tensor: Any) -> Optional[int]:
        return tensor.device.id

    def stream(self, device: int) -> int:
        with self._there(device):
            return sys.modules["cupy"].cuda.get_current_stream().ptr

    def own_copy(self, tensor: Any) -> Tuple[Any, int]:
        with self._there(tensor.device.id):
            copy = tensor.copy(order="C")
        return copy, copy.data.ptr

    def view(self, view: View) -> Any:
        return sys.modules["cupy"].from_dlpack(view)

    def copy_in(self, value: Any, view: View, viewed: Any) -> None:
        _require_shape(tuple(value.shape), view.shape)
        with self._there(view.device[1]):
            viewed[...] = value


def _require_shape(found: Tuple[int, ...], expected: Tuple[int, ...]) -> None:
    if tuple(found) != tuple(expected):
        raise InvalidArgument(f"an answer of shape {list(found)}; expected {list(expected)}, as x has")


def require_tensor(value: Any, shape: Tuple[int, ...], what: str) -> None:
    """Raises where `value` is no tensor at all: a function that returned nothing, say."""
    if not hasattr(value, "shape"):
        found = "None" if value is None else f"a {type(value).__name__}"
        raise InvalidArgument(f"{what} is {found}; expected a tensor of shape {list(shape)}")


def library_of(tensor: Any) -> Library:
    name = type(tensor).__module__.partition(".")[0]
    if "torch" in sys.modules and isinstance(tensor, sys.modules["torch"].Tensor):
        return Torch(tensor)
    if name == "numpy":
        return NumPy(tensor)
    if name == "cupy":
        return CuPy(tensor)
    return Library(tensor)
