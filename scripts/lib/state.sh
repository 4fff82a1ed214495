# shellcheck shell=bash
# The data directory and what `up` wrote there about the mesh it started.
#
#   DATA/sentinel-data   says that the directory is ours (only then does `down --purge` remove anything)
#   DATA/run/mesh        the running mesh, key=value; gone after `down`
#   DATA/run/NAME.pid    one member's process
#   DATA/logs/NAME.log   its output since it was started; NAME.log.1 is the run before
#   DATA/aggregator, DATA/agents/NAME   the programs' own data
#   DATA/agent-keys/NAME.key   encrypts the agent's own key, so it is not in the agent's data

readonly default_data=$root/.sentinel
data=${SENTINEL_DATA_DIR:-$default_data}
readonly marker_name=sentinel-data marker_text='Sentinel Mesh data directory'

# lab: the folder of the lab whose sites the agents stand in; lab_made: it goes when the mesh goes.
# url: what people and agents open; reach: ADDRESS:PORT where it really listens for programs of this host.
declare -A mesh=([port]='' [listen]='' [scheme]='' [url]='' [reach]='' [tls_cert]='' [tls_key]='' [insecure]='' [db_url]=''
  [agents]='' [lab]='' [lab_made]='')

# own_command WORDS: a command to type, with the data directory if it is not the usual one.
own_command() {
  printf '%s %s' "$(own_name)" "$1"
    if [[ $data != "$default_data" ]]; then printf ' --data-dir %q' "$data"; fi
}

# Makes DATA absolute, so that it holds from any working directory.
data_resolve() {
  [[ -n $data ]] || fail_usage "--data-dir must not be empty"
  data=$(realpath -m -- "$data")
  case $data in
    *[[:cntrl:]]*) fail_usage "the data directory's name has a control character in it" ;;
  esac
}

data_is_ours() { [[ -f $data/$marker_name ]] && grep -qxF "$marker_text" "$data/$marker_name"; }

# Makes DATA, or takes an empty directory as it. Never takes one that holds somebody else's files.
data_prepare() {
  if [[ -e $data && ! -d $data ]]; then fail "$exit_failed" "$data is in the way: it is not a directory."; fi
  if [[ -d $data ]] && ! data_is_ours && [[ -n $(ls -A -- "$data") ]]; then
    fail "$exit_failed" "$data holds other files, so it cannot become a data directory." \
      "Name an empty or a new one with --data-dir."
  fi
  # Holds the access token, the database and its password: nobody else's business.
  (umask 077 && mkdir -p -- "$data" "$data/run" "$data/logs" "$data/agents") ||
    fail "$exit_failed" "cannot make $data." "Name a directory that you may write to with --data-dir."
  printf '%s\n' "$marker_text" >"$data/$marker_name"
}

mesh_save() {
  local key
  for key in "${!mesh[@]}"; do printf '%s=%s\n' "$key" "${mesh[$key]}"; done >"$data/run/mesh.new"
  chmod 600 "$data/run/mesh.new" # --db-url may hold a password
  mv -f -- "$data/run/mesh.new" "$data/run/mesh"
}

# Reads DATA/run/mesh; false if there is no mesh. The file is read as data, never run.
mesh_load() {
  local line key
  [[ -r $data/run/mesh ]] || return 1
  while IFS= read -r line; do
    key=${line%%=*}
    if [[ -n $key && -n ${mesh[$key]+known} ]]; then mesh[$key]=${line#*=}; fi
  done <"$data/run/mesh"
  [[ -n ${mesh[port]} ]]
}

mesh_forget() { rm -f -- "$data/run/mesh"; }

require_mesh() {
  mesh_load || fail "$exit_nothing_runs" "no mesh is up in $data." "Start one: $(own_command up)"
}

# Lets only one command at a time start or stop things in DATA. The kernel drops the lock when the holder ends, however
# it ends; programs that we start are given no copy of it (see launch).
readonly lock_wait_seconds=15
mesh_lock() {
  exec 9>>"$data/run/lock"
  flock -w "$lock_wait_seconds" 9 || fail "$exit_failed" "another sentinel command is starting or stopping this mesh." \
    "Waited $lock_wait_seconds s for it. Try again when it is done."
}
mesh_unlock() { exec 9>&-; }

# Takes --data-dir out of the arguments, for the commands that have few options of their own:
#   parse_data_dir "$@"; set -- "${rest[@]}"
rest=()
parse_data_dir() {
  rest=()
  while (($# > 0)); do
    case $1 in
      --data-dir)
        (($# > 1)) || fail_usage "--data-dir needs a directory"
        data=$2
        shift
        ;;
      --data-dir=*) data=${1#*=} ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
  data_resolve
}
