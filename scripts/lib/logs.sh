# shellcheck shell=bash
# sentinel logs: what the members printed since they were started.

command_logs() {
  local follow='' lines=100 argument name
  local -a names=() files=()
  parse_data_dir "$@"
  set -- "${rest[@]}"
  while (($# > 0)); do
    argument=$1
    case $argument in
      -f | --follow) follow=1 ;;
      -n | --lines)
        [[ ${2-} =~ ^[0-9]{1,9}$ ]] || fail_usage "$argument needs a number of lines"
        lines=$2
        shift
        ;;
      --help | -h) usage_logs && exit 0 ;;
      -*) fail_usage "unknown option '$argument' for logs" ;;
      *) names+=("$argument") ;;
    esac
    shift
  done
  for name in "${names[@]}"; do
    [[ $name != */* && -f $data/logs/$name.log ]] ||
      fail "$exit_failed" "there is no log of '$name' in $data/logs." "There are: $(log_names | paste -sd ' ')"
    files+=("$data/logs/$name.log")
  done
  if ((${#files[@]} == 0)); then
    while IFS= read -r name; do files+=("$data/logs/$name.log"); done < <(log_names)
  fi
  ((${#files[@]} > 0)) || fail "$exit_nothing_runs" "nothing was ever started in $data." "Start a mesh: $(own_command up)"
  # -F: a member that is started again gets a new file under the same name.
  if [[ -n $follow ]]; then exec tail -n "$lines" -F -- "${files[@]}"; fi
  exec tail -n "$lines" -- "${files[@]}"
}

log_names() {
  local file
  for file in "$data"/logs/*.log; do
    [[ ! -f $file ]] || basename -- "$file" .log
  done
}
