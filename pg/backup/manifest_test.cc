#include "pg/backup/manifest.h"
