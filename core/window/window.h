// Everything of core/window: schedules and their evaluation, the texts they are read from, and how people
// read them.
#ifndef FERRY_CORE_WINDOW_WINDOW_H_
#define FERRY_CORE_WINDOW_WINDOW_H_

#include "core/window/cron.h"
#include "core/window/describe.h"
#include "core/window/parse.h"
#include "core/window/schedule.h"

#endif  // FERRY_CORE_WINDOW_WINDOW_H_
