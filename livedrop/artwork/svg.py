"""Drawing on a canvas of 1000 by 1000."""

from collections.abc import Iterable, Sequence

from livedrop.artwork.palette import Colour

SIZE = 1000
Point = tuple[float, float]
Stop = tuple[float, Colour | str, float]  # where, 0 to 1; what; how opaque

# How strong a soft spot is so far from its middle.
FALLOFF = ((0.0, 1.0), (0.2, 0.93), (0.4, 0.72), (0.6, 0.40), (0.8, 0.12), (1.0, 0.0))


class Sheet:
    """A drawing under way: shapes and the paints that they name."""

    def __init__(self, within: "Sheet | None" = None) -> None:
        """`within`: the sheet that this one will be put into, which names its paints."""
        self.paints: list[str] = [] if within is None else within.paints
        self.marks: list[str] = []

    def document(self) -> str:
        """As SVG."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}"'
            f' viewBox="0 0 {SIZE} {SIZE}"><defs>{"".join(self.paints)}</defs>'
            f"{''.join(self.marks)}</svg>"
        )

    # --- shapes ---

    def add(self, shape: str, **attributes: object) -> None:
        self.marks.append(element(shape, **attributes))

    def path(self, d: str, **attributes: object) -> None:
        self.add("path", d=d, **attributes)

    def circle(self, cx: float, cy: float, r: float, **attributes: object) -> None:
        self.add("circle", cx=cx, cy=cy, r=r, **attributes)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, **attributes: object) -> None:
        self.add("ellipse", cx=cx, cy=cy, rx=rx, ry=ry, **attributes)

    def rect(self, x: float, y: float, width: float, height: float, **attributes: object) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, **attributes)

    def fill(self, paint: object, **attributes: object) -> None:
        self.rect(0, 0, SIZE, SIZE, fill=paint, **attributes)

    def group(self, inside: "Sheet", **attributes: object) -> None:
        """What a sheet within this one holds, as one."""
        self.marks.append(element("g", "".join(inside.marks), **attributes))

    def soft(
        self,
        cx: float,
        cy: float,
        rx: float,
        ry: float,
        colour: Colour | str,
        opacity: float,
        **attributes: object,
    ) -> None:
        """A spot without an edge: an ellipse far out of focus, at the cost of a gradient."""
        stops = [(at, colour, opacity * strength) for at, strength in FALLOFF]
        fill = self.radial((cx, cy), rx, stops, squash=ry / rx)
        self.ellipse(cx, cy, rx, ry, fill=fill, **attributes)

    # --- paints: each returns what an attribute says ---

    def linear(self, start: Point, end: Point, stops: Sequence[Stop]) -> str:
        (x1, y1), (x2, y2) = start, end
        return self._gradient("linearGradient", stops, x1=x1, y1=y1, x2=x2, y2=y2)

    def radial(
        self, centre: Point, radius: float, stops: Sequence[Stop], squash: float = 1.0
    ) -> str:
        """Round its centre; `squash` is its height as a part of its width."""
        cx, cy = centre
        flat = f"translate(0 {num(cy * (1 - squash))}) scale(1 {num(squash)})"
        return self._gradient(
            "radialGradient", stops, cx=cx, cy=cy, r=radius, gradientTransform=flat
        )

    def clip(self, shape: str, **attributes: object) -> str:
        return self._paint("clipPath", element(shape, **attributes))

    def _gradient(self, kind: str, stops: Sequence[Stop], **place: object) -> str:
        inside = "".join(
            element("stop", offset=offset, stop_color=colour, stop_opacity=opacity)
            for offset, colour, opacity in stops
        )
        return self._paint(kind, inside, gradientUnits="userSpaceOnUse", **place)

    def _paint(self, kind: str, inside: str, **attributes: object) -> str:
        name = f"p{len(self.paints)}"
        self.paints.append(element(kind, inside, id=name, **attributes))
        return f"url(#{name})"


def element(tag: str, inside: str = "", /, **attributes: object) -> str:
    words = "".join(
        f' {name.replace("_", "-")}="{num(value)}"'
        for name, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{tag}{words}>{inside}</{tag}>" if inside else f"<{tag}{words}/>"


def num(value: object) -> str:
    """Numbers without needless digits, anything else as it is."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def polyline(points: Iterable[Point], closed: bool = False) -> str:
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points) + ("Z" if closed else "")


def smooth(points: Sequence[Point], closed: bool = False) -> str:
    """A path through the points without corners (Catmull-Rom)."""
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    parts = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for index in range(count if closed else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (at(index + step) for step in (-1, 0, 1, 2))
        numbers = (bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6)
        parts.append("C" + " ".join(num(float(n)) for n in (*numbers, cx, cy)))
    return "".join(parts) + ("Z" if closed else "")
