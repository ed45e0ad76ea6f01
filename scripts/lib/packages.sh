# shellcheck shell=bash
# Installs the Debian packages of packages.txt that are missing, and only those. Sourced after common.sh.

# packages_wanted: "name<TAB>reason" a line.
packages_wanted() {
  local line name reason
  while IFS= read -r line; do
    [[ $line =~ ^[a-z0-9] ]] || continue
    name=${line%%[[:space:]#]*}
    reason=${line#*#}
    printf '%s\t%s\n' "$name" "${reason# }"
  done <"$FERRY_ROOT/scripts/lib/packages.txt"
}

# packages_missing: the lines of packages_wanted whose package is not installed.
packages_missing() {
  local name reason installed
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" { print $1 }')
  while IFS=$'\t' read -r name reason; do
    grep -qxF -- "$name" <<<"$installed" || printf '%s\t%s\n' "$name" "$reason"
  done < <(packages_wanted)
}

# As root, directly; otherwise through sudo. `sudo env` because sudo may drop variables.
packages_apt() {
  local command=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@")
  ((EUID == 0)) || command=(sudo "${command[@]}")
  "${command[@]}"
}

# packages_known NAME…: whether apt can install all of them without a fresh list.
packages_known() {
  local name
  for name in "$@"; do
    apt-cache policy "$name" 2>/dev/null | grep -q '^  Candidate: [0-9]' || return 1
  done
}

# packages_install: makes everything of packages.txt present, or ends the script with what to do.
packages_install() {
  if ! has dpkg-query || ! has apt-get; then
    die "this script installs what it needs with apt, and there is no apt here" \
      "it is made for Debian 12; elsewhere install what scripts/lib/packages.txt names"
  fi
  local missing=() name reason log
  while IFS=$'\t' read -r name reason; do
    ((${#missing[@]} > 0)) || headline "Packages that are missing"
    missing+=("$name")
    printf '  %-26s %s\n' "$name" "$reason"
  done < <(packages_missing)
  ((${#missing[@]} > 0)) || return 0

  if ((EUID != 0)) && ! has sudo; then
    die "to install them you must be root or have sudo" "as root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  log=$(mktemp "${TMPDIR:-/tmp}/ferry-apt.XXXXXX")
  if ! packages_known "${missing[@]}"; then
    note "apt-get update"
    packages_apt update >>"$log" 2>&1 || packages_failed "apt-get update failed: is there a network?" "$log"
  fi
  note "apt-get install --no-install-recommends …"
  if ! packages_apt install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    # The usual reason: package lists older than the mirror.
    note "that failed; once more after apt-get update"
    packages_apt update >>"$log" 2>&1 || packages_failed "apt-get update failed: is there a network?" "$log"
    packages_apt install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 ||
      packages_failed "apt-get install failed" "$log"
  fi
  rm -f "$log"
  case " ${missing[*]} " in
    *" postgresql-15 "*)
      note "Debian's postgresql-15 makes a cluster 'main' of its own on port 5432; nothing here uses it." ;;
  esac
}

packages_failed() {
  tail -n 15 "$2" >&2
  die "$1" "everything apt said: $2" \
    "by hand, as root: apt-get update && apt-get install --no-install-recommends $(packages_missing | cut -f1 | tr '\n' ' ')"
}
