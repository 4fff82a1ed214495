# shellcheck shell=bash
# sentinel db export / import: everything the aggregator of the data directory has in one file, and back (docs/backup.md).

command_db() {
  local action argument file='' url=''
  parse_data_dir "$@"
  set -- "${rest[@]}"
  action=${1-}
  [[ $# -eq 0 ]] || shift
  case $action in
    export | import) ;;
    --help | -h | help) usage_db && return 0 ;;
    '')
      usage_db >&2
      exit "$exit_usage"
      ;;
    *) fail_usage "db knows export and import, not '$action'" ;;
  esac
  while (($# > 0)); do
    argument=$1
    case $argument in
      --help | -h) usage_db && return 0 ;;
      --db-url=*) url=${argument#*=} ;;
      --db-url)
        (($# > 1)) || fail_usage "--db-url needs a value"
        url=$2 && shift
        ;;
      -*) fail_usage "unknown argument '$argument' for db $action" ;;
      *)
        [[ -z $file ]] || fail_usage "db $action takes one file, not also '$argument'"
        file=$argument
        ;;
    esac
    shift
  done
  [[ -n $file ]] || fail_usage "db $action needs a file's name"
  build_if_needed
  if [[ $action == import ]]; then
    data_prepare
    # Until the import has ended: the program takes it over.
    mesh_lock
  fi
  if mesh_load; then
    if [[ $action == import ]] && is_running aggregator; then
      fail "$exit_failed" "the aggregator of $data runs: stop it first ($(own_name) stop aggregator)."
    fi
    url=${url:-${mesh[db_url]}}
  fi
  # By the environment, which only this user can read: the URL may have a password.
  if [[ -n $url ]]; then export SENTINEL_AGGREGATOR_DB_URL=$url; fi
  program_command aggregator
  exec "${program[@]}" db "$action" --data-dir "$data/aggregator" "$file"
}
