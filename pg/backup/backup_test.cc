#include "pg/backup/backup.h"
