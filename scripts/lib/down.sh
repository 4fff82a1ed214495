# shellcheck shell=bash
# sentinel down and stop.

# Agents first, so that they say goodbye to an aggregator that still listens and hand over their last round.
# shellcheck disable=SC2046 # names have no blanks
stop_mesh() {
  stop_processes "$agent_stop_seconds" $(agent_names)
  stop_processes "$aggregator_stop_seconds" aggregator
  stop_orphaned_postgres
  lab_mesh_down
  agent_cache_stop
  mesh_forget
}

command_down() {
  local purge='' was='' name
  parse_data_dir "$@"
  for name in "${rest[@]}"; do
    case $name in
      --purge) purge=1 ;;
      --help | -h) usage_down && exit 0 ;;
      *) fail_usage "unknown argument '$name' for down" ;;
    esac
  done
  if [[ ! -d $data ]]; then
    say "nothing runs, and there is no data in $data"
    return 0
  fi
  data_is_ours || fail "$exit_failed" "$data is not a data directory of Sentinel Mesh; nothing was touched."
  mesh_lock
  if mesh_load; then
    for name in $(member_names); do ! is_running "$name" || was=1; done
    stop_mesh
  else
    stop_orphaned_postgres
  fi
  if [[ -n $was ]]; then say_done "stopped"; else say "nothing was running"; fi
  if [[ -n $purge ]]; then data_purge; fi
}

# Removes what we made; should the user have put something of his own beside it, that stays.
data_purge() {
  rm -rf -- "$data/aggregator" "$data/agents" "$data/agent-keys" "$data/simulated" "$data/simulated.key" "$data/logs" "$data/run" "${data:?}/$marker_name"
  if rmdir -- "$data" 2>/dev/null; then
    say_done "removed $data"
  else
    warn "removed our data; other files stay in $data: $(find "$data" -mindepth 1 -maxdepth 1 -printf '%f ')"
  fi
}

command_stop() {
  local name
  parse_data_dir "$@"
  case ${rest[0]-} in --help | -h) usage_start && exit 0 ;; esac
  ((${#rest[@]} == 1)) || fail_usage "stop needs the name of one member" "To stop all of them: $(own_command down)"
  name=${rest[0]}
  require_mesh
  require_member "$name"
  mesh_lock
  if ! is_running "$name"; then
    rm -f -- "$data/run/$name.pid"
    say "$name was not running"
    return 0
  fi
  if [[ $name == relay ]]; then
    stop_processes "$relay_stop_seconds" relay
  elif [[ $name == aggregator ]]; then
    stop_processes "$aggregator_stop_seconds" aggregator
    stop_orphaned_postgres
  else
    stop_processes "$agent_stop_seconds" "$name"
  fi
  say_done "$name is stopped. Start it again: $(own_command "start $name")"
}
