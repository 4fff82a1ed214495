# shellcheck shell=bash
# lab run: orders a fault, probes site-b from site-a as a user without rights, and says whether the outcome's class is
# the one that the fault ought to show as. Which probe, and what makes a class, is in scripts/lab.d/scenarios.

readonly scenarios_file=${SENTINEL_LAB_SCENARIOS:-$root/scripts/lab.d/scenarios}
readonly run_user=65534 probe_seconds=30 service_seconds=20
readonly -a unprivileged=(setpriv --reuid "$run_user" --regid "$run_user" --clear-groups --inh-caps=-all
  --bounding-set=-all --no-new-privs)
run_folder='' run_fault='' run_own_lab='' run_services=() run_probes=()

command_run() {
  local name='' json='' families='4 6'
  while (($# > 0)); do
    case $1 in
      --json) json=1 ;;
      --family=*) set -- --family "${1#*=}" "${@:2}" && continue ;;
      --family)
        [[ ${2-} == [46] ]] || fail_usage "--family must be 4 or 6"
        families=$2
        shift
        ;;
      --help | -h) usage_run && exit 0 ;;
      -*) fail_usage "unknown option '$1' for run" ;;
      *)
        [[ -z $name ]] || fail_usage "run takes one scenario, not also '$1'"
        name=$1
        ;;
    esac
    shift
  done
  [[ -n $name ]] || fail_usage "run needs a scenario" "It has: all $(scenario_names | paste -sd ' ')"
  [[ $name == all ]] || grep -qxF -- "$name" < <(scenario_names) ||
    fail_usage "there is no scenario '$name'" "It has: all $(scenario_names | paste -sd ' ')"
  require_root
  need_command setpriv "to probe as a user without rights" util-linux
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  trap run_end EXIT
  run_folder=$(mktemp -d -t sentinel-lab.XXXXXXXX)
  chmod 755 "$run_folder"
  run_prepare_probe
  run_prepare_lab
  run_start_services
  run_scenarios "$name"
}

# Builds if needed, while we are root, and sees whether others may run it.
run_prepare_probe() {
  "$root/scripts/sentinel" probe --help >/dev/null || fail "$exit_failed" "the probes do not run, see above."
  # Also the JDK: its folder may be somebody's home.
  "${unprivileged[@]}" test -r "$root/mesh-agent/target/mesh-agent.jar" -a -x "$(require_jdk25)/bin/java" ||
    fail "$exit_failed" "a user without rights (uid $run_user) may not read $root or the JDK, so the probes cannot run as one." \
      "Put the clone where others may read it, or let them: chmod o+rx on its folder and those above it."
}

run_prepare_lab() {
  local -a faults
  lab_lock # until the end of the run: nobody changes the lab under it
  if lab_load; then
    faults=("$data"/faults/*)
    ((${#faults[@]} == 0)) || fail "$exit_failed" "faults are in force in this lab: ${faults[*]##*/}" \
      "Take them back first: $(own_command 'fault --clear')"
  else
    data=$run_folder/lab
    run_own_lab=1
    say "no lab is up; making one for this run"
  fi
  (lab_up '' '' '') # in a shell of its own: it has its own way to end
  lab_load
}

# What the probes need at the other end, each in a process of site-b that has no rights either. A service has begun when
# it has said something.
run_start_services() {
  local name line until log
  local -a words
  PATH=$(require_jdk25)/bin:$root/scripts:$PATH
  mkdir -p -- "$run_folder/empty"
  while read -r name line; do
    log=$run_folder/$name.log
    read -ra words <<<"$line"
    (cd -- "$run_folder/empty" && SENTINEL_SKIP_BUILD=1 exec ip netns exec "$(namespace_of site-b)" "${unprivileged[@]}" "${words[@]}") \
      >"$log" 2>&1 </dev/null 9>&- &
    run_services+=("$!")
    until=$(($(tenths_now) + service_seconds * 10))
    until [[ -s $log ]] || ! kill -0 "$!" 2>/dev/null; do
      (($(tenths_now) < until)) || fail "$exit_failed" "the service '$name' says nothing within $service_seconds s: $line"
      sleep 0.1
    done
    sleep 0.2 # what it said may be why it ends
    kill -0 "$!" 2>/dev/null || fail "$exit_failed" "the service '$name' ended: $line" "$(tail -n 3 -- "$log")"
  done < <(table_lines service)
}

run_end() {
  local code=$? pid
  trap - EXIT
  trap '' INT TERM HUP
  set +e # one step that fails must not keep the next from being done
  for pid in "${run_probes[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  if [[ -n $run_fault && -e $data/faults/$run_fault ]]; then fault_clear "$run_fault"; fi
  for pid in "${run_services[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  if [[ -n $run_own_lab ]]; then
    lab[prefix]=$(own_prefix)
    lab_remove
  else
    for pid in "${run_services[@]}"; do wait "$pid" 2>/dev/null || true; done
  fi
  rm -rf -- "$run_folder"
  exit "$code"
}

# table_lines WORD...: what follows on the lines that begin with these words.
table_lines() {
  awk -v wanted="$*" '
    BEGIN { count = split(wanted, begins, " ") }
    {
      line = $0
      for (i = 1; i <= count; i++) {
        if ($i != begins[i]) next
        sub(/^ *[^ ]+ */, "", line)
      }
      print line
    }' "$scenarios_file"
}

scenario_names() { table_lines scenario | awk '{ print $1 }'; }

run_rows=0 run_bad=0 # of the table
run_scenarios() {
  local keyword name words
  if [[ -z $json ]]; then printf '%-18s %-7s %-6s %-24s %-24s %s\n' SCENARIO FAMILY PROBE 'OUTCOME CLASS' EXPECTED ''; fi
  while read -r keyword name words <&3; do
    if [[ $keyword == scenario && ($1 == all || $name == "$1") ]]; then run_scenario; fi
  done 3<"$scenarios_file"
  if ((run_bad > 0)); then
    warn "$run_bad of $run_rows are not as expected"
    exit "$exit_failed"
  fi
  say_done "$run_rows of $run_rows as expected"
}

# One scenario: `name`, and in `words` the rest of its line, FAULT : PROBE : CLASS.
run_scenario() {
  local line
  local fault=${words%% : *} probe=${words#* : }
  # shellcheck disable=SC2086 # words
  if [[ $fault != none ]]; then run_order_fault $fault; fi
  rm -f -- "$run_folder"/report.*
  run_step "$name" "${probe% : *}" "${probe##* : }"
  while read -r line <&4; do
    run_step '  then' "${line% : *}" "${line##* : }"
  done 4< <(table_lines then "$name")
  if [[ -n $run_fault ]]; then fault_clear "$run_fault"; fi
  run_fault=''
}

# run_order_fault NAME [percent=P] [ms=MS]
run_order_fault() {
  local percent=20 ms=40 setting
  for setting in "${@:2}"; do declare "$setting"; done
  run_fault=$1
  fault_set "$1" site-b "$percent" "$ms"
}

# run_step LABEL "KIND settings" EXPECTED: probes in all families at once, then a line of the table for each. The report of
# the step before is in report.FAMILY, and the settings may have {path} of it.
run_step() {
  local family probe target report kind=${2%% *}
  local -a settings
  run_probes=()
  for family in $families; do
    target=$(site_ipv4 2)
    if [[ $family == 6 ]]; then target=$(site_ipv6 2); fi
    probe=$2
    if [[ -e $run_folder/report.$family ]]; then probe=$(report_text "$2" <"$run_folder/report.$family"); fi
    read -ra settings <<<"$probe"
    SENTINEL_SKIP_BUILD=1 timeout "$probe_seconds" ip netns exec "$(namespace_of site-a)" "${unprivileged[@]}" \
      "$root/scripts/sentinel" probe "$kind" "$(run_target)" "${settings[@]:1}" --json \
      >"$run_folder/said.$family" 2>"$run_folder/progress.$family" </dev/null 9>&- &
    run_probes+=("$!")
  done
  wait "${run_probes[@]}" || true # not reached is a finding
  run_probes=() # the kernel may give their numbers to others now
  for family in $families; do
    report=$(tail -n 1 -- "$run_folder/said.$family")
    printf '%s\n' "$report" >"$run_folder/report.$family"
    run_row "$1" "$3"
  done
}

# run_row LABEL EXPECTED: one line of the table, for `report` of `family`.
run_row() {
  local seen verdict=ok detail
  seen=$(outcome_class "$kind" <<<"$report")
  run_rows=$((run_rows + 1))
  if [[ $seen != "$2" ]]; then
    run_bad=$((run_bad + 1))
    verdict='NOT OK'
  fi
  if [[ -n $json ]]; then
    printf '{"scenario":"%s","family":%s,"probe":"%s","seen":"%s","expected":"%s","ok":%s,"report":%s}\n' "$name" "$family" \
      "$kind" "$seen" "$2" "$([[ $verdict == ok ]] && echo true || echo false)" "${report:-null}"
    return
  fi
  printf '%-18s %-7s %-6s %-24s %-24s %s\n' "$1" "IPv$family" "$kind" "$seen" "$2" "$verdict"
  detail=$(table_lines detail "$kind" "$seen")
  if [[ -n $detail ]]; then printf '%-26s %s\n' '' "$(report_text "$detail" <<<"$report")"; fi
  if [[ $verdict != ok ]]; then
    say_dim "  $kind said: ${report:0:500}"
    tail -n 3 -- "$run_folder/progress.$family" | sed 's/^/  | /' >&2
  fi
}

# How the kind's target is written: a line "target KIND TEXT" with ADDRESS in it, else the address itself. In a URL and
# before a port an IPv6 address has brackets.
run_target() {
  local form address=$target
  form=$(table_lines target "$kind")
  form=${form:-ADDRESS}
  if [[ $form != ADDRESS && $address == *:* ]]; then address="[$address]"; fi
  printf '%s' "${form//ADDRESS/$address}"
}

# outcome_class KIND < REPORT: the first class of the kind whose conditions all hold; "?" and the outcome if none does.
# A condition is PATH OP VALUE without blanks; OP is one of = != < >; in PATH [*] stands for any element, and then one
# that fits is enough. A path that is absent fits only !=.
outcome_class() {
  { json_leaves 2>/dev/null || true; } | awk -F '\t' -v kind="$1" -v classes="$scenarios_file" '
    { value[$1] = $2 }
    function holds(condition,    at, op, path, wanted, pattern, p) {
      at = match(condition, /!=|=|<|>/)
      if (!at) return 0
      op = substr(condition, at, RLENGTH); path = "." substr(condition, 1, at - 1); wanted = substr(condition, at + RLENGTH)
      if (op == "!=" && !(path in value)) return 1
      pattern = path
      gsub(/[.\[\]]/, "\\\\&", pattern)
      gsub(/\\\[\*\\\]/, "\\[[0-9]+\\]", pattern)
      for (p in value) if (p ~ ("^" pattern "$") && compares(value[p], op, wanted)) return 1
      return 0
    }
    function compares(seen, op, wanted) {
      if (op == "=") return seen == wanted
      if (op == "!=") return seen != wanted
      if (op == "<") return seen + 0 < wanted + 0
      return seen + 0 > wanted + 0
    }
    END {
      while (".kind" in value && (getline line < classes) > 0) {
        n = split(line, word, " ")
        if (word[1] != "class" || word[3] != kind) continue
        fits = 1
        for (i = 4; i <= n && fits; i++) fits = holds(word[i])
        if (fits) { print word[2]; exit }
      }
      print "?" (".outcome" in value ? " " value[".outcome"] : "")
    }'
}

# report_text TEXT < REPORT: TEXT with each {path} replaced by the report's value, "?" if it is absent; of a path with [*]
# all values, with commas between.
report_text() {
  { json_leaves 2>/dev/null || true; } | awk -F '\t' -v text="$1" '
    { value[$1] = $2; order[++n] = $1 }
    function all(path,    i, joined) {
      path = "." path
      if (path in value) return value[path]
      gsub(/[.\[\]]/, "\\\\&", path)
      gsub(/\\\[\*\\\]/, "\\[[0-9]+\\]", path)
      for (i = 1; i <= n; i++) if (order[i] ~ ("^" path "$")) joined = joined (joined == "" ? "" : ",") value[order[i]]
      return joined == "" ? "?" : joined
    }
    END {
      while (match(text, /\{[A-Za-z_][A-Za-z0-9_.*[\]]*\}/)) text = substr(text, 1, RSTART - 1) all(substr(text, RSTART + 1, RLENGTH - 2)) substr(text, RSTART + RLENGTH)
      print text
    }'
}
