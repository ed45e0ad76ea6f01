#include "cli/testing/samples.h"

#include "rpc/convert.h"

namespace ferry::cli {
namespace {

void AddMigration(v1::PlanInfo& plan, const std::string& version, const std::string& name,
                  const std::string& description, int segments) {
  v1::MigrationInfo* m = plan.add_migrations();
  m->set_version(version);
  m->set_name(name);
  m->set_description(description);
  m->set_author("data-platform");
  m->set_date("2026-11-22");
  m->set_checksum(std::string(64, 'c'));
  m->set_segments(segments);
}

v1::EnvironmentStatus Environment(const std::string& name, const std::string& version, absl::Time now) {
  v1::EnvironmentStatus e;
  e.set_name(name);
  v1::TargetInfo* target = e.add_targets();
  target->set_target_id(name + "-1");
  target->set_agent_id("agent-" + name);
  target->set_agent_online(true);
  target->set_current_version(version);
  v1::TargetStatus* status = target->mutable_status();
  status->set_target_id(name + "-1");
  status->set_environment(name);
  status->set_reachable(true);
  status->set_server_version("15.20");
  status->set_has_ledger(true);
  status->set_window_open(true);
  *status->mutable_checked_at() = rpc::ToProto(now);
  v1::PromotionInfo* last = e.mutable_last();
  last->set_promotion_id("prm-20261123-125000-0000000a");
  last->set_kind(v1::PROMOTION_KIND_PROMOTE);
  last->set_environment(name);
  last->set_to_version(version);
  last->set_state(v1::PROMOTION_STATE_SUCCEEDED);
  *last->mutable_requested_at() = rpc::ToProto(now - absl::Minutes(13));
  *last->mutable_finished_at() = rpc::ToProto(now - absl::Minutes(12));
  return e;
}

v1::StepInfo* AddStep(v1::RunInfo& run, v1::StepKind kind, const std::string& version,
                      const std::string& state) {
  v1::StepInfo* step = run.add_steps();
  *step->mutable_step() = MakeStep(kind, version);
  step->set_state(state);
  return step;
}

void Took(v1::StepInfo* step, absl::Time start, absl::Duration duration, const std::string& summary) {
  step->set_attempt(1);
  *step->mutable_started_at() = rpc::ToProto(start);
  *step->mutable_ended_at() = rpc::ToProto(start + duration);
  step->set_summary(summary);
}

}  // namespace

v1::Step MakeStep(v1::StepKind kind, const std::string& version) {
  v1::Step step;
  step.set_kind(kind);
  step.set_version(version);
  return step;
}

v1::PlanInfo SamplePlan(absl::Time now) {
  v1::PlanInfo plan;
  plan.set_digest(kDigest);
  plan.set_name("trading");
  plan.set_registered_by("ana@laptop");
  *plan.mutable_registered_at() = rpc::ToProto(now - absl::Hours(2));
  AddMigration(plan, "1.0.0", "init", "the first tables", 1);
  AddMigration(plan, "1.1.0", "add_adjusted_close",
               "split- and dividend-adjusted close, backfilled from close", 2);
  return plan;
}

v1::GetStatusResponse SampleStatus(absl::Time now) {
  v1::GetStatusResponse status;
  *status.mutable_plan() = SamplePlan(now);
  *status.add_environments() = Environment("dev", "1.1.0", now);
  v1::EnvironmentStatus staging = Environment("staging", "1.1.0", now);
  v1::TargetStatus* open = staging.mutable_targets(0)->mutable_status();
  open->set_window_zone("Europe/Berlin");
  *open->mutable_window_closes() = rpc::ToProto(now + absl::Hours(3) + absl::Minutes(58));
  *status.add_environments() = staging;
  v1::EnvironmentStatus prod = Environment("prod", "1.0.0", now);
  v1::TargetStatus* closed = prod.mutable_targets(0)->mutable_status();
  closed->set_window_open(false);
  closed->set_window_zone("Europe/Berlin");
  *closed->mutable_window_opens() = rpc::ToProto(now + absl::Hours(7) + absl::Minutes(58));
  prod.add_pending("1.1.0");
  prod.set_next("ferry promote --to prod");
  *status.add_environments() = prod;
  return status;
}

v1::PromotionInfo RunningPromotion(absl::Time now) {
  v1::PromotionInfo p;
  p.set_promotion_id(kPromotionId);
  p.set_kind(v1::PROMOTION_KIND_PROMOTE);
  p.set_environment("prod");
  p.set_plan_name("trading");
  p.set_plan_digest(kDigest);
  p.set_to_version("1.1.0");
  p.set_state(v1::PROMOTION_STATE_RUNNING);
  p.set_requested_by("ana@laptop");
  const absl::Time start = now - absl::Seconds(20);
  *p.mutable_requested_at() = rpc::ToProto(start);
  v1::RunInfo* run = p.add_runs();
  run->set_run_id("run-1");
  run->set_target_id("prod-1");
  run->set_state(v1::RUN_STATE_DISPATCHED);
  run->set_from_version("1.0.0");
  run->set_agent_online(true);
  Took(AddStep(*run, v1::STEP_KIND_PREFLIGHT, "", "done"), start, absl::Milliseconds(100),
       "at 1.0.0, PostgreSQL 15.20");
  Took(AddStep(*run, v1::STEP_KIND_BACKUP, "", "done"), start + absl::Seconds(1), absl::Seconds(16),
       "14 files, 4.1 MB");
  v1::StepInfo* apply = AddStep(*run, v1::STEP_KIND_APPLY, "1.1.0", "running");
  apply->set_attempt(1);
  *apply->mutable_started_at() = rpc::ToProto(now - absl::Seconds(3));
  AddStep(*run, v1::STEP_KIND_VERIFY, "1.1.0", "pending");
  AddStep(*run, v1::STEP_KIND_ANALYZE, "", "pending");
  run->set_backup_id("bak-20261123-130204-0000000b");
  return p;
}

v1::PromotionInfo WaitingPromotion(absl::Time now) {
  v1::PromotionInfo p = RunningPromotion(now);
  v1::RunInfo* run = p.mutable_runs(0);
  run->set_state(v1::RUN_STATE_WAITING);
  run->set_waiting_for("the window \"nightly\" is closed");
  *run->mutable_waiting_until() = rpc::ToProto(now + absl::Hours(7) + absl::Minutes(58));
  run->mutable_steps(2)->set_state("waiting");
  return p;
}

v1::PromotionInfo SucceededPromotion(absl::Time now) {
  v1::PromotionInfo p = RunningPromotion(now - absl::Seconds(21));
  p.set_state(v1::PROMOTION_STATE_SUCCEEDED);
  *p.mutable_finished_at() = rpc::ToProto(now);
  v1::RunInfo* run = p.mutable_runs(0);
  run->set_state(v1::RUN_STATE_SUCCEEDED);
  const absl::Time start = now - absl::Seconds(24);
  for (int i = 2; i < run->steps_size(); ++i) {
    run->mutable_steps(i)->set_state("done");
    Took(run->mutable_steps(i), start + i * absl::Seconds(4), absl::Seconds(4), i == 2 ? "200,000 rows" : "");
  }
  return p;
}

v1::PromotionInfo FailedPromotion(absl::Time now, bool clean) {
  v1::PromotionInfo p = RunningPromotion(now);
  p.set_state(v1::PROMOTION_STATE_FAILED);
  *p.mutable_finished_at() = rpc::ToProto(now);
  v1::RunInfo* run = p.mutable_runs(0);
  run->set_state(v1::RUN_STATE_FAILED);
  run->set_clean(clean);
  run->mutable_steps(2)->set_state("failed");
  Took(run->mutable_steps(2), now - absl::Seconds(3), absl::Seconds(3), "");
  v1::ErrorDetail* error = run->mutable_error();
  error->set_code(clean ? "FE0601" : "FE0605");
  error->set_message(clean ? "column \"adjusted_close\" of relation \"prices\" already exists"
                           : "the answer to COMMIT was lost and the ledger cannot be read");
  error->set_file("1.1.0_add_adjusted_close.sql");
  error->set_line(9);
  error->set_column(1);
  error->set_statement("ALTER TABLE prices ADD COLUMN adjusted_close NUMERIC(10,2)");
  error->set_sqlstate(clean ? "42701" : "");
  error->set_target_state(clean ? "prod-1 stays at 1.0.0; the segment was rolled back" : "unknown");
  error->set_next(clean ? "ferry diff staging prod" : "ferry watch prod");
  return p;
}

v1::Progress BackfillProgress() {
  v1::Progress p;
  p.set_promotion_id(kPromotionId);
  p.set_run_id("run-1");
  p.set_target_id("prod-1");
  *p.mutable_step() = MakeStep(v1::STEP_KIND_APPLY, "1.1.0");
  p.set_phase("backfill");
  p.set_segment(2);
  p.set_segments(2);
  p.set_statement(
      "UPDATE prices SET adjusted_close = close\n WHERE adjusted_close IS NULL AND close IS NOT NULL");
  p.set_done(126000);
  p.set_total(200000);
  p.mutable_eta()->set_seconds(360);
  return p;
}

v1::Event MakeEvent(int64_t id, absl::Time at, const std::string& type, const std::string& rule,
                    const std::string& text) {
  v1::Event e;
  e.set_id(id);
  e.set_promotion_id(kPromotionId);
  *e.mutable_at() = rpc::ToProto(at);
  e.set_type(type);
  e.set_rule(rule);
  e.set_text(text);
  return e;
}

}  // namespace ferry::cli
