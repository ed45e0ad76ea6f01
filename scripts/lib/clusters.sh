# shellcheck shell=bash
# Throw-away PostgreSQL clusters: one initdb, copied; each with its own port, socket folder and database. For demos and
# trials only: nothing is synced to disk. Sourced after common.sh.
#
# clusters_init ROOT, then clusters_start NAME…, at the end clusters_stop. Sets
#   CLUSTER_PORT[name], CLUSTER_SOCKETS[name]   where each one listens (127.0.0.1 and a socket)
#   CLUSTERS_SECRETS                            a folder, 0700: NAME-LOGIN.password, and `pgpass` for the superuser
# The superuser is called `postgres`; every connection needs its password. CLUSTERS_CONF: more lines of postgresql.conf.

PG_BIN=/usr/lib/postgresql/15/bin
declare -A CLUSTER_PORT=() CLUSTER_SOCKETS=() CLUSTER_RUNS=()
CLUSTERS_STARTING=()

# temporary_folder PREFIX: a new folder, in memory when there is room for it (2 GB), else where TMPDIR says. Others may
# pass through it (the server's user must), not look into it.
temporary_folder() {
  local parent=${TMPDIR:-/tmp} free folder
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
  if ((${free:-0} > 2 * 1024 * 1024)) && [[ -w /dev/shm ]]; then
    parent=/dev/shm
  elif ((${#parent} > 60)); then
    parent=/tmp # a socket's path may have 107 bytes
  fi
  folder=$(mktemp -d "$parent/$1.XXXXXX")
  chmod 0711 "$folder"
  printf '%s' "$folder"
}

# free_ports COUNT: that many different ports of 127.0.0.1, found by binding them, below the range the kernel gives away.
free_ports() {
  perl -MIO::Socket::INET -e '
    my @held;
    for (1 .. 2000) {
      last if @held == $ARGV[0];
      my $socket = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 20000 + int(rand(12000)),
                                         Proto => "tcp", Listen => 1);
      push @held, $socket if $socket;
    }
    die "no free port\n" if @held < $ARGV[0];
    print map { $_->sockport . "\n" } @held;' "$1"
}

# random_password: 32 letters and digits. Never an argument of a program.
random_password() {
  local bytes
  bytes=$(od -An -N24 -tx1 /dev/urandom)
  printf '%s' "${bytes//[[:space:]]/}"
}

# PostgreSQL refuses to run as root: then it is the user `postgres` that runs the server.
as_server_user() {
  if ((EUID == 0)); then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

clusters_init() {
  CLUSTERS_ROOT=$1
  CLUSTERS_SECRETS=$1/secrets
  [[ -x $PG_BIN/initdb ]] || die "PostgreSQL 15 is missing: $PG_BIN/initdb" "run ./scripts/demo, which installs it"
  mkdir -m 0700 "$CLUSTERS_SECRETS"
  mkdir -m 0711 "$CLUSTERS_ROOT/pg"
  ((EUID != 0)) || chown postgres: "$CLUSTERS_ROOT/pg"
  (
    umask 077
    password=$(random_password)
    printf '*:*:*:postgres:%s\n' "$password" >"$CLUSTERS_SECRETS/pgpass"
    as_server_user tee "$CLUSTERS_ROOT/pg/password" <<<"$password" >/dev/null
    as_server_user "$PG_BIN/initdb" --pgdata="$CLUSTERS_ROOT/pg/template" --username=postgres --encoding=UTF8 \
      --locale=C.UTF-8 --auth=scram-sha-256 --pwfile="$CLUSTERS_ROOT/pg/password" --no-sync \
      >"$CLUSTERS_ROOT/initdb.log" 2>&1
    as_server_user rm "$CLUSTERS_ROOT/pg/password"
  ) || {
    cat "$CLUSTERS_ROOT/initdb.log" >&2
    die "initdb failed"
  }
}

# clusters_start NAME…: all of them at once.
clusters_start() {
  local name tries=0 pending=("$@") failed pids ports
  while ((tries++ < 3)); do
    mapfile -t ports < <(free_ports ${#pending[@]})
    ((${#ports[@]} == ${#pending[@]})) || die "no free port on 127.0.0.1"
    pids=() failed=()
    for name in "${pending[@]}"; do
      CLUSTER_PORT[$name]=${ports[${#pids[@]}]}
      CLUSTER_SOCKETS[$name]=$CLUSTERS_ROOT/pg/$name
      CLUSTER_RUNS[$name]=yes
      clusters_start_one "$name" &
      pids+=($!)
      CLUSTERS_STARTING+=($!)
    done
    for name in "${pending[@]}"; do
      wait "${pids[0]}" || failed+=("$name")
      pids=("${pids[@]:1}")
    done
    ((${#failed[@]} > 0)) || return 0
    pending=("${failed[@]}") # somebody else was quicker with a port
  done
  tail -n 20 "$CLUSTERS_ROOT/pg/${pending[0]}/server.log" >&2
  die "the cluster '${pending[0]}' does not start"
}

clusters_start_one() {
  local home=$CLUSTERS_ROOT/pg/$1
  if [[ ! -d $home/data ]]; then
    as_server_user mkdir -p -m 0711 "$home"
    as_server_user cp -a "$CLUSTERS_ROOT/pg/template" "$home/data"
  fi
  as_server_user tee "$home/data/postgresql.auto.conf" >/dev/null <<EOT
port = ${CLUSTER_PORT[$1]}
listen_addresses = '127.0.0.1'
unix_socket_directories = '$home'
cluster_name = '$1'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
max_connections = 40
shared_buffers = 64MB
logging_collector = off
dynamic_shared_memory_type = mmap
log_line_prefix = '%m %q%a '
${CLUSTERS_CONF:-}
EOT
  # pg_ctl makes the server a session of its own: a Ctrl-C here is not for it.
  as_server_user "$PG_BIN/pg_ctl" --pgdata="$home/data" --log="$home/server.log" --wait --timeout=30 --silent start \
    </dev/null >/dev/null 2>&1
}

# clusters_stop: those that were started here, found by the pid in their own data folder. Never fails.
clusters_stop() {
  local name pids=()
  # Interrupted while they start: a server half-way up cannot be stopped.
  ((${#CLUSTERS_STARTING[@]} == 0)) || wait "${CLUSTERS_STARTING[@]}" 2>/dev/null || true
  for name in "${!CLUSTER_RUNS[@]}"; do
    as_server_user "$PG_BIN/pg_ctl" --pgdata="$CLUSTERS_ROOT/pg/$name/data" --mode=immediate --wait --silent stop \
      >/dev/null 2>&1 &
    pids+=($!)
  done
  ((${#pids[@]} == 0)) || wait "${pids[@]}" || true
  CLUSTER_RUNS=()
}

# cluster_psql NAME ARGUMENT…: psql as the superuser, stopping at the first error.
cluster_psql() {
  local name=$1
  shift
  PGPASSFILE=$CLUSTERS_SECRETS/pgpass psql --no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1 --pset=pager=off \
    --host="${CLUSTER_SOCKETS[$name]}" --port="${CLUSTER_PORT[$name]}" --username=postgres "$@"
}

# cluster_database NAME DATABASE: creates it with the logins of an agent (deploy/examples/roles.sql), each with a
# random password in CLUSTERS_SECRETS.
cluster_database() {
  local name=$1 database=$2 login password file
  cluster_psql "$name" --dbname=postgres --command="CREATE DATABASE $database"
  cluster_psql "$name" --dbname="$database" --file="$FERRY_ROOT/deploy/examples/roles.sql"
  cluster_psql "$name" --dbname="$database" --command="CREATE ROLE ${database}_owner" \
    --command="ALTER DATABASE $database OWNER TO ${database}_owner" \
    --command="GRANT ${database}_owner TO ferry_restore"
  for login in ferry_setup ferry_migrate ferry_observe ferry_restore; do
    file=$CLUSTERS_SECRETS/$name-$login.password
    password=$(random_password)
    (umask 077 && printf '%s\n' "$password" >"$file")
    printf "ALTER ROLE %s PASSWORD '%s';\n" "$login" "$password"
  done | cluster_psql "$name" --dbname="$database"
}
