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
