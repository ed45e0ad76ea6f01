// Groups statements into segments. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_SEGMENTS_H_
#define FERRY_CORE_MIGRATION_SEGMENTS_H_

#include <vector>

#include "core/migration/directive.h"
#include "core/migration/migration.h"

namespace ferry::migration {

class SegmentBuilder {
 public:
  // The statements of one section: consecutive transactional ones share a segment, which ends with the
  // section; any other one has its own.
  void AddStatements(const std::vector<sql::Statement>& statements);
  void AddBackfill(const sql::Statement& statement, const sql::TableName& table, int batch);
  void AddTransform(const sql::Statement& query, const sql::TableName& table, const Directive& options);
  // The segments, numbered from 0, with checksums.
  std::vector<Segment> Take();

 private:
  Segment& Open(Segment::Kind kind);
  std::vector<Segment> segments_;
};

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_SEGMENTS_H_
