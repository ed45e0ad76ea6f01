# shellcheck shell=bash
# Fills in the @NAME@ places of a file. Sourced after common.sh.

# fill_in FILE NAME=VALUE…: the file's text with each @NAME@ replaced, on stdout. Comment lines stay as they are; the
# comment behind a place, which says what may stand there, goes. Ends the script when a place is left over or a value has no place.
fill_in() {
  local file=$1 text='' line pair name used=()
  shift
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ ! $line =~ ^[[:space:]]*# ]]; then
      for pair in "$@"; do
        name=@${pair%%=*}@
        [[ $line == *"$name"* ]] || continue
        used+=("$name")
        [[ ! $line =~ ^([^#]*[^#[:space:]])[[:space:]]+#.*$ ]] || line=${BASH_REMATCH[1]}
        line=${line//"$name"/"${pair#*=}"}
      done
      [[ ! $line =~ @[A-Z_]+@ ]] || die "${file##*/}: ${BASH_REMATCH[0]} was given no value"
    fi
    text+=$line$'\n'
  done <"$file"
  for pair in "$@"; do
    [[ " ${used[*]} " == *" @${pair%%=*}@ "* ]] || die "${file##*/} has no place @${pair%%=*}@"
  done
  printf '%s' "$text"
}
