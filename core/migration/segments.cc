#include "core/migration/segments.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/hash.h"
#include "core/sql/quote.h"
#include "core/sql/standalone.h"

namespace ferry::migration {
namespace {

const char* NameOf(Segment::Kind kind) {
  switch (kind) {
    case Segment::Kind::kTransaction:
      return "transaction";
    case Segment::Kind::kStandalone:
      return "standalone";
    case Segment::Kind::kBackfill:
      return "backfill";
    case Segment::Kind::kTransform:
      return "transform";
  }
  return "";
}

std::string ChecksumOf(const Segment& segment) {
  Sha256 hash;
  hash.UpdateFramed(NameOf(segment.kind));
  hash.UpdateFramed(absl::StrCat(segment.statements.size()));
  for (const sql::Statement& statement : segment.statements) hash.UpdateFramed(statement.text);
  if (segment.kind == Segment::Kind::kTransform) {
    hash.UpdateFramed(segment.program);
    for (const std::vector<std::string>* names : {&segment.key, &segment.set}) {
      hash.UpdateFramed(absl::StrCat(names->size()));
      for (const std::string& name : *names) hash.UpdateFramed(name);
    }
  }
  return hash.HexDigest();
}

// A new label of an enum cannot be used in the transaction that adds it (PostgreSQL manual, ALTER TYPE).
// Whoever mentions it afterwards is taken to use it.
bool MustBeCommittedFirst(const std::vector<sql::Statement>& statements, size_t added) {
  if (statements[added].tag != "ALTER TYPE") return false;
  const std::optional<std::string> label = sql::AddedEnumLabel(statements[added].text);
  if (!label.has_value()) return false;
  const std::string literal = sql::QuoteLiteral(*label);
  return std::any_of(statements.begin() + static_cast<std::ptrdiff_t>(added) + 1, statements.end(),
                     [&literal](const sql::Statement& later) {
                       return !sql::AddedEnumLabel(later.text).has_value() &&
                              absl::StrContains(later.text, literal);
                     });
}

}  // namespace

Segment& SegmentBuilder::Open(Segment::Kind kind) {
  Segment segment;
  segment.index = static_cast<int>(segments_.size());
  segment.kind = kind;
  segments_.push_back(std::move(segment));
  return segments_.back();
}

void SegmentBuilder::AddStatements(const std::vector<sql::Statement>& statements) {
  bool open = false;
  for (size_t i = 0; i < statements.size(); ++i) {
    const sql::Statement& statement = statements[i];
    if (!statement.transactional || !open) {
      Open(statement.transactional ? Segment::Kind::kTransaction : Segment::Kind::kStandalone);
    }
    open = statement.transactional && !MustBeCommittedFirst(statements, i);
    segments_.back().statements.push_back(statement);
  }
}

void SegmentBuilder::AddBackfill(const sql::Statement& statement, const sql::TableName& table, int batch) {
  Segment& segment = Open(Segment::Kind::kBackfill);
  segment.statements.push_back(statement);
  segment.table = table;
  segment.batch = batch;
}

void SegmentBuilder::AddTransform(const sql::Statement& query, const sql::TableName& table,
                                  const Directive& options) {
  Segment& segment = Open(Segment::Kind::kTransform);
  segment.statements.push_back(query);
  segment.statements.back().tables = {table};  // it is the query's rows that are written
  segment.table = table;
  segment.batch = options.batch;
  segment.program = options.program;
  segment.key = options.key;
  segment.set = options.set;
}

std::vector<Segment> SegmentBuilder::Take() {
  for (Segment& segment : segments_) segment.checksum = ChecksumOf(segment);
  return std::move(segments_);
}

}  // namespace ferry::migration
