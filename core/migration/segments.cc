#include "core/migration/segments.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/hash.h"

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
  for (const sql::Statement& statement : statements) {
    if (!statement.transactional || !open) {
      Open(statement.transactional ? Segment::Kind::kTransaction : Segment::Kind::kStandalone);
    }
    open = statement.transactional;
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
