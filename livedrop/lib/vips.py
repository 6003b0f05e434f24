"""libvips: draws SVG, computes with images, writes WebP; fast, and without Python's lock, so that
other threads go on meanwhile.

The library comes compiled in a package of its own, with its bare plumbing for Python. The usual
bindings on top are not published as a wheel, and nothing here is installed by running its set-up;
what we need of them is this file.
"""

from typing import Any

from _libvips import ffi, lib


class VipsError(Exception):
    """What libvips says it could not do."""


class Image:
    """An image, computed when it is written: each operation only says what is to be done."""

    def __init__(self, pointer: Any) -> None:
        """Takes over a reference of the library's."""
        self.pointer = ffi.gc(ffi.cast("GObject *", pointer), lib.g_object_unref)

    @classmethod
    def of(cls, operation: str, **inputs: object) -> "Image":
        """By an operation, with its inputs and options by their names in the library."""
        return cls(_run(operation, "out", "VipsImage", inputs))

    def then(self, operation: str, **options: object) -> "Image":
        """What an operation makes of it."""
        return Image.of(operation, **{"in": self}, **options)

    @property
    def width(self) -> int:
        """Pixels."""
        return self._number("width")

    @property
    def height(self) -> int:
        return self._number("height")

    def webp(self, quality: int, effort: int) -> bytes:
        """As WebP, with nothing but the picture in it."""
        blob: bytes = _run(
            "webpsave_buffer",
            "buffer",
            "VipsBlob",
            {"in": self, "Q": quality, "effort": effort, "keep": "none"},
        )
        return blob

    def computed(self) -> "Image":
        """The same, worked out once and kept in memory."""
        return Image(_checked(lib.vips_image_copy_memory(ffi.cast("VipsImage *", self.pointer))))

    def _number(self, name: str) -> int:
        value = ffi.new("GValue *")
        if lib.vips_image_get(ffi.cast("VipsImage *", self.pointer), name.encode(), value):
            raise VipsError(_message())
        number: int = lib.g_value_get_int(value)
        lib.g_value_unset(value)
        return number


def from_svg(document: str, scale: float) -> Image:
    """A drawing of ours: it is trusted to name no files."""
    return Image.of("svgload_buffer", buffer=document.encode(), scale=scale)


def _run(operation: str, output: str, kind: str, inputs: dict[str, object]) -> Any:
    """Build an operation and take what it puts out."""
    wanted = _checked(lib.vips_operation_new(operation.encode()))
    for name, value in inputs.items():
        _set(wanted, name, value)
    built = lib.vips_cache_operation_build(wanted)
    lib.g_object_unref(wanted)
    built = _checked(built)
    value = ffi.new("GValue *")
    lib.g_value_init(value, lib.g_type_from_name(kind.encode()))
    lib.g_object_get_property(ffi.cast("GObject *", built), output.encode(), value)
    taken = _image(value) if kind == "VipsImage" else _bytes(value)
    lib.g_value_unset(value)
    lib.vips_object_unref_outputs(ffi.cast("VipsObject *", built))
    lib.g_object_unref(built)
    return taken


def _set(operation: Any, name: str, given: object) -> None:
    if not isinstance(given, Image | bytes):
        option = f"{name}={given}".encode()
        if lib.vips_object_set_from_string(ffi.cast("VipsObject *", operation), option):
            raise VipsError(_message())
        return
    value = ffi.new("GValue *")
    if isinstance(given, Image):
        lib.g_value_init(value, lib.g_type_from_name(b"VipsImage"))
        lib.g_value_set_object(value, given.pointer)
    else:
        lib.g_value_init(value, lib.g_type_from_name(b"VipsBlob"))
        copy = lib.g_malloc(len(given))  # the library frees it
        ffi.memmove(copy, given, len(given))
        lib.vips_value_set_blob_free(value, copy, len(given))
    lib.g_object_set_property(ffi.cast("GObject *", operation), name.encode(), value)
    lib.g_value_unset(value)


def _image(value: Any) -> Any:
    pointer = lib.g_value_get_object(value)
    lib.g_object_ref(pointer)
    return pointer


def _bytes(value: Any) -> bytes:
    length = ffi.new("size_t *")
    pointer = lib.vips_value_get_blob(value, length)
    return bytes(ffi.buffer(pointer, length[0]))


def _checked(pointer: Any) -> Any:
    if pointer == ffi.NULL:
        raise VipsError(_message())
    return pointer


def _message() -> str:
    text: str = ffi.string(lib.vips_error_buffer()).decode()
    lib.vips_error_clear()
    return text


def _begin() -> None:
    if lib.vips_init(b"livedrop"):
        raise VipsError(_message())
    lib.vips_cache_set_max(0)  # pictures are kept by those who want them
    lib.vips_concurrency_set(1)  # one core: the others are for those who order


_begin()
