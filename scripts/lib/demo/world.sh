# shellcheck shell=bash
# The demo's small world: clusters, controller, agents, a project folder, and commands shown as a person types them.
# Sourced after the other libraries. One at a time in a script; other demos may run beside it.

WORLD='' WORLD_KEPT=no
declare -A WORLD_PID=()

# world_start: everything up, every agent connected, the shell in the project's folder.
world_start() {
  headline "Three PostgreSQL clusters, a controller, three agents"
  trap world_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  WORLD=$(temporary_folder ferry-demo)
  local environment start
  start=$(now_us)
  clusters_init "$WORLD"
  clusters_start dev staging prod
  for environment in dev staging prod; do cluster_database "$environment" trading & done
  wait_for_all "creating a database"
  for environment in dev staging prod; do
    printf '  %-8s PostgreSQL %s, port %s, socket in %s\n' "$environment" \
      "$(ask "$environment" "SELECT split_part(current_setting('server_version'), ' ', 1)")" "${CLUSTER_PORT[$environment]}" "${CLUSTER_SOCKETS[$environment]}"
  done

  WORLD_ADDRESS=127.0.0.1:$(free_ports 1)
  mkdir "$WORLD/controller" "$WORLD/backups"
  fill_in "$FERRY_ROOT/deploy/examples/controller.yaml" LISTEN="$WORLD_ADDRESS" \
    STORE="$WORLD/controller/controller.db" >"$WORLD/controller/controller.yaml"
  world_run controller ferry-controller --config "$WORLD/controller/controller.yaml"
  wait_until 10 world_says controller 'listens on' || story_failed "the controller does not start"
  for environment in dev staging prod; do
    mkdir "$WORLD/agent-$environment"
    world_windows "$environment" '[]'
    world_run "agent-$environment" ferry-agent --config "$WORLD/agent-$environment/agent.yaml"
  done

  # The first two of the sample's migrations; the story adds its own.
  mkdir "$WORLD/trading"
  cp "$FERRY_ROOT"/migrations/trading/1.[01].0_*.sql "$WORLD/trading"
  printf 'project: trading\nmigrations: .\ncontroller: %s\n' "$WORLD_ADDRESS" >"$WORLD/trading/ferry.yaml"
  cd "$WORLD/trading" || exit 1
  ferry sum >/dev/null
  wait_until 15 world_ready || story_failed "not every agent is connected to the controller and its database"
  printf '  ready in %s s; all files below %s\n' "$(seconds_since "$start")" "$WORLD"
  show 0 cd "$WORLD/trading"
  show 0 ferry agent list
}

# world_run NAME PROGRAM ARGUMENT…: in the background, in a session of its own (a Ctrl-C here is not for it).
world_run() {
  local name=$1
  shift
  setsid "$@" </dev/null >"$WORLD/$name.log" 2>&1 &
  WORLD_PID[$name]=$!
}

# world_says NAME TEXT: whether its log has it. Fails the story when the program has ended.
world_says() {
  kill -0 "${WORLD_PID[$1]}" 2>/dev/null || story_failed "$1 has ended"
  grep -qF -- "$2" "$WORLD/$1.log"
}

world_ready() {
  local name status
  for name in "${!WORLD_PID[@]}"; do
    kill -0 "${WORLD_PID[$name]}" 2>/dev/null || story_failed "$name has ended"
  done
  status=$(ferry status -o json 2>/dev/null) || return 1
  (($(grep -oE '"agent_online": ?true' <<<"$status" | wc -l) == 3 &&
    $(grep -oE '"reachable": ?true' <<<"$status" | wc -l) == 3))
}

# world_windows ENVIRONMENT RULES: writes its agent's file anew, from the example, with these rules.
world_windows() {
  local home=$WORLD/agent-$1
  fill_in "$FERRY_ROOT/deploy/examples/agent.yaml" NAME="agent-$1" CONTROLLER="$WORLD_ADDRESS" STATE="$home/state" \
    TARGET="$1-1" ENVIRONMENT="$1" PGHOST="${CLUSTER_SOCKETS[$1]}" PGPORT="${CLUSTER_PORT[$1]}" DATABASE=trading \
    SECRETS="$CLUSTERS_SECRETS/$1" BACKUPS="$WORLD/backups/$1-1" ZONE=UTC RULES="$2" >"$home/agent.yaml.new"
  mv "$home/agent.yaml.new" "$home/agent.yaml"
}

# world_load ROWS: the same data into every database, side by side.
world_load() {
  local environment start
  start=$(now_us)
  for environment in dev staging prod; do
    PGPASSFILE=$CLUSTERS_SECRETS/pgpass "$FERRY_ROOT/scripts/trading-data" --rows "$1" \
      -h "${CLUSTER_SOCKETS[$environment]}" -p "${CLUSTER_PORT[$environment]}" -U postgres -d trading &
  done
  wait_for_all "loading data"
  note "$(seconds_since "$start") s"
}

# wait_for_all WHAT: for the background jobs just started, not for the programs.
wait_for_all() {
  local pid
  for pid in $(jobs -p); do
    [[ " ${WORLD_PID[*]} " == *" $pid "* ]] || wait "$pid" || story_failed "$1 failed"
  done
}

# ask ENVIRONMENT SQL: the values, nothing else.
ask() { cluster_psql "$1" --dbname=trading --tuples-only --no-align --command="$2"; }

# add_migration FILE: into the project's folder, as a developer would, and registered.
add_migration() {
  cp "$FERRY_ROOT/scripts/lib/demo/$1" .
  show 0 ferry sum
  show 0 ferry plan register
}

# short PATH: as seen from the project's folder.
short() { printf '../%s' "${1#"$WORLD"/}"; }

# typed WORD…: the words as somebody would type them.
typed() {
  local word line=''
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:=@,+-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    line+=" $word"
  done
  printf '%s' "${line# }"
}

# tell TEXT: what a command cannot say, a blank line before it.
tell() { printf '\n%s%s%s\n' "$C_DIM" "$1" "$C_OFF"; }

# show EXIT-CODE COMMAND…: prints it, runs it, and fails the story when it ends otherwise.
show() {
  local expected=$1 status=0
  shift
  printf '\n%s$ %s%s\n' "$C_BOLD" "$(typed "$@")" "$C_OFF"
  "$@" || status=$?
  ((status != 130)) || exit 130 # Ctrl-C, and the command was quicker than our own trap
  ((status == expected)) || story_failed "\"$(typed "$@")\" ended with $status; the story says $expected"
  ((expected == 0)) || note "exit code $status"
}

# show_psql ENVIRONMENT SQL: as `show`, for one query, as the superuser.
show_psql() {
  local where=(-h "${CLUSTER_SOCKETS[$1]}" -p "${CLUSTER_PORT[$1]}" -U postgres -d trading)
  printf '\n%s$ psql %s -c "%s"%s\n' "$C_BOLD" "$(typed "${where[@]}")" "$2" "$C_OFF"
  cluster_psql "$1" --dbname=trading --pset=footer=off --command="$2" || story_failed "psql failed"
}

# expect WHAT WANTED GOT: a check that the reader need not see unless it fails.
expect() { [[ $3 == "$2" ]] || story_failed "$1: expected \"$2\", got \"$3\""; }

# story_failed TEXT: ends the demo, loudly, with the ends of all logs.
story_failed() {
  local log
  for log in "$WORLD"/pg/*/server.log "$WORLD"/controller.log "$WORLD"/agent-*.log; do
    [[ -s $log ]] || continue
    printf '\n---- the end of %s\n' "${log#"$WORLD"/}" >&2
    tail -n 12 "$log" >&2
  done
  echo >&2
  die "the demo failed: $1"
}

# world_end: runs on every exit. Ends the programs and clusters started here, by pid, and removes the folder.
world_end() {
  local status=$? name
  trap '' INT TERM HUP
  trap - EXIT
  if [[ $WORLD_KEPT == no ]]; then
    ((status == 0)) || [[ ! -t 2 ]] || printf '\nstopping what the demo started …\n' >&2
    for name in "${!WORLD_PID[@]}"; do kill "${WORLD_PID[$name]}" 2>/dev/null || true; done
    wait_until 8 world_is_down || for name in "${!WORLD_PID[@]}"; do kill -KILL "${WORLD_PID[$name]}" 2>/dev/null || true; done
    clusters_stop
    cd /
    [[ -z $WORLD ]] || rm -rf "$WORLD"
  fi
  exit "$status"
}

world_is_down() {
  local name
  for name in "${!WORLD_PID[@]}"; do ! kill -0 "${WORLD_PID[$name]}" 2>/dev/null || return 1; done
}

# world_keep: leaves everything running, writes a script that stops it, and says how to look around.
world_keep() {
  local name environment stop=$WORLD/stop as=''
  ((EUID != 0)) || as='runuser -u postgres -- '
  {
    printf '#!/usr/bin/env bash\n# Stops what ./scripts/demo --keep left running and removes its folder.\ncd /\n'
    for name in "${!WORLD_PID[@]}"; do
      # shellcheck disable=SC2016 # for the script that is written
      printf '[[ $(tr "\\0" " " 2>/dev/null </proc/%s/cmdline) != *%q* ]] || kill %s\n' \
        "${WORLD_PID[$name]}" "$WORLD/" "${WORLD_PID[$name]}"
    done
    for name in "${!CLUSTER_RUNS[@]}"; do
      printf '%s%q --pgdata=%q --mode=immediate --silent stop\n' "$as" "$PG_BIN/pg_ctl" "$WORLD/pg/$name/data"
    done
    printf 'rm -rf %q || { sleep 1; rm -rf %q; }\n' "$WORLD" "$WORLD"
  } >"$stop"
  {
    # shellcheck disable=SC2016
    printf 'export PATH=%q:$PATH\nexport PGPASSFILE=%q PGUSER=postgres PGDATABASE=trading\n' \
      "$FERRY_ROOT/build/dev/bin" "$CLUSTERS_SECRETS/pgpass"
    for environment in dev staging prod; do
      printf '%s() { psql -h %q -p %s "$@"; }\n' "$environment" "${CLUSTER_SOCKETS[$environment]}" "${CLUSTER_PORT[$environment]}"
    done
    printf 'cd %q\n' "$WORLD/trading"
  } >"$WORLD/env"
  chmod 0700 "$stop"
  WORLD_KEPT=yes
  cat <<END

  Everything is still running. To look around:
    . $WORLD/env                 # PATH, psql's settings, the project's folder
    ferry status
    ferry history prod
    ferry new add_currency       # your own migration; then: ferry sum, ferry plan register, ferry promote --to dev
    prod -c '\\d prices'          # psql in prod; also: dev, staging
    tail -f $WORLD/agent-prod.log
  To stop it and remove its files:
    $stop
END
}
