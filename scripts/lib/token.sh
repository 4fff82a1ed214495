# shellcheck shell=bash
# sentinel token create / list / revoke: what lets agents join. Asked of the running aggregator, as the holder of the data
# directory.

readonly token_seconds_least=60 token_seconds_most=$((90 * 24 * 3600)) token_uses_most=10000

command_token() {
  local action=${1-}
  [[ $# -eq 0 ]] || shift
  case $action in
    create) token_create "$@" ;;
    list) token_list "$@" ;;
    revoke) token_revoke "$@" ;;
    --help | -h | help) usage_token ;;
    '')
      usage_token >&2
      exit "$exit_usage"
      ;;
    *) fail_usage "token knows create, list and revoke, not '$action'" ;;
  esac
}

token_create() {
  local site='' uses=1 expires=24h agent='' json='' seconds body
  parse_data_dir "$@"
  set -- "${rest[@]}"
  while (($# > 0)); do
    case $1 in
      --site=* | --uses=* | --expires=* | --agent=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --site | --uses | --expires | --agent) (($# > 1)) || fail_usage "$1 needs a value" ;;
    esac
    case $1 in
      --help | -h) usage_token && exit 0 ;;
      --site) site=$2 && shift ;;
      --uses) uses=$2 && shift ;;
      --expires) expires=$2 && shift ;;
      --agent) agent=$2 && shift ;;
      --json) json=1 ;;
      *) fail_usage "unknown argument '$1' for token create" ;;
    esac
    shift
  done
  [[ -n $site ]] || fail_usage "token create needs --site: the site of the agents that will join, such as --site fra"
  is_number "$uses" 1 "$token_uses_most" ||
    fail_usage "--uses must be a whole number from 1 to $token_uses_most, not '$uses'"
  seconds=$(token_seconds "$expires") ||
    fail_usage "--expires must be a time from 1m to 90d, such as 30m, 24h or 7d, not '$expires'"
  body="{\"site\":$(json_string "$site"),\"uses\":$uses,\"expiresInSeconds\":$seconds"
  if [[ -n $agent ]]; then
    agent=$(agent_id "$agent") || exit
    body+=",\"agentId\":\"$agent\""
  fi
  api_answer POST /api/v1/join-tokens "$body}"
  if [[ -n $json ]]; then
    cat -- "$api_body"
    echo
    return 0
  fi
  say "Whoever has this token may join as an agent of site $site, $(token_uses_text "$uses"), within $expires. It is shown only now."
  say "On the agent's host:"
  say "  scripts/sentinel agent join https://THIS-HOST:$(token_door) --token-file FILE"
  json_value .token <"$api_body"
}

token_uses_text() { if (($1 == 1)); then printf once; else printf 'up to %s times' "$1"; fi; }

# Where agents come in, as the scripts start it.
token_door() { printf '%s' "$((mesh[port] + 2))"; }

# 24h → 86400; fails if it is no time, or too short or too long.
token_seconds() {
  local seconds
  [[ $1 =~ ^([1-9][0-9]{0,6})([smhd])$ ]] || return 1
  seconds=${BASH_REMATCH[1]}
  case ${BASH_REMATCH[2]} in
    m) seconds=$((seconds * 60)) ;;
    h) seconds=$((seconds * 3600)) ;;
    d) seconds=$((seconds * 86400)) ;;
  esac
  ((seconds >= token_seconds_least && seconds <= token_seconds_most)) || return 1
  printf '%s' "$seconds"
}

token_list() {
  local json='' argument
  parse_data_dir "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      --help | -h) usage_token && exit 0 ;;
      --json) json=1 ;;
      *) fail_usage "unknown argument '$argument' for token list" ;;
    esac
  done
  api_answer GET /api/v1/join-tokens
  if [[ -n $json ]]; then
    cat -- "$api_body"
    echo
    return 0
  fi
  json_table tokens 'no join tokens' '
      form = "%-12s %-9s %-9s %-20s %-20s %s\n"
      printf form, "ID", "STATE", "USES", "EXPIRES", "SITE", "ONLY FOR"
      for (k = 1; k <= n; k++) {
        i = order[k]
        printf form, value[i, "id"], value[i, "state"], value[i, "uses"] " of " value[i, "usesAllowed"],
          substr(value[i, "expiresAt"], 1, 19) "Z", value[i, "site"], value[i, "agentId"]
      }
  ' <"$api_body"
}

token_revoke() {
  local id='' argument
  parse_data_dir "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      --help | -h) usage_token && exit 0 ;;
      -?*) if [[ $argument == --* || -n $id ]]; then fail_usage "unknown argument '$argument' for token revoke"; else id=$argument; fi ;;
      *)
        [[ -z $id ]] || fail_usage "token revoke takes one token's id, not also '$argument'"
        id=$argument
        ;;
    esac
  done
  [[ -n $id ]] || fail_usage "token revoke needs the token's id; see: $(own_name) token list"
  # The whole token does as well: what is between its first two points is the id. Nothing else of it goes anywhere.
  if [[ $id == smj1.*.* ]]; then
    id=${id#smj1.}
    id=${id%%.*}
  fi
  # Base64url (RFC 4648 section 5).
  [[ $id =~ ^[A-Za-z0-9_-]{1,64}$ ]] || fail_usage "'$id' is no token's id; see: $(own_name) token list"
  api_answer DELETE "/api/v1/join-tokens/$id"
  say_done "nobody joins with token $id any more; whoever did, stays"
}
