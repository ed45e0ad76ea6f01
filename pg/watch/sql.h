// The SQL of the DDL watch as embedded text: statements separated by lines "-- next".
#ifndef FERRY_PG_WATCH_SQL_H_
#define FERRY_PG_WATCH_SQL_H_

namespace ferry::watch {

extern const char kInstall[];
extern const char kRemove[];

}  // namespace ferry::watch

#endif  // FERRY_PG_WATCH_SQL_H_
