#!/bin/bash
# Installs the system packages that are missing, by apt where that is allowed; else names them in one sentence.
#   scripts/system_packages.sh run    what `make run` needs
#   scripts/system_packages.sh test   what `make test` needs besides
# Never asks for a password: root or a sudo that needs none, or nothing is installed.
set -u

wanted="${1:-run}"
python="${PYTHON:-python3}"
missing=()

has_library() {
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"
}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    if command -v "$python" >/dev/null; then
        echo "Stockbook needs Python 3.11 or newer; $python is $("$python" -V 2>&1). Use: make run PYTHON=python3.12" >&2
        exit 1
    fi
    missing+=(python3)
fi
"$python" -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v npm >/dev/null || missing+=(npm)

# WeasyPrint draws with Pango; DejaVu has the signs that Inter lacks.
has_library 'libpango-1\.0\.so\.0' || missing+=(libpango-1.0-0)
has_library 'libpangoft2-1\.0\.so\.0' || missing+=(libpangoft2-1.0-0)
has_library 'libharfbuzz-subset\.so\.0' || missing+=(libharfbuzz-subset0)
ls /usr/share/fonts/truetype/dejavu/*.ttf >/dev/null 2>&1 || missing+=(fonts-dejavu-core)

if [ "$wanted" = test ]; then
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
        || missing+=(chromium)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
fi

[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "These are missing and apt is not here to install them; please install what your system calls: ${missing[*]}." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    echo "System packages are missing: please run 'sudo apt-get install ${missing[*]}' and start again." >&2
    exit 1
fi

echo "Installing system packages: ${missing[*]}"
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null
}
# Lists may be old or empty; a mirror that is down for the moment is no reason to give up on what is known already.
apt update >/dev/null || echo "The package lists could not be refreshed; trying with those at hand." >&2
if ! apt install -y --no-install-recommends "${missing[@]}" >/dev/null; then
    echo "apt could not install: ${missing[*]}. Please install them and start again." >&2
    exit 1
fi
