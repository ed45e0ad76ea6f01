#include "core/sql/big_stack.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "core/sql/standalone.h"

namespace ferry::sql {
namespace {

TEST(BigStackTest, HoweverManyStatementsAreParsedThereAreKeysForThreadsLeft) {
  for (int i = 0; i < 1100; ++i) ReadStandalone("VACUUM t");
  pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, nullptr), 0) << "a process has 1024, and OpenSSL needs some";
  pthread_key_delete(key);
}

TEST(BigStackTest, ManyThreadsMayAskAtOnceAndFromWithinTheirWork) {
  std::vector<std::thread> threads;
  std::vector<int> calls(16, 0);
  for (int& mine : calls) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(RunOnBigStack([&mine] { ASSERT_TRUE(RunOnBigStack([&mine] { ++mine; }).ok()); }).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : calls) EXPECT_EQ(count, 50);
}

TEST(BigStackTest, AForkedChildParsesToo) {
  ReadStandalone("VACUUM t");
  const pid_t child = fork();
  if (child == 0) {
    int calls = 0;
    const bool ran = RunOnBigStack([&calls] { ++calls; }).ok();
    _exit(ran && calls == 1 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace ferry::sql
