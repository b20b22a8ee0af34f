"""Copies the browser assets that pages use from node_modules/ into static/vendor/ and draws the icon sprite.

Nothing in static/vendor/ is committed: `make run` and `make test` build it from what package-lock.json pins.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from pathlib import Path

try:
    import brotli
except ImportError:  # built with the system's Python in a container; browsers then get gzip
    brotli = None

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"

#: served name -> file in node_modules
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "zxing-reader.js": "zxing-wasm/dist/iife/reader/index.js",
    "zxing-reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
}
#: licence text kept beside what is served, as the licences ask
LICENCES = {
    "LICENSE-tabler-icons.txt": "@tabler/icons/LICENSE",
    "LICENSE-htmx.txt": "htmx.org/LICENSE",
    "LICENSE-zxing-wasm.txt": "zxing-wasm/LICENSE",
    "LICENSE-inter.txt": "@fontsource-variable/inter/LICENSE",
}
#: what a first visit loads must stay under this, compressed (CSS and JavaScript, without the font)
FIRST_LOAD_BUDGET = 250_000

#: fetched when a camera is first opened, not by a first visit
LOADED_LATER = {"zxing-reader.js"}

COMPRESSED_KINDS = {".css", ".js", ".svg", ".wasm"}

INTER_CSS = """@font-face {
  font-family: "Inter";
  font-style: normal;
  font-weight: 100 900;
  font-display: swap;
  src: url("inter.woff2") format("woff2");
}
"""


class AssetError(Exception):
    """A package or an icon that the list names is not there."""


def icon_names() -> list[str]:
    """The names in scripts/icons.txt, in order, each once."""
    lines = (ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split("#")[0].strip() for line in lines]
    return list(dict.fromkeys(name for name in names if name))


def icon_symbol(name: str) -> str:
    """One icon as a <symbol>; stroke and size come from the <svg> that uses it."""
    path = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
    if not path.is_file():
        message = f"scripts/icons.txt names '{name}', which is no outline icon of @tabler/icons."
        raise AssetError(message)
    text = path.read_text(encoding="utf-8")
    body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if body is None:
        message = f"{path} holds no <svg> element."
        raise AssetError(message)
    shapes = re.sub(r"\s*\n\s*", "", body.group(1)).strip()
    shapes = shapes.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")  # draws nothing
    # <use> copies the symbol without the outer attributes of the icon file, so they are set here.
    return (
        f'<symbol id="icon-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )


def sprite(names: list[str]) -> str:
    """All icons in one SVG file."""
    symbols = "\n".join(icon_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def without_source_map(text: str) -> str:
    """Drops the pointer to a source map that is not served (it would be a 404 in every developer console)."""
    return re.sub(r"\n?(/\*|//)# sourceMappingURL=[^\n]*", "", text)


def build() -> dict[str, int]:
    """Writes static/vendor/ anew; returns the compressed size in bytes of each text file."""
    if not MODULES.is_dir():
        message = "node_modules/ is missing: run `npm ci` first (`make run` does)."
        raise AssetError(message)
    fresh = TARGET.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for served, source in (FILES | LICENCES).items():
        origin = MODULES / source
        if not origin.is_file():
            message = f"{source} is missing in node_modules/: run `npm ci`."
            raise AssetError(message)
        if served.endswith((".css", ".js")):
            (fresh / served).write_text(without_source_map(origin.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(origin, fresh / served)
    (fresh / "icons.svg").write_text(sprite(icon_names()), encoding="utf-8")
    (fresh / "inter.css").write_text(INTER_CSS, encoding="utf-8")
    versions = {
        name: json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))["version"]
        for name in ("@tabler/core", "@tabler/icons", "htmx.org", "@fontsource-variable/inter", "zxing-wasm")
    }
    (fresh / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")
    for path in list(fresh.iterdir()):
        if path.suffix in COMPRESSED_KINDS:
            # WhiteNoise serves the packed twin to browsers that understand it; nothing is packed while serving.
            (fresh / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
            if brotli is not None:
                (fresh / f"{path.name}.br").write_bytes(brotli.compress(path.read_bytes(), quality=11))
    # Swapped in at the end, so that a failed build leaves the old assets served.
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)
    return {path.stem: path.stat().st_size for path in sorted(TARGET.glob("*.gz"))}


def main() -> int:
    """Builds and prints one line; 1 when something is missing or the first load grew over its budget."""
    try:
        sizes = build()
    except AssetError as error:
        print(error, file=sys.stderr)
        return 1
    own = [path for pattern in ("css/*.css", "js/*.js") for path in (ROOT / "static").glob(pattern)]
    served = {name: size for name, size in sizes.items() if name not in LOADED_LATER}
    first_load = sum(size for name, size in served.items() if name.endswith((".css", ".js")))
    first_load += sum(len(gzip.compress(path.read_bytes())) for path in own if "print" not in path.name)
    print(f"static/vendor/: {len(sizes)} text files; CSS and JavaScript {first_load / 1000:.0f} kB compressed")
    if first_load > FIRST_LOAD_BUDGET:
        print(f"That is over the budget of {FIRST_LOAD_BUDGET / 1000:.0f} kB.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
