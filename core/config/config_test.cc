#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/config/config_node.h"
#include "core/config/values.h"

namespace ferry::config {
namespace {

absl::StatusOr<ConfigNode> Parse(absl::string_view text) { return ConfigNode::Parse("ferry.yaml", text); }

// "7:3 message" of a complaint.
std::string Place(const absl::Status& status) {
  const ErrorDetail d = DetailOf(status);
  EXPECT_TRUE(status.ok() || d.code == ErrorCode::kConfig);
  return std::to_string(d.line) + ":" + std::to_string(d.column) + " " + std::string(status.message());
}

TEST(ConfigNodeTest, ReadsValuesOfEveryType) {
  const auto root = Parse("name: trading\nport: 5432\nquoted: \"0 22 * * *\"\nmap: {a: b}\nlist: [x, y]\n");
  ASSERT_TRUE(root.ok()) << root.status();
  EXPECT_EQ(*root->String("name"), "trading");
  EXPECT_EQ(*root->String("port"), "5432");
  EXPECT_EQ(*root->String("quoted"), "0 22 * * *");
  EXPECT_EQ(*root->IntOr("port", 1, 1, 65535), 5432);
  EXPECT_EQ(*root->IntOr("absent", 7, 1, 65535), 7);
  EXPECT_EQ(*root->StringOr("absent", "fallback"), "fallback");
  EXPECT_EQ(*root->Map("map")->String("a"), "b");
  EXPECT_EQ(*root->List("list")->at(1).AsString(), "y");
  EXPECT_TRUE(root->List("absent")->empty());
  EXPECT_FALSE(root->OptionalMap("absent")->has_value());
  EXPECT_EQ(root->Keys().size(), 5U);
}

TEST(ConfigNodeTest, EveryComplaintSaysFileLineAndColumn) {
  const auto root = Parse("name: x\nlimits:\n  jobs: many\n  list: [1]\nempty:\n");
  ASSERT_TRUE(root.ok()) << root.status();
  const ConfigNode limits = *root->Map("limits");
  EXPECT_EQ(DetailOf(root->String("absent").status()).file, "ferry.yaml");
  EXPECT_EQ(Place(root->String("absent").status()), "1:1 key \"absent\" is missing");
  EXPECT_EQ(Place(limits.String("absent").status()), "3:3 key \"absent\" is missing");
  EXPECT_EQ(Place(limits.IntOr("jobs", 1, 1, 8).status()),
            "3:9 \"jobs\" must be a whole number from 1 to 8, found \"many\"");
  EXPECT_EQ(Place(limits.String("list").status()), "4:9 \"list\" must be a single value, found a list");
  EXPECT_EQ(Place(root->Map("name").status()), "1:7 \"name\" must be a map, found a single value");
  EXPECT_EQ(Place(root->List("name").status()), "1:7 \"name\" must be a list, found a single value");
  const absl::Status empty = root->String("empty").status();
  EXPECT_EQ(empty.message(), "\"empty\" must be a single value, found nothing");
  EXPECT_EQ(DetailOf(empty).line, 5);
}

TEST(ConfigNodeTest, UnknownKeysAreRefusedAndTheKnownOnesNamed) {
  const auto root = Parse("name: x\ntaregts: []\n");
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(Place(root->RefuseUnknown({"name", "targets"})),
            "2:1 key \"taregts\" is not known here; known are: name, targets");
  EXPECT_TRUE(root->RefuseUnknown({"name", "taregts"}).ok());
}

TEST(ConfigNodeTest, WhatYamlWouldPassOverInSilenceIsRefused) {
  EXPECT_EQ(Place(Parse("a: 1\nb: 2\na: 3\n").status()), "3:1 key \"a\" is repeated");
  EXPECT_EQ(Place(Parse("a: 1\n---\nb: 2\n").status()), "3:1 the file holds a second document");
  EXPECT_EQ(Place(Parse("a: !!binary aGVsbG8=\n").status()),
            "1:4 the tag \"tag:yaml.org,2002:binary\" is not known");
  EXPECT_EQ(Place(Parse("- a\n").status()), "1:1 expected lines of \"key: value\"");
  EXPECT_EQ(Place(Parse("").status()), "1:1 the file is empty");
  EXPECT_EQ(Place(Parse("# nothing\n").status()), "1:1 the file is empty");
  EXPECT_EQ(Place(Parse("[a]: 1\n").status()), "1:1 a key must be a single word");
  EXPECT_EQ(DetailOf(Parse("a: [1\nb: 2\n").status()).line, 2);
  EXPECT_TRUE(HasCode(Parse(std::string(2 << 20, ' ')).status(), ErrorCode::kConfig));
}

TEST(ConfigNodeTest, HostileFilesEndInAComplaint) {
  EXPECT_FALSE(Parse("a: " + std::string(100000, '[')).ok());
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string previous = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) laughs += previous + ",";
    laughs += previous + "]\n";
  }
  EXPECT_TRUE(HasCode(Parse(laughs).status(), ErrorCode::kConfig));
}

TEST(ConfigValuesTest, TlsIsAllThreeFilesOrNone) {
  EXPECT_TRUE(ReadTls(*Parse("name: x\n"))->empty());
  const auto tls = ReadTls(*ConfigNode::Parse("/etc/ferry/agent.yaml",
                                              "tls: {certificate: a.pem, key: /k.pem, ca: tls/ca.pem}\n"));
  ASSERT_TRUE(tls.ok()) << tls.status();
  EXPECT_EQ(tls->certificate, "/etc/ferry/a.pem");
  EXPECT_EQ(tls->key, "/k.pem");
  EXPECT_EQ(tls->ca, "/etc/ferry/tls/ca.pem");
  EXPECT_EQ(Place(ReadTls(*Parse("tls: {certificate: a, key: b}\n")).status()), "1:6 key \"ca\" is missing");
  EXPECT_FALSE(ReadTls(*Parse("tls: {certificate: a, key: b, ca: c, crl: d}\n")).ok());
}

TEST(ConfigValuesTest, EnvironmentNamesAreWordsOfTheCommandLine) {
  for (const char* good : {"dev", "prod-eu_2", "a"}) {
    EXPECT_TRUE(ReadEnvironmentName(*Parse(std::string("e: ") + good), "e").ok()) << good;
  }
  for (const char* bad : {"Dev", "2dev", "-dev", "a b", "a,b", "register", "list", "show", "é"}) {
    EXPECT_FALSE(ReadEnvironmentName(*Parse(std::string("e: \"") + bad + "\""), "e").ok()) << bad;
  }
}

TEST(ConfigValuesTest, IdsCanNameFoldersAndStandInLists) {
  for (const char* good : {"prod-1", "Shard_0.eu", "1"}) EXPECT_TRUE(IsId(good)) << good;
  for (const char* bad : {"", ".", "..", "a/b", "a,b", "a b", "-a", "a\nb"}) EXPECT_FALSE(IsId(bad)) << bad;
}

TEST(ConfigValuesTest, AddressesAreHostAndPortOrASocket) {
  for (const char* good : {"127.0.0.1:7420", "[::1]:0", "db.example.org:65535", "unix:/run/x.sock"}) {
    EXPECT_TRUE(ReadAddress(*Parse(std::string("l: \"") + good + "\""), "l").ok()) << good;
  }
  for (const char* bad : {"127.0.0.1", ":7420", "h:70000", "h:x", "unix:relative", "::1:7420"}) {
    EXPECT_FALSE(ReadAddress(*Parse(std::string("l: \"") + bad + "\""), "l").ok()) << bad;
  }
}

TEST(ConfigValuesTest, LogLevelsAreFourWords) {
  EXPECT_EQ(*ReadLogLevel(*Parse("a: b"), "log_level"), "info");
  EXPECT_EQ(*ReadLogLevel(*Parse("log_level: debug"), "log_level"), "debug");
  EXPECT_FALSE(ReadLogLevel(*Parse("log_level: loud"), "log_level").ok());
}

}  // namespace
}  // namespace ferry::config
