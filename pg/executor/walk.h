// What backfills and transforms have in common: a table is walked in the order of a unique key, batch after
// batch, each committed together with its checkpoint; then the segment's row, once no row matches any more.
// Inside the executor.
//
// Passes. The first walks the whole table. Rows that still match afterwards were inserted behind us or
// changed meanwhile, so another pass follows; a pass from the start that changed nothing, or the tenth, ends
// it as stuck.
#ifndef FERRY_PG_EXECUTOR_WALK_H_
#define FERRY_PG_EXECUTOR_WALK_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/executor/step.h"
#include "pg/executor/throttle.h"
#include "pg/ledger/ledger.h"

namespace ferry::executor {

// The unique keys of the segment's table without nulls, expressions or predicate, each in its index's order;
// the primary key first.
absl::StatusOr<std::vector<std::vector<std::string>>> FindKeys(Step& step);

class Walk {
 public:
  // `phase`: as in Progress.
  Walk(Step& step, std::string phase);

  // Reads where an earlier run has stopped and estimates what there is to do. `remaining` and `example`:
  // queries for how many rows match, and the key of one of them. kLedgerMismatch.
  absl::Status Begin(std::vector<std::string> key, std::string remaining, std::string example);

  // Calls `batch` until it says that no row is left beyond the checkpoint, pass after pass, and records the
  // segment. `batch` commits at most one batch, outside any transaction before and after, and does its own
  // retries. kBackfillStuck, and those of `batch`.
  absl::Status Run(const std::function<absl::StatusOr<bool>()>& batch);

  // Writes `next` as the checkpoint of the open transaction.
  absl::Status WriteCheckpoint(const ledger::Checkpoint& next);
  // Tells that a batch which changed `changed` rows has been committed with that checkpoint; reports
  // progress.
  void Committed(ledger::Checkpoint next, int64_t changed);
  // Lets the next batch be larger or smaller, by how long this one took: less than `rows` of the segment's
  // batch where that is what a batch should take.
  void Pace(absl::Duration took);
  // Says how far it is.
  void ReportRows();

  // kBackfillStuck: `left` rows still match; names one. Outside a transaction, or in one that its caller
  // rolls back.
  absl::Status Stuck(int64_t left);
  // The same, of rows that are known; `which`: the key of one.
  absl::Status Stuck(int64_t left, const std::vector<std::string>& which);

  const std::vector<std::string>& key() const { return key_; }
  const ledger::Checkpoint& checkpoint() const { return checkpoint_; }  // as committed
  // PREFIX1 … of `key`, and the size of a batch.
  void Bind(absl::string_view prefix, const std::vector<std::string>& key, Bindings& bindings) const;

 private:
  absl::Status ReadOldCheckpoint();
  absl::Status Estimate();
  void Pause();
  void NoteCommitted();
  absl::StatusOr<int64_t> Finish();

  Step& step_;
  const sql::Statement& statement_;
  const std::string phase_;
  std::vector<std::string> key_;
  std::string remaining_, example_;
  ledger::Checkpoint checkpoint_;
  int64_t total_ = 0;
  int64_t rows_ = 0;  // of the next batch
  Throttle throttle_;
  int64_t pass_rows_ = 0;    // changed in this pass by this call
  bool whole_pass_ = false;  // this pass is a later one, walked from its start by this call
  int passes_ = 0;           // ended by this call
};

// "symbol = a, day = 2024-01-01".
std::string RowName(const std::vector<std::string>& key, const std::vector<std::string>& values);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_WALK_H_
