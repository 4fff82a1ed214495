# shellcheck shell=bash
# sentinel status: what runs, looked up now and not remembered, and what the aggregator says of each agent and of the room it takes.
# Exit code: 0 all up, 1 some, 3 nothing.

readonly exit_nothing_runs=3

command_status() {
  local json='' argument name running=0 all=0 answers='' bytes='' forecast=''
  parse_data_dir "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      --json) json=1 ;;
      --help | -h) usage_status && exit 0 ;;
      *) fail_usage "unknown argument '$argument' for status" ;;
    esac
  done
  if ! mesh_load; then
    if [[ -n $json ]]; then
      printf '{"state":"nothing","dataDir":%s,"members":[]}\n' "$(json_string "$data")"
    else
      printf 'nothing runs (data directory %s)\nStart a mesh: %s\n' "$data" "$(own_command up)"
    fi
    exit "$exit_nothing_runs"
  fi
  if [[ -n ${mesh[lab]} ]]; then lab_read; fi
  for name in $(member_names); do
    all=$((all + 1))
    if is_running "$name"; then running=$((running + 1)); fi
  done
  local -A link=() rung=()
  local state fact_rung
  if is_running aggregator && command -v curl >/dev/null 2>&1; then
    if aggregator_answers; then answers=1; fi
    while IFS=$'\t' read -r name state fact_rung; do
      link[$name]=$state
      rung[$name]=$fact_rung
    done < <(agent_facts)
    read -r bytes forecast < <(storage_facts) || true
  fi
  local overall=partly code=$exit_failed
  if ((running == all)) && [[ -n $answers ]]; then
    overall=up
    code=0
  elif ((running == 0)); then
    overall=nothing
    code=$exit_nothing_runs
  fi
  if [[ -n $json ]]; then status_json; else status_table; fi
  exit "$code"
}

aggregator_answers() { api_get /healthz/ready >/dev/null; }

# One line "name<TAB>state<TAB>rung" for each agent the aggregator knows; nothing if it does not answer.
agent_facts() {
  api_get /api/v1/agents | json_leaves | awk -F '\t' '
    match($1, /^\.agents\[[0-9]+\]/) {
      i = substr($1, RSTART, RLENGTH)
      key = substr($1, RLENGTH + 2)
      if (key == "name") { name[i] = $2; order[++n] = i }
      if (key == "state") state[i] = $2
      if (key == "rung") rung[i] = $2
    }
    END { for (k = 1; k <= n; k++) print name[order[k]] "\t" state[order[k]] "\t" rung[order[k]] }'
}

# "BYTES FORECAST" of all tiers together; nothing if the aggregator does not answer, or has not looked yet.
storage_facts() {
  api_get /metrics | awk '
    index($1, "sentinel_store_tier_bytes{") == 1 { bytes += $2 }
    index($1, "sentinel_store_tier_forecast_bytes{") == 1 { forecast += $2 }
    END { if (bytes > 0) printf "%.0f %.0f\n", bytes, forecast }'
}

# How one member is, for both forms: sets process, pid, age, is_linked, has_rung, address.
status_of() {
  local name=$1
  process=$(process_state "$name")
  pid='' age='' is_linked='' has_rung=''
  if pid=$(pid_of "$name"); then age=$(process_age_seconds "$pid"); fi
  if [[ $name == aggregator ]]; then
    address=${mesh[listen]}
    if [[ $process == running ]]; then is_linked=$([[ -n $answers ]] && echo ready || echo 'not ready'); fi
  elif [[ $name == relay ]]; then
    address=- is_linked='' has_rung=''
  else
    address=$(member_address "$name")
    address=${address:--}
    is_linked=${link[$name]-}
    has_rung=${rung[$name]-}
  fi
}

status_table() {
  local name process pid age is_linked has_rung address
  printf '%s  %s/  (data directory %s)\n' \
    "$(case $overall in up) echo 'up' ;; partly) echo 'partly up' ;; *) echo 'nothing runs' ;; esac)" "${mesh[url]}" "$data"
  printf '%-12s %-9s %8s %10s  %-12s %-14s %s\n' MEMBER PROCESS PID UP LINK PROBES-BY ADDRESS
  for name in $(member_names); do
    status_of "$name"
    printf '%-12s %-9s %8s %10s  %-12s %-14s %s\n' "$name" "$process" "${pid:--}" \
      "${age:+$(age_text "$age")}" "${is_linked:--}" "${has_rung:--}" "$address"
  done
  if [[ -n $bytes ]]; then
    printf 'On disk: %s; %s once everything is held for as long as it is to be\n' "$(size_text "$bytes")" "$(size_text "$forecast")"
  fi
  if [[ $overall == partly ]]; then
    for name in $(member_names); do
      is_running "$name" || printf 'Start it again: %s\n' "$(own_command "start $name")"
    done
  fi
  if [[ -n ${mesh[lab]} ]] && ! lab_is_whole; then lab_tell_broken; fi
}

size_text() { numfmt --to=iec-i --suffix=B --format='%.1f' "$1"; }

age_text() {
  local seconds=$1
  if ((seconds >= 86400)); then
    printf '%dd%dh' "$((seconds / 86400))" "$((seconds % 86400 / 3600))"
  elif ((seconds >= 3600)); then
    printf '%dh%dm' "$((seconds / 3600))" "$((seconds % 3600 / 60))"
  elif ((seconds >= 60)); then
    printf '%dm%ds' "$((seconds / 60))" "$((seconds % 60))"
  else printf '%ds' "$seconds"; fi
}

status_json() {
  local name process pid age is_linked has_rung address comma=''
  printf '{"state":"%s","url":%s,"dataDir":%s,"members":[' "$overall" "$(json_string "${mesh[url]}/")" "$(json_string "$data")"
  for name in $(member_names); do
    status_of "$name"
    printf '%s{"name":"%s","process":"%s","address":%s,"log":%s' "$comma" "$name" "$process" \
      "$(json_string "$address")" "$(json_string "$data/logs/$name.log")"
    [[ -z $pid ]] || printf ',"pid":%s,"upSeconds":%s' "$pid" "$age"
    [[ -z $is_linked ]] || printf ',"link":%s' "$(json_string "$is_linked")"
    [[ -z $has_rung ]] || printf ',"rung":%s' "$(json_string "$has_rung")"
    printf '}'
    comma=,
  done
  printf ']%s}\n' "${bytes:+,\"storage\":{\"bytes\":$bytes,\"forecastBytes\":$forecast}}"
}
