# shellcheck shell=bash
# Processes that outlive the command which started them. A pid alone is no identity (the kernel gives it to the next
# one), so a pid file holds pid, start time and boot: a process is ours only if all three still agree.

boot_id=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || true)
readonly boot_id

# Field 22 of /proc/PID/stat (clock ticks since boot); nothing if the process is gone or only waits to be reaped.
process_started() {
  local stat fields
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  # The name is in brackets and may itself hold blanks and brackets: count from the last one.
  read -ra fields <<<"${stat##*) }"
  case ${fields[0]} in Z | X) return 0 ;; esac
  printf '%s' "${fields[19]}"
}

# Prints NAME's pid if it runs.
pid_of() {
  local line
  { read -r line <"$data/run/$1.pid"; } 2>/dev/null || return 1
  pid_in_line "$line"
}

# The same for what a pid file holds: "pid start-time boot".
pid_in_line() {
  local pid started boot now
  read -r pid started boot <<<"$1"
  [[ $boot == "$boot_id" && -n $started ]] || return 1
  now=$(process_started "$pid")
  [[ $now == "$started" ]] || return 1
  printf '%s' "$pid"
}

end_by_line() {
  local pid
  if pid=$(pid_in_line "$1"); then kill -TERM "$pid" 2>/dev/null || true; fi
}

is_running() { pid_of "$1" >/dev/null; }

# running | died (started, and not stopped by us) | stopped
process_state() {
  if is_running "$1"; then
    printf running
  elif [[ -e $data/run/$1.pid ]]; then
    printf died
  else
    printf stopped
  fi
}

# mesh_stands_in DATA LAB: whether the mesh of that data directory is in that lab, and any process of it runs.
mesh_stands_in() {
  local file line
  grep -qxF -- "lab=$2" "$1/run/mesh" 2>/dev/null || return 1
  for file in "$1"/run/*.pid; do
    if { read -r line <"$file"; } 2>/dev/null && pid_in_line "$line" >/dev/null; then return 0; fi
  done
  return 1
}

# Whole seconds since pid $1 was started.
process_age_seconds() {
  local up ticks
  read -r up _ </proc/uptime
  ticks=$(process_started "$1")
  printf '%s' "$((${up%.*} - ticks / $(getconf CLK_TCK)))"
}

# launch NAME COMMAND...: starts it in a session of its own, so that Ctrl-C in our terminal reaches only us and we can
# stop everything in order; without our lock (9) and without the user's own settings (SENTINEL_AGENT_…, SENTINEL_AGGREGATOR_…),
# which are meant for `sentinel agent` and `sentinel aggregator`; with a fresh log, the one before kept beside it.
#   launch_environment     settings it gets by its environment, NAME=VALUE
#   launch_class_archive   the JVM's class archive, which it makes or renews when it ends. Only one process at a time may
#                          write it: the one that got the lock (7), which it holds for as long as it lives.
launch_environment=()
launch_class_archive=''
launch_place=()
launch() {
  local name=$1 log=$data/logs/$1.log
  shift
  [[ ! -s $log ]] || mv -f -- "$log" "$log.1"
  (umask 077 && : >"$log")
  (
    cd -- "$data"
    unset "${!SENTINEL_AGENT_@}" "${!SENTINEL_AGGREGATOR_@}"
    ((${#launch_environment[@]} == 0)) || export "${launch_environment[@]}"
    if [[ -n $launch_class_archive ]]; then
      mkdir -p -- "${launch_class_archive%/*}"
      exec 7>>"$launch_class_archive.lock"
      if flock -n 7; then set -- "$1" -XX:+AutoCreateSharedArchive "${@:2}"; else exec 7>&-; fi
    fi
    exec setsid -- "${launch_place[@]}" "$@"
  ) >>"$log" 2>&1 </dev/null 9>&- &
  printf '%s %s %s\n' "$!" "$(process_started "$!")" "$boot_id" >"$data/run/$name.pid"
  disown "$!" # or bash would report its end on our standard error
}

# stop_processes SECONDS NAME...: asks them all to end, waits for all together, ends by force what is left.
stop_processes() {
  local seconds=$1 name pid until left
  shift
  local -a names=()
  for name in "$@"; do
    if pid=$(pid_of "$name"); then
      kill -TERM "$pid" 2>/dev/null || true
      names+=("$name")
    fi
  done
  until=$(($(tenths_now) + seconds * 10))
  while :; do
    left=()
    for name in "${names[@]}"; do ! is_running "$name" || left+=("$name"); done
    ((${#left[@]} > 0)) || break
    if (($(tenths_now) >= until)); then
      for name in "${left[@]}"; do
        warn "$name did not end within $seconds s; ended by force"
        if pid=$(pid_of "$name"); then kill -KILL "$pid" 2>/dev/null || true; fi
      done
      until=$(($(tenths_now) + 50)) # the kernel needs a moment to clear up; what 5 s do not end, nothing ends
      names=("${left[@]}")
      seconds=5
    fi
    sleep 0.1
  done
  for name in "$@"; do rm -f -- "$data/run/$name.pid"; done
}

# The last lines of NAME's log, indented, for a message.
log_tail() {
  local log=$data/logs/$1.log
  say "The last lines of $log:"
  tail -n "${2-15}" -- "$log" 2>/dev/null | sed 's/^/  | /' >&2 || true
}
