"""FOLDER…: the roles that the SQL files below them speak of, as CREATE ROLE statements. The judge takes roles for granted."""
import os
import re
import sys

NAME = r'("(?:[^"]|"")+"|[a-zA-Z_][\w$]*)'
WORDS = re.compile(r"\b(?:OWNER\s+TO|TO|FROM|FOR\s+(?:ROLE|USER)|AUTHORIZATION|MAPPING\s+FOR)\s+((?:%s\s*,\s*)*%s)" % (NAME, NAME), re.I)
LINES = re.compile(r"\b(GRANT|REVOKE|OWNER|POLICY|AUTHORIZATION|PRIVILEGES|MAPPING|TO)\b", re.I)
NOT_ROLES = {"public", "current_user", "session_user", "current_role", "user", "none", "group"}

found = set()
for folder in sys.argv[1:]:
    for path, _, files in os.walk(folder):
        for file in files:
            if not file.endswith(".sql"):
                continue
            with open(os.path.join(path, file), encoding="utf-8", errors="replace") as text:
                for match in WORDS.finditer("".join(line for line in text if LINES.search(line))):
                    for name in re.findall(NAME, match[1]):
                        found.add(name[1:-1].replace('""', '"') if name[0] == '"' else name.lower())
for role in sorted(found):
    if role.lower() not in NOT_ROLES and not role.startswith("pg_") and role != "postgres":
        print('CREATE ROLE "%s" NOLOGIN;' % role.replace('"', '""'))
