# shellcheck shell=bash
# For the hidden preparations of docs/guide's pages. Sourced by tests/guide/run.cc, in the project's folder.

# everywhere VERSION: the plan is registered, and all three environments are brought to the version.
everywhere() {
  local environment
  ferry plan register
  for environment in dev staging prod; do ferry promote "$1" --to "$environment" --yes; done
}

# dev_at VERSION: the same for dev alone.
dev_at() {
  ferry plan register
  ferry promote "$1" --to dev --yes
}

# fill ENVIRONMENT ROWS: prices and what belongs to them.
fill() { trading-data --rows "$2" -d "service=$1"; }

# only VERSION: the folder holds the migrations up to VERSION alone, as if nobody had written the later ones.
only() {
  local file
  for file in *.sql; do
    [[ $(printf '%s\n%s\n' "${file%%_*}" "$1" | sort -V | tail -n 1) == "$1" ]] || rm "$file"
  done
  ferry sum
}

# agent_file ENVIRONMENT: the path of its agent's file. reload ENVIRONMENT: has the agent read it again.
agent_file() { printf '%s/agent-%s.yaml' "$GUIDE_HOME" "$1"; }
reload() {
  local pid=GUIDE_AGENT_$1
  kill -HUP "${!pid}"
}

# until_true SECONDS COMMAND…: waits until it succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    read -r -t 0.1 <> <(:) || true
  done
}
