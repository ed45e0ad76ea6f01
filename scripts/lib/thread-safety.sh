#!/usr/bin/env bash
# Checks our locking with clang: -Wthread-safety -Werror over every source file of ours that sees core/base/mutex.h,
# directly or through a header. Needs a finished build; what has not changed since it last passed is not checked again.
#   scripts/lib/thread-safety.sh [BUILD-FOLDER]      (build/dev when not said)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build=$(cd "${1:-$FERRY_ROOT/build/dev}" && pwd)
stamps=$build/thread-safety
has clang++ || die "clang++ is missing" "run ./scripts/test, which installs it"
[[ -f $build/compile_commands.json && -f $build/.ninja_deps ]] || die "no finished build in $build"
mkdir -p "$stamps"

# objects_to_check: "object<TAB>newest dependency's time" for those that depend on the mutex's header.
objects_to_check() {
  ninja -C "$build" -t deps | perl -e '
    my ($root, $build, $object, @files) = @ARGV[0, 1];
    chdir $build;
    sub finish {
      return unless $object && grep { m{(^|/)core/base/mutex\.h$} } @files;
      my $newest = 0;
      for (@files) { my $t = (stat)[9] // 0; $newest = $t if $t > $newest; }
      print "$object\t$newest\n";
    }
    while (<STDIN>) {
      chomp;
      if (/^(\S.*): #deps/) { finish(); ($object, @files) = ($1); }
      elsif (/^\s+(\S.*)/) { push @files, $1; }
    }
    finish();' "$FERRY_ROOT" "$build"
}

# commands_of: "object<TAB>source<TAB>flags" for all; of the flags only what decides how the source is read.
commands_of() {
  perl -ne '
    $command = $1 if /^\s*"command": "(.*)",?$/;
    $file = $1 if /^\s*"file": "(.*)",?$/;
    $output = $1 if /^\s*"output": "(.*)",?$/;
    if (/^\}/ && $command) {
      $output //= $1 if $command =~ / -o (\S+)/;
      my @keep;
      $command =~ s/\\(["\\])/$1/g; # out of JSON
      push @keep, $1 while $command =~ /(?:^| )(-D\S+|-I\S+|-isystem \S+|-std=\S+)/g;
      s/\\(.)/$1/g for @keep; # out of the shell
      print "$output\t$file\t@keep\n";
      ($command, $file, $output) = ();
    }' "$build/compile_commands.json"
}

check_one() {
  local object=$1 source=$2 flags stamp
  read -r -a flags <<<"$3"
  stamp=$stamps/${object//\//_}.ok
  (cd "$build" && clang++ -fsyntax-only -Wthread-safety -Werror "${flags[@]}" "$source") && touch "$stamp"
}
export -f check_one
export build stamps

declare -A source_of=() flags_of=()
while IFS=$'\t' read -r object source flags; do
  object=${object#"$build/"}
  source_of[$object]=$source flags_of[$object]=$flags
done < <(commands_of)

work=() total=0
while IFS=$'\t' read -r object newest; do
  source=${source_of[$object]:-}
  [[ $source == "$FERRY_ROOT"/* && $source == *.cc && $source != "$build"/* && -f $source ]] || continue
  total=$((total + 1))
  stamp=$stamps/${object//\//_}.ok
  if [[ ! -f $stamp ]] || (($(stat -c %Y "$stamp") <= newest)); then
    work+=("$object" "$source" "${flags_of[$object]}")
  fi
done < <(objects_to_check)

((total > 0)) || die "no source file depends on core/base/mutex.h: is $build complete?"
if ((${#work[@]} > 0)); then
  printf '%s\0' "${work[@]}" | xargs -0 -n 3 -P "$(jobs_for_this_machine)" bash -c 'check_one "$@"' check ||
    die "clang's thread-safety analysis found something"
fi
printf 'thread safety: %d files good (%d checked now)\n' "$total" $((${#work[@]} / 3))
