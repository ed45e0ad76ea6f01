#include "pg/backup/manifest.h"

#include "core/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/backup/dump.h"
#include "tests/support/status_matchers.h"

namespace ferry::pg {
namespace {

using ::ferry::test::StatusIsCode;
using ::ferry::test::StatusText;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Manifest, SaysAfterReadingWhatItSaidBefore) {
  const Manifest manifest{"bak-7",
                          absl::FromUnixMicros(1'764'000'000'123'456),
                          150020,
                          "pg_dump (PostgreSQL) 15.20",
                          {{"ledger_head", "12:ab\"c"}},
                          {{"toc.dat", 5, std::string(64, 'a')}}};
  ASSERT_OK_AND_ASSIGN(const Manifest read, ParseManifest(RenderManifest(manifest)));
  EXPECT_EQ(RenderManifest(read), RenderManifest(manifest));
  EXPECT_EQ(read.taken_at, manifest.taken_at);
  EXPECT_EQ(read.facts.at("ledger_head"), "12:ab\"c");
  EXPECT_FALSE(read.proof.has_value());
}

TEST(Manifest, KeepsWhatTheBackupMustRestoreTo) {
  Manifest manifest{"bak-8", absl::UnixEpoch(), 150020, "pg_dump", {}, {}, Proof()};
  manifest.proof->rows = {{"public.\"Prices\"", 12}};
  manifest.proof->objects = {{"table public.Prices", "0123456789abcdef"}};
  manifest.proof->database.name = "tra\"ding";
  manifest.proof->database.settings = {{"", "search_path", "a, b"}, {"app", "work_mem", "8MB"}};
  manifest.proof->database.grants = {{"", "CONNECT", false}, {"app", "CREATE", true}};
  ASSERT_OK_AND_ASSIGN(const Manifest read, ParseManifest(RenderManifest(manifest)));
  EXPECT_EQ(RenderManifest(read), RenderManifest(manifest));
  EXPECT_EQ(read.proof->rows, manifest.proof->rows);
  EXPECT_EQ(read.proof->database.settings.at(1).role, "app");
  EXPECT_TRUE(read.proof->database.grants.at(1).grantable);
}

TEST(Manifest, WhatIsNoManifestIsRefused) {
  for (const char* text :
       {"", "{", "[]", "{\"format\": 2}", "{\"format\": 1}",
        "{\"format\": 1, \"id\": 5, \"server_version\": 1, \"pg_dump\": \"\", \"facts\": {}}"}) {
    EXPECT_THAT(ParseManifest(text), StatusIsCode(ErrorCode::kBackupCorrupt)) << text;
  }
}

TEST(Manifest, AFileOutsideTheBackupIsRefused) {
  Manifest manifest{"a", absl::UnixEpoch(), 150000, "", {}, {{"../../etc/passwd", 1, ""}}};
  EXPECT_THAT(ParseManifest(RenderManifest(manifest)), StatusIsCode(ErrorCode::kBackupCorrupt));
}

TEST(DumpFailure, ReadsWhatPgDumpSays) {
  const std::vector<std::pair<std::string, ErrorCode>> table = {
      {"pg_dump: error: could not write to file: No space left on device\n", ErrorCode::kBackupDisk},
      {"pg_dump: error: could not open output file \"x/1.dat\": Permission denied", ErrorCode::kBackupDisk},
      {"pg_dump: error: could not write to output file: File too large", ErrorCode::kBackupDisk},
      {"pg_dump: error: aborting because of server version mismatch", ErrorCode::kBackupTool},
      {"pg_dump: error: connection to server on socket failed: FATAL: no", ErrorCode::kDatabaseUnreachable},
      {"pg_dump: error: query failed: ERROR:  permission denied for table secrets", ErrorCode::kPrivilege},
      {"pg_dump: error: something else", ErrorCode::kBackupFailed},
      {"", ErrorCode::kBackupFailed}};
  for (const auto& [output, code] : table) EXPECT_THAT(DumpFailure(output, 1), StatusIsCode(code)) << output;
}

TEST(DumpFailure, KeepsTheServersReasonAndDropsRowData) {
  const absl::Status status = DumpFailure(
      "pg_dump: warning: there are circular foreign keys\n"
      "pg_dump: error: Dumping the contents of table \"t\" failed: PQgetResult() failed.\n"
      "pg_dump: detail: Error message from server: ERROR:  invalid memory alloc request size\n"
      "DETAIL:  Failing row contains (alice@example.org).\n"
      "pg_dump: detail: Command was: COPY public.t (mail) TO stdout;\n",
      1);
  EXPECT_THAT(status,
              StatusText(AllOf(HasSubstr("contents of table \"t\" failed"),
                               HasSubstr(": invalid memory alloc request size"), Not(HasSubstr("alice")))));
}

}  // namespace
}  // namespace ferry::pg
