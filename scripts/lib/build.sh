# shellcheck shell=bash
# Configures a preset and builds it: one moving line on a terminal, the failures, and a log. Sourced after common.sh.

# build_preset PRESET [TARGET…]: builds these targets, or everything. Ends the script when it fails.
# Two at once in one folder take turns.
build_preset() {
  local preset=$1 folder log start status=0 compiler_cache
  shift
  folder=$FERRY_ROOT/build/$preset
  log=$folder.log
  start=$(now_us)
  mkdir -p "$folder"
  headline "Build (preset $preset, log in ${log#"$FERRY_ROOT"/})"

  # Same objects for every checkout: paths below the repository are hashed as relative ones.
  export CCACHE_BASEDIR=$FERRY_ROOT CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  has ccache && compiler_cache=ccache || compiler_cache="no ccache"

  exec {build_lock}>"$folder.lock"
  if ! flock --nonblock "$build_lock"; then
    note "another build of this folder is under way: waiting for it"
    flock "$build_lock"
  fi
  if ! (cd "$FERRY_ROOT" && cmake --preset "$preset") >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "configuring failed" "log: $log"
  fi
  set +e
  NINJA_STATUS='[%f/%t] ' ninja -C "$folder" -j "$(jobs_for_this_machine)" "$@" 2>&1 {build_lock}>&- |
    tee -a "$log" | build_progress
  status=${PIPESTATUS[0]}
  set -e
  exec {build_lock}>&-
  if ((status != 0)); then
    sed -n '/^FAILED: /,$p' "$log" | head -n 60 >&2
    die "the build failed" "log: $log"
  fi
  printf 'built in %s s (%s)\n' "$(seconds_since "$start")" "$compiler_cache"
}

# Reads ninja's lines: one line that moves on a terminal, one line a tenth of the way elsewhere.
build_progress() {
  local line finished total tenth last=0 shown=0
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]] || continue
    finished=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    if [[ -t 1 ]]; then
      printf '\r\e[K%4d/%d  %.70s' "$finished" "$total" "${BASH_REMATCH[3]##* }"
      shown=1
    else
      tenth=$((finished * 10 / total))
      if ((tenth > last)); then
        last=$tenth
        printf '%4d/%d\n' "$finished" "$total"
      fi
    fi
  done
  ((shown == 0)) || printf '\r\e[K'
}
