"""CuPy's interface, as far as the package uses it, on the stand-in for CUDA's driver (tests/cuda_driver): what an
array says of its device, and work that is put on the current stream. No CuPy and no GPU."""

import ctypes as c
import sys
import types

import numpy as np

_Work = c.CFUNCTYPE(None, c.c_void_p)


class _Live(c.Structure):
    _fields_ = [(name, c.c_size_t) for name in ("blocks", "host_blocks", "events", "modules", "contexts")]


class _Control(c.Structure):
    """As tests/cuda_driver/control.hpp has it."""

    _fields_ = [
        ("calls", c.CFUNCTYPE(c.c_uint64, c.c_char_p)),
        ("waits", c.CFUNCTYPE(c.c_uint64)),
        ("forget", c.CFUNCTYPE(None)),
        ("fail", c.CFUNCTYPE(None, c.c_char_p, c.c_uint64, c.c_int)),
        ("live", c.CFUNCTYPE(_Live)),
        ("faults", c.CFUNCTYPE(c.c_char_p)),
        ("set_slow", c.CFUNCTYPE(None, c.c_bool)),
        ("set_memory_pools", c.CFUNCTYPE(None, c.c_bool)),
        ("set_capability", c.CFUNCTYPE(None, c.c_int, c.c_int)),
        ("new_stream", c.CFUNCTYPE(c.c_void_p, c.c_int)),
        ("free_stream", c.CFUNCTYPE(None, c.c_void_p)),
        ("allocate", c.CFUNCTYPE(c.c_void_p, c.c_size_t)),
        ("free", c.CFUNCTYPE(None, c.c_void_p)),
        ("put_on", c.CFUNCTYPE(None, c.c_void_p, _Work, c.c_void_p)),
        ("finish", c.CFUNCTYPE(None)),
        ("write", c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.c_size_t)),
        ("read", c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.c_size_t)),
    ]


def _driver():
    library = c.CDLL("libcuda.so.1")
    function = library.cuda_driver_control
    function.restype = c.POINTER(_Control)
    return function().contents


driver = _driver()
_put = []  # until it has run


class Stream:
    """One of device 0, or the default one."""

    current = None

    def __init__(self, default=False):
        self.ptr = 0 if default else driver.new_stream(0)

    def __enter__(self):
        self.before, Stream.current = Stream.current, self
        return self

    def __exit__(self, *_):
        Stream.current = self.before


class Device:
    def __init__(self, id):
        self.id = id

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def _put_on_stream(function):
    work = _Work(lambda _: function())
    _put.append(work)
    driver.put_on(Stream.current.ptr, work, None)


def finish():
    """Waits for the device, and forgets the work that it has done."""
    driver.finish()
    _put.clear()
    driver.finish()  # what went with it was freed


class ndarray:
    """Numbers in the device's memory: its own, or another's that `owner` keeps."""

    __module__ = "cupy"

    def __init__(self, shape, dtype=np.float32, address=None, owner=None):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.nbytes = int(np.prod(shape)) * self.dtype.itemsize
        self.own = address is None
        self.address = driver.allocate(self.nbytes) if self.own else address
        self.owner = owner
        self.device = Device(0)
        self.data = types.SimpleNamespace(ptr=self.address)

    def __del__(self):
        if self.own:
            address = self.address
            _put_on_stream(lambda: driver.free(address))
        elif self.owner is not None:
            self.owner()

    def host(self):
        """While the device's memory is open."""
        memory = (c.c_char * self.nbytes).from_address(self.address)
        return np.frombuffer(memory, self.dtype).reshape(self.shape)

    def get(self):
        finish()
        values = np.empty(self.shape, self.dtype)
        driver.read(values.ctypes.data, self.address, self.nbytes)
        return values

    def copy(self, order="C"):
        made = ndarray(self.shape, self.dtype)
        made[...] = self
        return made

    def __setitem__(self, _, value):
        def write():
            self.host()[...] = value.host() if isinstance(value, ndarray) else value

        _put_on_stream(write)

    def __mul__(self, factor):
        made = ndarray(self.shape, self.dtype)

        def multiply():
            made.host()[...] = self.host() * self.dtype.type(factor)

        _put_on_stream(multiply)
        return made


def array(values):
    made = ndarray(values.shape, values.dtype)
    values = np.ascontiguousarray(values)
    driver.write(made.address, values.ctypes.data, made.nbytes)
    return made


def from_dlpack(other):
    from ksampler import _tensors

    assert other.__dlpack_device__() == (2, 0)
    given = _tensors.Given(other)
    type_ = {0: np.float32, 1: np.float16}[given.element]
    return ndarray(given.shape, type_, given.address, lambda: given)


def install():
    """Makes this what `cupy` is."""
    module = types.ModuleType("cupy")
    module.ndarray, module.array, module.from_dlpack = ndarray, array, from_dlpack
    module.cuda = types.SimpleNamespace(
        Stream=Stream, Device=Device, get_current_stream=lambda: Stream.current
    )
    Stream.current = Stream(default=True)
    sys.modules["cupy"] = module
    return module
