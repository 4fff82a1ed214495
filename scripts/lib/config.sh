# shellcheck shell=bash
# sentinel config: the settings document of the mesh. What needs no mesh, a program does; the rest is asked of the aggregator.

# How long agents may take to answer; they have new settings within two seconds.
readonly config_answer_tenths=50
readonly config_path=/api/v1/settings
# The first line that `show` writes and `push` takes away again.
readonly config_mark='# settings version '

command_config() {
  local action
  parse_data_dir "$@"
  set -- "${rest[@]}"
  action=${1-}
  [[ $# -eq 0 ]] || shift
  case $action in
    check | template) config_program "$action" "$@" ;;
    show | push | history) config_of_mesh "$action" "$@" ;;
    --help | -h) usage_config ;;
    '') fail_usage "config needs show, check, push, history or template" ;;
    *) fail_usage "unknown command 'config $action'" ;;
  esac
}

config_program() {
  build_if_needed
  program_command config
  exec "${program[@]}" "$@"
}

config_of_mesh() {
  local action=$1 version='' after='' file=''
  shift
  while (($# > 0)); do
    case $action:$1 in
      *:--help | *:-h) usage_config && exit 0 ;;
      show:--version | push:--after)
        [[ ${2-} =~ ^[0-9]{1,18}$ ]] || fail_usage "$1 needs the number of a version; 'config history' lists them"
        if [[ $action == show ]]; then version=$2; else after=$2; fi
        shift
        ;;
      push:-?*) fail_usage "unknown option '$1' for config push" ;;
      push:*)
        [[ -z $file ]] || fail_usage "config push takes one file, not also '$1'"
        file=$1
        ;;
      *) fail_usage "unknown argument '$1' for config $action" ;;
    esac
    shift
  done
  need_command curl "to talk to the aggregator"
  if [[ $action == push ]]; then
    [[ -n $file ]] || fail_usage "config push needs the file with the document; - is standard input"
    [[ $file == - || -r $file ]] || fail "$exit_usage" "there is no file $file to read."
  fi
  require_mesh
  trap config_clean EXIT
  api_body=$(mktemp -- "$data/run/config.XXXXXX")
  "config_$action"
}

config_document=''
config_clean() {
  api_clean
  [[ -z $config_document ]] || rm -f -- "$config_document"
}

# config_ask METHOD PATH [BODY]: the answer's body is in $api_body then; ends with the aggregator's reason otherwise.
config_ask() {
  local status detail
  if ! status=$(api_request "$api_body" "$@"); then
    fail "$exit_failed" "the aggregator does not answer at ${mesh[url]}/." "See: $(own_command status)"
  fi
  if [[ $status == 2* ]]; then return; fi
  if config_faults; then
    fail "$exit_failed" "nothing was changed: $file is faulty, see above."
  fi
  detail=$(json_value .detail <"$api_body" 2>/dev/null) || true
  fail "$exit_failed" "${detail:-$1 $2: HTTP $status}"
}

# Every fault that the answer names, in the form that editors jump to; fails if it names none.
config_faults() {
  local lines
  lines=$(json_leaves <"$api_body" 2>/dev/null | awk -F '\t' -v file="$file" '
    match($1, /^\.faults\[[0-9]+\]/) {
      i = substr($1, RSTART, RLENGTH)
      key = substr($1, RLENGTH + 2)
      if (key == "line") { line[i] = $2; order[++n] = i }
      if (key == "column") column[i] = $2
      if (key == "message") message[i] = $2
    }
    END { for (k = 1; k <= n; k++) { i = order[k]; print file ":" line[i] + ENVIRON["config_mark_lines"] ":" column[i] ": " message[i] } }')
  [[ -n $lines ]] || return 1
  printf '%s\n' "$lines" >&2
}

config_show() {
  local path=$config_path
  if [[ -n $version ]]; then path=$config_path/versions/$version; fi
  config_ask GET "$path"
  version=$(json_value .version <"$api_body")
  if [[ $version == 0 ]]; then
    say "# no settings were pushed yet: all have their standard values, which '$(own_name) config template' prints"
    return
  fi
  say_dim "# by $(json_value .author <"$api_body") at $(json_value .storedAt <"$api_body"), SHA-256 $(json_value .sha256 <"$api_body")"
  # A version never changes: this is the document of what was described above, even if a newer one came in between.
  api_accept=application/yaml
  config_ask GET "$config_path/versions/$version"
  printf '%s%s\n' "$config_mark" "$version"
  cat -- "$api_body"
}

config_history() {
  config_ask GET "$config_path/versions"
  printf '%-8s %-20s %-12s %s\n' VERSION AT SHA-256 BY
  json_leaves <"$api_body" | awk -F '\t' '
    match($1, /^\.versions\[[0-9]+\]/) {
      i = substr($1, RSTART, RLENGTH)
      key = substr($1, RLENGTH + 2)
      if (key == "version") { version[i] = $2; order[++n] = i }
      if (key == "storedAt") at[i] = substr($2, 1, 19) "Z"
      if (key == "sha256") hash[i] = substr($2, 1, 12)
      if (key == "author") author[i] = $2
    }
    END { for (k = 1; k <= n; k++) { i = order[k]; printf "%-8s %-20s %-12s %s\n", version[i], at[i], hash[i], author[i] } }'
}

config_push() {
  local first='' author
  config_document=$(mktemp -- "$data/run/config.XXXXXX")
  cat -- "$file" >"$config_document"
  export config_mark_lines=0
  IFS= read -r first <"$config_document" || true
  if [[ $first == "$config_mark"+([0-9]) ]]; then
    after=${after:-${first#"$config_mark"}}
    sed -i 1d -- "$config_document"
    config_mark_lines=1
  fi
  if [[ -z $after ]]; then
    config_ask GET "$config_path"
    after=$(json_value .version <"$api_body")
  fi
  author=$(id -un)@$(uname -n)
  api_headers=("If-Match: \"$after\"")
  config_ask PUT "$config_path?author=${author//[^a-zA-Z0-9@._-]/_}" "@$config_document"
  api_headers=()
  version=$(json_value .version <"$api_body")
  say_done "settings version $version are in force at the aggregator"
  config_await_answers
}

# Until each connected agent has answered, or the time is over.
config_await_answers() {
  local until=$(($(tenths_now) + config_answer_tenths)) answers waiting
  while :; do
    answers=$(config_answers)
    waiting=$(grep -c '^waiting' <<<"$answers") || true
    if ((waiting == 0 || $(tenths_now) > until)); then break; fi
    sleep 0.2
  done
  if [[ -z $answers ]]; then
    say "no agent is connected; each gets them when it comes"
    return
  fi
  local state name text bad=''
  while IFS=$'\t' read -r state name text; do
    case $state in
      taken) say "  $name: in force${text:+, but for what it pins: $text}" ;;
      refused)
        bad=1
        warn "$name refuses them and keeps what it has: $text"
        ;;
      unable) warn "$name is of a version that knows no settings" ;;
      waiting)
        bad=1
        warn "$name has not answered within $((config_answer_tenths / 10)) s"
        ;;
    esac
  done <<<"$answers"
  [[ -z $bad ]] || exit "$exit_failed"
}

# One line "taken|refused|unable|waiting<TAB>name<TAB>what else" for each connected agent.
config_answers() {
  api_get /api/v1/agents | json_leaves | awk -F '\t' -v wanted="$version" '
    match($1, /^\.agents\[[0-9]+\]/) {
      i = substr($1, RSTART, RLENGTH)
      key = substr($1, RLENGTH + 2)
      if (key == "name") { name[i] = $2; order[++n] = i }
      if (key == "state") state[i] = $2
      if (key == "settingsVersion") { version[i] = $2; knows[i] = 1 }
      if (key ~ /^settingsPinned\[/) pinned[i] = pinned[i] (pinned[i] == "" ? "" : ", ") $2
      if (key == "settingsRefused.version") refused[i] = $2
      if (key == "settingsRefused.reason") reason[i] = $2
    }
    END {
      for (k = 1; k <= n; k++) {
        i = order[k]
        if (state[i] != "connected") continue
        if (!knows[i]) print "unable\t" name[i] "\t"
        else if (refused[i] == wanted) print "refused\t" name[i] "\t" reason[i]
        else if (version[i] == wanted) print "taken\t" name[i] "\t" pinned[i]
        else print "waiting\t" name[i] "\t"
      }
    }'
}
