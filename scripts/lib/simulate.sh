# shellcheck shell=bash
# sentinel simulate: many agents in one process. Without a URL they go to the mesh of the data directory, and if none is up there, to
# one that is started for them and taken down again.

readonly simulate_uses=10000 # the most that a token takes; those who joined before need none
simulate_pid='' simulate_mesh=''

command_simulate() {
  local argument url='' identities='' token='' code=0
  local -a arguments=()
  parse_data_dir "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      https://*) url=$argument ;;
      --identities | --identities=*) identities=1 ;;
    esac
    case $argument in
      --help | -h | --version | -V)
        build_if_needed
        program_command simulate
        exec "${program[@]}" "$argument"
        ;;
    esac
    arguments+=("$argument")
  done
  build_if_needed
  if [[ -z $url ]]; then
    need_command curl "to talk to the aggregator"
    if ! mesh_load || ! is_running aggregator; then
      program_command simulate
      "${program[@]}" --check "${arguments[@]}" || exit
      simulate_up
    fi
    mesh_load || fail "$exit_failed" "the mesh that was started is gone."
    [[ -z ${mesh[insecure]} ]] || fail "$exit_failed" "this mesh runs with --insecure; simulated agents speak TLS only."
    token=$(join_token simulated "$simulate_uses") || exit
    arguments=("$(agents_url)" "${arguments[@]}")
    if [[ -z $identities ]]; then arguments+=(--identities "$data/simulated"); fi
  elif [[ -z $identities ]]; then
    data_prepare
    arguments+=(--identities "$data/simulated")
  fi
  program_command simulate
  # By the environment, which only this user can read.
  if [[ -n $token ]]; then export SENTINEL_AGENT_TOKEN=$token; fi
  [[ -n $simulate_mesh ]] || exec "${program[@]}" "${arguments[@]}"
  # In the background, and waited for again after a signal: it ends well by itself when it hears of one.
  "${program[@]}" "${arguments[@]}" &
  simulate_pid=$!
  trap 'kill -TERM "$simulate_pid" 2>/dev/null' INT TERM HUP
  wait "$simulate_pid" || code=$?
  while kill -0 "$simulate_pid" 2>/dev/null; do
    code=0
    wait "$simulate_pid" || code=$?
  done
  exit "$code"
}

# A mesh without agents of its own. It is taken down at whatever end; its data stays.
simulate_up() {
  say "no mesh is up in $data: starting an aggregator for the simulation"
  # From here on, whatever happens: a signal is heard when `up` has ended.
  trap simulate_down EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  "$root/scripts/sentinel" up --agents 0 --detach --data-dir "$data" ${SENTINEL_SIMULATE_PORT:+--port "$SENTINEL_SIMULATE_PORT"} >&2 ||
    fail "$exit_failed" "no aggregator could be started."
  simulate_mesh=1
}

simulate_down() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP
  "$root/scripts/sentinel" down --data-dir "$data" || true
  exit "$code"
}
