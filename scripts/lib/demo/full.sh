# shellcheck shell=bash
# The second part of the demo: what goes wrong while nobody watches, and how it is mended. Sourced after world.sh.

# agent_restart ENVIRONMENT: its agent again, after it was killed, and until it is connected.
agent_restart() {
  world_run "agent-$1" ferry-agent --config "$WORLD/agent-$1/agent.yaml"
  wait_until 15 agent_online "agent-$1" || story_failed "agent-$1 does not come back"
}
agent_online() { ferry agent list -o json | tr -d ' \n' | grep -qF "\"agent_id\":\"$1\",\"online\":true"; }

# agent_file_add ENVIRONMENT LINE…: lines at the end of its agent's file, read again by the agent. Lines of a target
# are indented by four.
agent_file_add() {
  local environment=$1
  shift
  printf '%s\n' "$@" >>"$WORLD/agent-$environment/agent.yaml"
  show 0 tail -n $# "$(short "$WORLD/agent-$environment/agent.yaml")"
  : >"$WORLD/agent-$environment.seen"
  kill -HUP "${WORLD_PID[agent-$environment]}"
  wait_until 5 world_reread "$environment" || story_failed "agent-$environment did not read its file again"
}

# world_reread ENVIRONMENT: its log has as many "read again" lines as SIGHUPs were sent since it was started.
world_reread() {
  (($(grep -c 'read again' "$WORLD/agent-$1.log") > ${WORLD_REREAD[$1]:-0})) || return 1
  WORLD_REREAD[$1]=$(grep -c 'read again' "$WORLD/agent-$1.log")
}
declare -A WORLD_REREAD=()

index_state() {
  ask dev "SELECT CASE WHEN i.indisvalid THEN 'valid' ELSE 'INVALID' END FROM pg_catalog.pg_index i
            WHERE i.indexrelid = pg_catalog.to_regclass('public.orders_symbol_placed_at_idx')"
}
index_is() { [[ $(index_state) == "$1" ]]; }

interrupted_index() {
  headline "1.4.0: an index is built while others write; the agent is killed in the middle"
  tell "1.3.0 is withdrawn: it was rolled back everywhere."
  rm 1.3.0_order_limits.sql
  add_migration 1.4.0_index_orders.sql
  tell "Somebody's report holds an old snapshot in dev, so that the build has to wait for it:"
  cluster_psql dev --dbname=trading --set=ON_ERROR_STOP=1 --output=/dev/null \
    --command="SET application_name = 'monthly report'" \
    --command='BEGIN ISOLATION LEVEL REPEATABLE READ' --command='SELECT count(*) FROM orders' \
    --command='SELECT pg_sleep(60)' >/dev/null 2>&1 &
  local report=$!
  wait_until 10 report_sleeps || story_failed "the report does not run"
  show 0 ferry promote 1.4.0 --to dev --detach
  wait_until 20 index_is INVALID || story_failed "the build has not begun"
  tell "Now: kill -9 of dev's agent. Its backend ends with it, and this is what it leaves:"
  kill -KILL "${WORLD_PID[agent-dev]}"
  wait "${WORLD_PID[agent-dev]}" 2>/dev/null || true
  show_psql dev "SELECT indexrelid::regclass AS index, indisvalid FROM pg_index WHERE NOT indisvalid"
  tell "The report ends, the agent starts again. It finds its own intent in the ledger and the INVALID index in the catalog:"
  kill "$report" 2>/dev/null || true
  wait "$report" 2>/dev/null || true
  ask dev "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE application_name = 'monthly report'" >/dev/null
  agent_restart dev
  show 0 ferry watch dev
  expect "the index of dev" valid "$(index_state)"
  expect "events of 1.4.0 in dev" "intent,segment,applied" \
    "$(ask dev "SELECT string_agg(kind, ',' ORDER BY id) FROM ferry.event WHERE version = '1.4.0'")"
}
report_sleeps() {
  [[ $(ask dev "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND application_name = 'monthly report'") == 1 ]]
}

transform_through_a_program() {
  headline "1.5.0: rows go through a program that only the agent's file can name"
  add_migration 1.5.0_article_slugs.sql
  show 0 sed -n '/ferry:transform/,/ferry:down/p' 1.5.0_article_slugs.sql
  tell "dev's agent does not know the program, and says so before anything runs:"
  show 5 ferry promote --to dev
  install -m 0755 "$FERRY_ROOT/scripts/lib/demo/slugify" "$WORLD/slugify"
  agent_file_add dev "programs:" \
    "  slugify: { command: [$WORLD/slugify], sha256: $(sha256sum "$WORLD/slugify" | cut -d' ' -f1) }"
  tell "One article of dev has a title that no address can be made of:"
  show_psql dev "UPDATE articles SET title = '???' WHERE id = (SELECT max(id) FROM articles) RETURNING id, title"
  show 6 ferry promote --to dev
  show_psql dev "SELECT count(*) FILTER (WHERE slug IS NOT NULL) AS done, count(*) FILTER (WHERE slug IS NULL) AS left FROM articles"
  tell "Its author gives it one; the promotion goes on behind the batches that are committed:"
  show_psql dev "UPDATE articles SET title = 'What now?' WHERE title = '???'"
  show 0 ferry promote --to dev
  show_psql dev "SELECT id, title, slug FROM articles ORDER BY id DESC LIMIT 2"
}

back_to_a_backup() {
  headline "Somebody empties a table of dev: back to the backup of the last promotion"
  local backup orders application
  show 0 ferry backup list dev
  backup=$(ferry backup list dev -o json | grep -oE '"backup_id": ?"[^"]+"' | head -n 1 | cut -d'"' -f4)
  orders=$(ask dev 'SELECT count(*) FROM orders')
  show 0 ferry backup verify dev "$backup"
  show_psql dev 'DELETE FROM orders'
  tell "The application is still connected, so nothing is replaced under it:"
  cluster_psql dev --dbname=trading --command="SET application_name = 'trading app'" \
    --command='SELECT pg_sleep(300)' >/dev/null 2>&1 &
  application=$!
  wait_until 10 application_runs || story_failed "the application does not run"
  show 5 ferry restore dev "$backup" --yes
  tell "It is stopped; an agent's file can name a hook that does this."
  ask dev "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE application_name = 'trading app'" >/dev/null
  wait "$application" 2>/dev/null || true
  show 0 ferry restore dev "$backup" --yes
  expect "orders of dev after the restore" "$orders" "$(ask dev 'SELECT count(*) FROM orders')"
  show_psql dev 'SELECT count(*) AS orders FROM orders'
  tell "The backup was taken while 1.5.0 stood half-way. The restored ledger knows that, and the promotion goes on there:"
  show 0 ferry promote --to dev
  show 0 ferry status
}
application_runs() {
  [[ $(ask dev "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = 'trading app' AND state = 'active'") == 1 ]]
}

database_that_exists() {
  headline "A database that was made by hand, years ago, comes under the plan"
  clusters_start legacy
  cluster_database legacy trading
  sed -n '/^-- ferry:up/,/^-- ferry:down/p' 1.0.0_initial_schema.sql |
    cluster_psql legacy --dbname=trading --command='SET ROLE ferry_migrate' --file=-
  ask legacy 'SET ROLE ferry_migrate; ALTER TABLE orders ADD COLUMN note text' >/dev/null
  tell "It becomes an environment: a line in the controller's file, and an agent beside it."
  printf '  - environment: legacy\n    targets: [legacy-1]\n' >>"$WORLD/controller/controller.yaml"
  kill "${WORLD_PID[controller]}"
  wait "${WORLD_PID[controller]}" 2>/dev/null || true
  world_run controller ferry-controller --config "$WORLD/controller/controller.yaml"
  wait_until 10 world_says controller 'listens on' || story_failed "the controller does not start"
  mkdir "$WORLD/agent-legacy"
  world_windows legacy '[]'
  printf '    scratch: { connection: { host: "%s", port: "%s" }, user: ferry_restore, password_file: "%s" }\n' \
    "${CLUSTER_SOCKETS[dev]}" "${CLUSTER_PORT[dev]}" "$CLUSTERS_SECRETS/dev-ferry_restore.password" \
    >>"$WORLD/agent-legacy/agent.yaml"
  printf 'programs:\n  slugify: { command: [%s], sha256: %s }\n' "$WORLD/slugify" \
    "$(sha256sum "$WORLD/slugify" | cut -d' ' -f1)" >>"$WORLD/agent-legacy/agent.yaml"
  show 0 tail -n 3 "$(short "$WORLD/agent-legacy/agent.yaml")"
  local environment
  agent_restart legacy
  for environment in dev staging prod; do
    wait_until 15 agent_online "agent-$environment" || story_failed "agent-$environment is not back"
  done
  tell "Is it really what 1.0.0 makes? The agent builds that in a scratch database and compares:"
  show 2 ferry baseline legacy --at 1.0.0
  tell "Not quite. Nobody needs that column; without it, 1.0.0 is recorded and nothing of it is run:"
  show_psql legacy 'ALTER TABLE orders DROP COLUMN note'
  show 0 ferry baseline legacy --at 1.0.0
  show 0 ferry promote 1.1.0 --to legacy
  expect "versions of legacy" "baseline,applied" \
    "$(ask legacy "SELECT string_agg(kind, ',' ORDER BY id) FROM ferry.event WHERE kind IN ('baseline', 'applied')")"
}
