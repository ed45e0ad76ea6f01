# shellcheck shell=bash
# What every script here uses: where the repository is, how to speak, how to fail. Sourced, never run.

FERRY_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Colours only where a person looks, and never with NO_COLOR (https://no-color.org).
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  C_BOLD=$'\e[1m' C_DIM=$'\e[2m' C_RED=$'\e[31m' C_GREEN=$'\e[32m' C_OFF=$'\e[0m'
else
  C_BOLD='' C_DIM='' C_RED='' C_GREEN='' C_OFF=''
fi

# headline TEXT: the start of a part.
headline() { printf '\n%s== %s%s\n' "$C_BOLD" "$*" "$C_OFF"; }

# note TEXT: what is being done, in one line.
note() { printf '%s%s%s\n' "$C_DIM" "$*" "$C_OFF"; }

# fail TEXT…: one line each on stderr, the first one red. Does not end the script.
fail() {
  printf '%s%s%s\n' "$C_RED" "$1" "$C_OFF" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
}

# die TEXT…: fail, then exit 1 (which runs the EXIT trap).
die() {
  fail "$@"
  exit 1
}

# has PROGRAM: whether it is on the PATH.
has() { command -v "$1" >/dev/null 2>&1; }

# seconds_since MICROSECONDS: "3.4", from an earlier now_us.
now_us() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }
seconds_since() {
  local tenths=$((($(now_us) - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# wait_until SECONDS COMMAND…: runs it every 50 ms until it succeeds. Returns 1 when the time is over.
wait_until() {
  local end=$(($(now_us) + $1 * 1000000))
  shift
  until "$@"; do
    (($(now_us) < end)) || return 1
    sleep 0.05
  done
}

# jobs_for_this_machine: how many compilers at once; each may need 1.5 GB.
jobs_for_this_machine() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
  ((memory >= 1)) || memory=1
  printf '%s' $((cores < memory ? cores : memory))
}

# our_files SUFFIX…: the repository's files with these suffixes, NUL-separated, relative to its root.
our_files() {
  local suffix globs=() names=()
  for suffix in "$@"; do
    globs+=("*.$suffix")
    names+=(-o -name "*.$suffix")
  done
  cd "$FERRY_ROOT" || return 1
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard -- "${globs[@]}" |
      while IFS= read -r -d '' suffix; do [[ ! -e $suffix ]] || printf '%s\0' "$suffix"; done
  else
    find . \( -name build -o -name .git \) -prune -o -type f \( "${names[@]:1}" \) -print0
  fi
}
