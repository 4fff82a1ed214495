# shellcheck shell=bash
# The embedded PostgreSQL is a child of the aggregator and outlives it when that one is killed. Whatever is left of it
# under our data directory is ended here; no other PostgreSQL of this machine is touched.

# Lines "pid parent start-time" of PostgreSQL processes whose working directory (for PostgreSQL: its data directory) is
# under DATA/aggregator.
orphaned_postgres() {
  local directory executable stat fields
  for directory in /proc/[0-9]*; do
    executable=$(readlink -- "$directory/exe" 2>/dev/null) || continue
    [[ ${executable% (deleted)} == */postgres ]] || continue
    [[ $(readlink -- "$directory/cwd" 2>/dev/null)/ == "$data"/aggregator/* ]] || continue
    { read -r stat <"$directory/stat"; } 2>/dev/null || continue
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != Z ]] || continue
    printf '%s %s %s\n' "${directory#/proc/}" "${fields[1]}" "${fields[19]}"
  done
}

# The postmaster is the one whose parent is not among them; its children end with it.
orphaned_postmasters() { orphaned_postgres | awk '{ line[$1] = $0; parent[$1] = $2 } END { for (p in line) if (!(parent[p] in line)) print line[p] }'; }

# signal_each SIGNAL: to every process on standard input that still is the one that was listed.
signal_each() {
  local pid started
  while read -r pid _ started; do
    if [[ $(process_started "$pid") == "$started" ]]; then kill "-$1" "$pid" 2>/dev/null || true; fi
  done
}

# Fast shutdown first (SIGINT to the postmaster alone: a checkpoint, nothing lost), then force. At most 10 s + 5 s.
stop_orphaned_postgres() {
  local tries
  [[ -n $(orphaned_postgres) ]] || return 0
  say_dim "ending the embedded PostgreSQL that was left behind"
  for ((tries = 0; tries < 75; tries++)); do
    if ((tries >= 50)); then
      orphaned_postgres | signal_each KILL
    elif ((tries % 10 == 0)); then
      orphaned_postmasters | signal_each INT # again every 2 s: one that is still starting may miss the first
    fi
    [[ -n $(orphaned_postgres) ]] || return 0
    sleep 0.2
  done
  warn "a PostgreSQL under $data/aggregator does not end: $(orphaned_postgres | paste -sd ';')"
}
