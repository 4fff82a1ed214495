# shellcheck shell=bash
# sentinel up: builds if needed, starts an aggregator and its agents, waits until they are connected.


readonly ready_seconds=90    # the aggregator: a first start makes the database
readonly connect_seconds=60  # all agents together, up to 10; 3 s more for each further one
readonly agents_most=500
# Generous for a busy machine: the first stop after a build also writes the class archives.
readonly agent_stop_seconds=${SENTINEL_STOP_SECONDS:-20} aggregator_stop_seconds=${SENTINEL_STOP_SECONDS:-30}

up_detach='' up_started='' up_lab=''

command_up() {
  up_parse "$@"
  up_check
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  trap up_abort EXIT
  build_if_needed
  mesh_lock
  up_refuse_second
  up_check_ports
  stop_orphaned_postgres
  rm -f -- "$data"/run/*.pid
  up_started=1
  if [[ -n ${mesh[lab]} ]]; then lab_mesh_up; fi
  mesh_save
  up_start
  mesh_unlock
  up_tell
  if [[ -n $up_detach ]]; then
    up_started='' # from here on it is `down` that stops them
  else
    up_watch
  fi
}

up_parse() {
  mesh[port]=7420 mesh[listen]=127.0.0.1 mesh[agents]=3 mesh[scheme]=http
  while (($# > 0)); do
    case $1 in
      --agents=* | --port=* | --data-dir=* | --listen=* | --tls-cert=* | --tls-key=* | --db-url=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
    esac
    case $1 in
      --agents | --port | --data-dir | --listen | --tls-cert | --tls-key | --db-url)
        (($# > 1)) || fail_usage "$1 needs a value"
        ;;
    esac
    case $1 in
      --agents) mesh[agents]=$2 && shift ;;
      --port) mesh[port]=$2 && shift ;;
      --data-dir) data=$2 && shift ;;
      --listen) mesh[listen]=$2 && shift ;;
      --tls-cert) mesh[tls_cert]=$2 && shift ;;
      --tls-key) mesh[tls_key]=$2 && shift ;;
      --db-url) mesh[db_url]=$2 && shift ;;
      --insecure) mesh[insecure]=1 ;;
      --lab) up_lab=1 ;;
      --detach | -d) up_detach=1 ;;
      --help | -h)
        usage_up
        exit 0
        ;;
      *) fail_usage "unknown option '$1' for up" ;;
    esac
    shift
  done
  data_resolve
  is_number "${mesh[agents]}" 0 "$agents_most" ||
    fail_usage "--agents must be a whole number from 0 to $agents_most, not '${mesh[agents]}'"
  is_number "${mesh[port]}" 1 65533 ||
    fail_usage "--port must be from 1 to 65533 (the two ports after it are used too), not '${mesh[port]}'"
  up_parse_listen
  if [[ -n $up_lab ]]; then
    mesh[lab]=$(lab_folder)
    [[ ${mesh[listen]} == 127.0.0.1 ]] || fail_usage "--lab and --listen do not go together: the lab is on this host"
  fi
}

is_number() { [[ $1 =~ ^(0|[1-9][0-9]{0,5})$ ]] && (($1 >= $2 && $1 <= $3)); }

# Beyond loopback only with TLS: the page and the API carry credentials.
up_parse_listen() {
  local file host=${mesh[listen]}
  if [[ -n ${mesh[tls_cert]}${mesh[tls_key]} ]]; then
    [[ -n ${mesh[tls_cert]} && -n ${mesh[tls_key]} ]] || fail_usage "--tls-cert and --tls-key belong together"
    for file in tls_cert tls_key; do
      [[ -r ${mesh[$file]} ]] || fail "$exit_failed" "--${file/_/-}: cannot read ${mesh[$file]}"
      mesh[$file]=$(realpath -- "${mesh[$file]}")
    done
    mesh[scheme]=https
  elif ! is_loopback "$host" && [[ -z ${mesh[insecure]} ]]; then
    fail_usage "--listen $host opens the mesh to other machines, so it needs TLS" \
      "Add --tls-cert FILE --tls-key FILE (PEM), or --insecure to send everything, tokens too, in the clear."
  fi
  # Where programs of this host reach it.
  case $host in
    0.0.0.0 | localhost) host=127.0.0.1 ;;
    ::) host=::1 ;;
  esac
  mesh[reach]=$host:${mesh[port]}
  [[ $host != *:* ]] || mesh[reach]=[$host]:${mesh[port]}
  if [[ ${mesh[scheme]} == https ]]; then
    need_command openssl "to read the names in the certificate"
    host=$(tls_host "$host" "${mesh[tls_cert]}")
    [[ -n $host ]] || fail "$exit_failed" "${mesh[tls_cert]} names neither ${mesh[listen]} nor any host." \
      "Agents and browsers would refuse it. Its subject alternative names must have the name people will use."
  fi
  [[ $host != *:* ]] || host="[$host]"
  mesh[url]=${mesh[scheme]}://$host:${mesh[port]}
}

is_loopback() { [[ $1 == 127.* || $1 == ::1 || $1 == localhost ]]; }

# What can be said before anything is built or made, cheapest first.
up_check() {
  need_command curl "to ask the mesh how it is"
  need_command flock "so that two commands do not get in each other's way" util-linux
  need_command setsid "to run the mesh apart from the terminal" util-linux
  [[ -d /proc/self ]] || fail "$exit_failed" "the mesh runs on Linux; on another system use a Linux container or machine."
  if data_is_ours; then up_refuse_second; fi
  up_check_ports
  data_prepare
}

up_refuse_second() {
  local name
  local -A wanted=()
  for name in "${!mesh[@]}"; do wanted[$name]=${mesh[$name]}; done
  if mesh_load; then
    for name in $(member_names); do
      if is_running "$name"; then
        fail "$exit_failed" "a mesh is up in $data already: ${mesh[url]}/" \
          "See it:    $(own_command status)" "Stop it:   $(own_command down)" \
          "A second mesh needs its own: up --port N --data-dir DIR"
      fi
    done
  fi
  for name in "${!wanted[@]}"; do mesh[$name]=${wanted[$name]}; done
}

up_check_ports() {
  local i
  require_free_port "${mesh[port]}" "${mesh[listen]}" "which the dashboard needs"
  require_free_port "$((mesh[port] + 1))" 127.0.0.1 "which the aggregator's membership needs"
  require_free_port "$((mesh[port] + 2))" "${mesh[listen]}" "where agents join and report"
  [[ -z ${mesh[lab]} ]] || return 0
  for ((i = 1; i <= mesh[agents]; i++)); do
    require_free_port "$((mesh[port] + 1))" "$(agent_address "$i")" "which agent $(agent_name "$i") needs"
  done
}

up_start() {
  local name began
  began=$(tenths_now)
  say "starting the aggregator"
  launch_aggregator
  wait_for_aggregator
  say_done "aggregator is ready after $(tenths_text "$(($(tenths_now) - began))")"
  if [[ -n ${mesh[lab]} ]]; then launch_relay; fi
  ((mesh[agents] > 0)) || return 0
  began=$(tenths_now)
  say "starting ${mesh[agents]} agent(s): $(agent_names | paste -sd ' ')"
  for name in $(agent_names); do launch_agent "$name"; done
  # shellcheck disable=SC2046 # names have no blanks
  wait_for_agents "$(connect_limit)" $(agent_names)
  say_done "all connected after $(tenths_text "$(($(tenths_now) - began))")"
}

connect_limit() {
  local more=$((mesh[agents] > 10 ? mesh[agents] - 10 : 0))
  printf '%s' "$((connect_seconds + 3 * more))"
}

# Until the aggregator has printed its ready line; ends this command if it dies or takes too long.
wait_for_aggregator() {
  local until=$(($(tenths_now) + ready_seconds * 10))
  until grep -q '^ready ' "$data/logs/aggregator.log"; do
    if ! is_running aggregator; then
      log_tail aggregator
      fail "$exit_failed" "the aggregator ended while it was starting."
    fi
    if (($(tenths_now) > until)); then
      log_tail aggregator
      fail "$exit_failed" "the aggregator is not ready after $ready_seconds s."
    fi
    sleep 0.1
  done
}

# wait_for_agents SECONDS NAME...: until the aggregator says that all of them are connected.
wait_for_agents() {
  local seconds=$1 name until missing
  shift
  until=$(($(tenths_now) + seconds * 10))
  while :; do
    missing=$(comm -23 <(printf '%s\n' "$@" | sort) <(connected_agents | sort) | paste -sd ' ')
    [[ -n $missing ]] || return 0
    for name in $missing; do
      if ! is_running "$name"; then
        log_tail "$name"
        fail "$exit_failed" "agent $name ended while it was starting."
      fi
    done
    if (($(tenths_now) > until)); then
      log_tail "${missing%% *}"
      fail "$exit_failed" "not connected after $seconds s: $missing"
    fi
    sleep 0.2
  done
}

# Names the aggregator holds for connected.
connected_agents() { agent_facts | awk -F '\t' '$2 == "connected" { print $1 }'; }

up_tell() {
  local agent='site-b'
  ((mesh[agents] > 1)) || agent='site-a'
  say
  say "  $(own_command status)"
  say "  $(own_command api) /api/v1/matrix"
  if ((mesh[agents] > 0)); then say "  $(own_command "stop $agent")      then watch its row, and: start $agent"; fi
  say "  $(own_command logs) -f"
  if [[ -n ${mesh[lab]} ]]; then say "  $(lab_own_command faults)      then: fault NAME, fault --clear"; fi
  if [[ -n $up_detach ]]; then say "  $(own_command down)"; else say "  Ctrl-C stops it"; fi
  say
  # Only the address is the result: a program may read it from standard output.
  printf '%sSentinel Mesh is up:%s ' "$colour_bold" "$colour_off" >&2
  printf '%s/\n' "${mesh[url]}"
}

# Foreground: tells of members that come and go, until Ctrl-C, or until somebody else took the mesh down.
up_watch() {
  local name state
  local -A before=() pid_files=()
  for name in $(member_names); do
    before[$name]=running
    pid_files[$name]=$(cat -- "$data/run/$name.pid")
  done
  while :; do
    sleep 1
    if [[ ! -e $data/run/mesh ]]; then
      up_started=''
      say "the mesh was taken down by another command"
      for name in "${!pid_files[@]}"; do end_by_line "${pid_files[$name]}"; done # should DATA have been deleted instead
      return 0
    fi
    for name in "${!before[@]}"; do
      state=$(process_state "$name")
      [[ $state != "${before[$name]}" ]] || continue
      before[$name]=$state
      case $state in
        running) say "$name runs again" ;;
        stopped) say "$name was stopped" ;;
        died)
          log_tail "$name" 5
          warn "$name ended by itself. Start it again: $(own_command "start $name")"
          ;;
      esac
    done
  done
}

# At every end of `up` that is not a detached success: stops what was started, and only that.
up_abort() {
  local code=$?
  trap - EXIT
  trap '' INT HUP TERM # the shutdown is bounded; it is not to be cut short
  set +e # one step that fails must not keep the next from being done
  build_abort
  if [[ -n $up_started ]]; then
    say "stopping the mesh"
    stop_mesh
    say_done "stopped; the data stays in $data"
  fi
  exit "$code"
}

# sentinel start NAME: one member of the running mesh.
command_start() {
  local name
  parse_data_dir "$@"
  case ${rest[0]-} in --help | -h) usage_start && exit 0 ;; esac
  ((${#rest[@]} == 1)) || fail_usage "start needs the name of one member"
  name=${rest[0]}
  need_command curl "to ask the mesh how it is"
  require_mesh
  require_member "$name"
  mesh_lock
  if is_running "$name"; then fail "$exit_failed" "$name runs already (pid $(pid_of "$name"))."; fi
  if [[ -n ${mesh[lab]} ]]; then lab_read; fi
  if [[ $name == aggregator ]]; then
    require_free_port "${mesh[port]}" "${mesh[listen]}" "which the aggregator needs"
    launch_aggregator
    wait_for_aggregator
    say_done "aggregator is ready: ${mesh[url]}/"
  elif [[ $name == relay ]]; then
    launch_relay
    say_done "the relay runs; the agents connect by it within seconds"
  else
    launch_agent "$name"
    if is_running aggregator; then
      wait_for_agents "$connect_seconds" "$name"
      say_done "$name is connected"
    else
      say_done "$name runs; it connects when the aggregator does"
    fi
  fi
}
