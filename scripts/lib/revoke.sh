# shellcheck shell=bash
# sentinel agent revoke: shuts an agent out of the mesh.

command_agent_revoke() {
  local who='' argument id
  parse_data_dir "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      --help | -h) usage_agent_revoke && exit 0 ;;
      -*) fail_usage "unknown option '$argument' for agent revoke" ;;
      *)
        [[ -z $who ]] || fail_usage "agent revoke takes one agent, not also '$argument'"
        who=$argument
        ;;
    esac
  done
  [[ -n $who ]] || fail_usage "agent revoke needs an agent: its name or its id"
  id=$(agent_id "$who") || exit
  api_answer POST "/api/v1/agents/$id/revoke" ''
  say_done "$who is revoked: it is not heard any more, and gets no certificate"
  say "If it may come back: $(own_command "token create --site SITE --agent $id"), and join with that and a new key."
}

# agent_id NAME|ID: the id; ends with a word if no agent has the name. An id need not be known.
agent_id() {
  local id
  if [[ $1 =~ ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$ ]]; then
    printf '%s' "${1,,}"
    return 0
  fi
  api_answer GET /api/v1/agents
  id=$(json_leaves <"$api_body" | awk -F '\t' -v name="$1" '
    match($1, /^\.agents\[[0-9]+\]/) {
      i = substr($1, RSTART, RLENGTH)
      key = substr($1, RLENGTH + 2)
      if (key == "id") id[i] = $2
      if (key == "name" && $2 == name) found = i
    }
    END { if (found != "") print id[found] }')
  [[ -n $id ]] || fail "$exit_failed" "no agent is called '$1'." "See the names: $(own_command status)"
  printf '%s' "$id"
}
