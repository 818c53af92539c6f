#!/usr/bin/env bash
# Prepares everything the project needs, inside the repository (`make setup`).
#
# Steps: check the prerequisites · .venv with the pinned Jupyter · libtorch (.libtorch) ·
# rust-src · evcxr, the Rust kernel (.tools) · the kernel "Rust (qpnet)". A finished step
# leaves a stamp in .setup/ that says what it was made from, and is skipped while that stays
# the same. An interrupted step leaves none and is done again.
#
# Environment:
#   TORCH=slim|full|cpu  which libtorch from PyPI; default: full with an NVIDIA driver, else
#                        slim (CPU only). cpu: use the torch that is already in .venv or python3
#   LIBTORCH=/path       use this libtorch (2.11) instead of a wheel
#   PYTHON=python3.12    the Python that .venv is made from; default: python3
set -euo pipefail

root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
python=${PYTHON:-python3}
torch_version=2.11.0
evcxr_version=0.22.0
stamps=.setup
mkdir -p "$stamps"
# The Python that .venv was made from stays until another one is asked for.
if [[ -z ${PYTHON:-} && -f $stamps/venv ]] && .venv/bin/python -V >/dev/null 2>&1; then
    python=.venv/bin/python
fi

say() { printf 'setup: %s\n' "$1"; }
fail() {
    printf 'setup: error: %s\n' "$1" >&2
    exit 1
}
# done_before STEP KEY: was this step finished from the same KEY?
done_before() { [[ -f $stamps/$1 && $(<"$stamps/$1") == "$2" ]]; }
# finish STEP KEY: leave the stamp, in one move.
finish() {
    printf '%s\n' "$2" >"$stamps/$1.new"
    mv -- "$stamps/$1.new" "$stamps/$1"
}
begin() { rm -f -- "$stamps/$1"; }
pip() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }

check_prerequisites() {
    local missing=0 version
    need() {
        printf 'setup: missing: %s\n' "$1" >&2
        missing=1
    }
    if ! command -v cargo >/dev/null || ! version=$(cargo --version 2>/dev/null); then
        need "cargo 1.95 or later; remedy: see https://rustup.rs"
    else
        version=${version#cargo }
        version=${version%% *}
        if [[ $(printf '%s\n' 1.95 "$version" | sort -V | head -n 1) != 1.95 ]]; then
            need "cargo 1.95 or later (this is $version); remedy: rustup update stable"
        fi
    fi
    command -v c++ >/dev/null || need "a C++ compiler; remedy: apt install build-essential"
    command -v make >/dev/null || need "make; remedy: apt install make"
    if ! command -v "$python" >/dev/null; then
        need "$python; remedy: apt install python3 python3-venv"
    elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
        need "Python 3.10 or later ($python is $("$python" -V 2>&1)); remedy: PYTHON=python3.12 make setup"
    elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        need "Python's venv module; remedy: apt install python3-venv"
    fi
    [[ $missing == 0 ]] || exit 1
}

make_venv() {
    local key
    key=$("$python" -c 'import sys; print(sys.version.split()[0], sys.base_prefix)')
    if done_before venv "$key" && [[ -x .venv/bin/python ]]; then return; fi
    say "creating .venv with $("$python" -V) (10 s)"
    begin venv
    rm -f -- "$stamps/requirements"
    "$python" -m venv --clear "$(readlink -m .venv)" # .venv may be a link, to a cache
    finish venv "$key"
}

install_requirements() {
    local key
    key="$(sha256sum <requirements.txt) $(<"$stamps/venv")"
    if done_before requirements "$key"; then return; fi
    say "installing JupyterLab and nbclient into .venv (1 min)"
    begin requirements
    pip --no-deps -r requirements.txt || fail "pip failed; is PyPI reachable? Then run make setup again"
    finish requirements "$key"
}

# The torch folder of a Python that has torch 2.11 installed; found by its files, because a
# slim torch cannot be imported.
torch_of() {
    "$1" - "$torch_version" <<'PYTHON'
import pathlib, re, sys
for place in filter(None, sys.path):
    torch = pathlib.Path(place, "torch")
    version = torch / "version.py"
    if version.is_file() and (torch / "lib/libtorch_cpu.so").is_file():
        found = re.search(r"__version__ = '([^'+]*)", version.read_text())
        if found and found[1].split(".")[:2] == sys.argv[1].split(".")[:2]:
            print(torch)
            break
PYTHON
}

# link_libtorch FOLDER: check FOLDER and let .libtorch lead to it.
link_libtorch() {
    if [[ ! -d $1/include || ! -f $1/lib/libtorch_cpu.so ]]; then
        fail "no libtorch in $1 (include/ and lib/libtorch_cpu.so expected); remedy: LIBTORCH=/path/to/libtorch of version 2.11, or unset LIBTORCH"
    fi
    local place
    place=$(cd -P -- "$1" && pwd)
    ln -sfn -- "${place#"$root"/}" .libtorch
}

has_nvidia() { [[ -e /proc/driver/nvidia/version ]] || command -v nvidia-smi >/dev/null; }

install_libtorch() {
    local wish=${TORCH:-} before='' key found
    if [[ -f $stamps/torch ]]; then before=$(<"$stamps/torch"); fi
    if [[ -n ${LIBTORCH:-} && ! (-n $before && $LIBTORCH -ef .libtorch) ]]; then
        wish="at $LIBTORCH"
    elif [[ -z $wish && -n $before ]]; then
        wish=${before#* } # what was chosen before stays chosen
    elif [[ -z $wish ]]; then
        wish=slim
        if has_nvidia; then wish=full; fi
    fi
    key="$torch_version $wish"
    if done_before torch "$key" && [[ -f .libtorch/lib/libtorch_cpu.so ]]; then return; fi
    case $wish in
    slim)
        say "installing torch $torch_version, slim: CPU only, 1.3 GB (1 min; a GPU needs TORCH=full)"
        begin torch
        pip --no-deps "torch==$torch_version" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85 ||
            fail "pip could not install torch $torch_version; is PyPI reachable?"
        link_libtorch "$(torch_of .venv/bin/python)"
        ;;
    full)
        say "installing torch $torch_version with CUDA, 4.7 GB (2 to 10 min; TORCH=slim is smaller)"
        begin torch
        pip "torch==$torch_version" || fail "pip could not install torch $torch_version; is PyPI reachable?"
        link_libtorch "$(torch_of .venv/bin/python)"
        ;;
    cpu)
        say "looking for an installed torch $torch_version"
        found=$(torch_of .venv/bin/python)
        found=${found:-$(torch_of "$python")}
        [[ -n $found ]] || fail "TORCH=cpu: no torch 2.11 in .venv or $python; remedy: install the CPU build of torch $torch_version there (https://pytorch.org), or use TORCH=slim"
        link_libtorch "$found"
        ;;
    "at "*)
        say "using the libtorch in ${wish#at }"
        link_libtorch "${wish#at }"
        ;;
    *) fail "TORCH=$wish: expected slim, full or cpu" ;;
    esac
    finish torch "$key"
}

build_evcxr() {
    if done_before evcxr "$evcxr_version" && [[ -x .tools/bin/evcxr_jupyter ]]; then return; fi
    begin evcxr
    if [[ -x .tools/bin/evcxr_jupyter ]] &&
        grep -qs "^\"evcxr_jupyter $evcxr_version " .tools/.crates.toml; then
        say "found evcxr_jupyter $evcxr_version"
    else
        say "building evcxr_jupyter $evcxr_version, the Rust kernel, into .tools (6 to 8 min on 2 cores)"
        # Its own target folder, so that an interrupted build goes on where it stopped.
        CARGO_TARGET_DIR=$root/target/tools RUSTFLAGS='' cargo install --quiet --locked \
            --version "$evcxr_version" --root .tools evcxr_jupyter ||
            fail "evcxr_jupyter could not be built; the reason stands above"
        rm -rf -- target/tools
    fi
    finish evcxr "$evcxr_version"
}

# evcxr learns the types of `let x = …` from rust-analyzer, which reads the sources of std. It
# would fetch them by itself at the first kernel start; here one sees it.
add_rust_src() {
    if [[ -d $(rustc --print sysroot)/lib/rustlib/src/rust/library ]]; then return; fi
    say "adding the component rust-src to the Rust toolchain (10 s)"
    rustup component add rust-src 2>/dev/null ||
        say "warning: no rust-src; some values in cells will need an explicit type"
}

register_kernel() {
    local folder=.venv/share/jupyter/kernels/qpnet
    mkdir -p "$folder"
    .venv/bin/python - "$root/tools/kernel" >"$folder/kernel.json.new" <<'PYTHON'
import json, sys
argv = [sys.argv[1], "--control_file", "{connection_file}"]
spec = {"argv": argv, "display_name": "Rust (qpnet)", "language": "rust", "interrupt_mode": "message"}
print(json.dumps(spec, indent=1))
PYTHON
    mv -- "$folder/kernel.json.new" "$folder/kernel.json"
}

check_prerequisites
make_venv
install_requirements
install_libtorch
add_rust_src
build_evcxr
register_kernel
say "ready: .venv, libtorch ($(cut -d ' ' -f 2- "$stamps/torch")), evcxr $evcxr_version, kernel \"Rust (qpnet)\""
