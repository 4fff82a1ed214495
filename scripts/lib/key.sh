# shellcheck shell=bash
# sentinel key create / list / rotate / revoke: by which third parties send results (docs/ingest.md). Asked of the running
# aggregator, as the holder of the data directory.

command_key() {
  local action=${1-}
  [[ $# -eq 0 ]] || shift
  case $action in
    create) key_create "$@" ;;
    list) key_list "$@" ;;
    rotate) key_rotate "$@" ;;
    revoke) key_revoke "$@" ;;
    --help | -h | help) usage_key ;;
    '')
      usage_key >&2
      exit "$exit_usage"
      ;;
    *) fail_usage "key knows create, list, rotate and revoke, not '$action'" ;;
  esac
}

key_create() {
  local name='' site='' expires=90d agent='' json='' seconds body
  parse_data_dir "$@"
  set -- "${rest[@]}"
  while (($# > 0)); do
    case $1 in
      --name=* | --site=* | --expires=* | --agent=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --name | --site | --expires | --agent) (($# > 1)) || fail_usage "$1 needs a value" ;;
    esac
    case $1 in
      --help | -h) usage_key && exit 0 ;;
      --name) name=$2 && shift ;;
      --site) site=$2 && shift ;;
      --expires) expires=$2 && shift ;;
      --agent) agent=$2 && shift ;;
      --json) json=1 ;;
      *) fail_usage "unknown argument '$1' for key create" ;;
    esac
    shift
  done
  [[ -n $name || -n $agent ]] || fail_usage "key create needs --name: what the sender is called among the agents"
  seconds=$(token_seconds "$expires") ||
    fail_usage "--expires must be a time from 1m to 90d, such as 24h or 90d, not '$expires'"
  body="{\"name\":$(json_string "${name:-$agent}"),\"expiresInSeconds\":$seconds"
  [[ -z $site ]] || body+=",\"site\":$(json_string "$site")"
  if [[ -n $agent ]]; then
    agent=$(agent_id "$agent") || exit
    body+=",\"agentId\":\"$agent\""
  fi
  api_answer POST /api/v1/ingest-keys "$body}"
  key_show "$json"
}

# What the answer in $api_body holds, for people; all of it with an argument.
key_show() {
  if [[ -n $1 ]]; then
    cat -- "$api_body"
    echo
    return 0
  fi
  say "The secret is shown only now. How to sign with it: docs/ingest.md. Whom to trust at port $(token_door): member \"authority\" of --json"
  printf 'agent   %s\nkey     %s\nsecret  %s\n' "$(json_value .agentId <"$api_body")" "$(json_value .key <"$api_body")" \
    "$(json_value .secret <"$api_body")"
}

key_list() {
  local json='' argument
  parse_data_dir "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      --help | -h) usage_key && exit 0 ;;
      --json) json=1 ;;
      *) fail_usage "unknown argument '$argument' for key list" ;;
    esac
  done
  api_answer GET /api/v1/ingest-keys
  if [[ -n $json ]]; then
    cat -- "$api_body"
    echo
    return 0
  fi
  json_table keys 'no keys' '
      form = "%-17s %-8s %-20s %-20s %-20s %s\n"
      printf form, "ID", "STATE", "EXPIRES", "NAME", "SITE", "SECRETS IN FORCE"
      for (k = 1; k <= n; k++) {
        i = order[k]
        both = value[i, "previousUntil"] == "" ? "" : ", " value[i, "generation"] - 1 " until " substr(value[i, "previousUntil"], 1, 19) "Z"
        printf form, value[i, "id"], value[i, "state"], substr(value[i, "expiresAt"], 1, 19) "Z", value[i, "name"],
          value[i, "site"], value[i, "state"] == "usable" ? value[i, "generation"] both : "none"
      }
  ' <"$api_body"
}

# Sets `key` to the one id among the arguments, and `overlap` and `json` where there are such.
key_arguments() {
  local action=$1
  shift
  key='' overlap=1d json=''
  parse_data_dir "$@"
  set -- "${rest[@]}"
  while (($# > 0)); do
    case $1 in
      --help | -h) usage_key && exit 0 ;;
      --overlap=*) overlap=${1#*=} ;;
      --overlap)
        (($# > 1)) || fail_usage "$1 needs a value"
        overlap=$2 && shift
        ;;
      --json) json=1 ;;
      -*) fail_usage "unknown argument '$1' for key $action" ;;
      *)
        [[ -z $key ]] || fail_usage "key $action takes one key's id, not also '$1'"
        # What is sent with a signature does as well: the id is before its first point.
        key=${1%%.*}
        ;;
    esac
    shift
  done
  [[ $key =~ ^[A-Za-z0-9]{16}$ ]] || fail_usage "key $action needs a key's id; see: $(own_name) key list"
}

key_rotate() {
  local key overlap json seconds
  key_arguments rotate "$@"
  if [[ $overlap == 0 ]]; then
    seconds=0
  elif ! seconds=$(token_seconds "$overlap") || ((seconds > 30 * 24 * 3600)); then
    fail_usage "--overlap must be 0 or a time from 1m to 30d, not '$overlap'"
  fi
  api_answer POST "/api/v1/ingest-keys/$key/rotate" "{\"overlapSeconds\":$seconds}"
  key_show "$json"
}

key_revoke() {
  local key overlap json
  key_arguments revoke "$@"
  api_answer DELETE "/api/v1/ingest-keys/$key"
  say_done "nobody sends with key $key or its tokens any more; what came stays"
}
