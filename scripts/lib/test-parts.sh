# shellcheck shell=bash
# The parts of scripts/test. A part counts its tests in the report; the next one runs whatever became of it, unless it
# has nothing to stand on.

# run_part NAME: heading, time, and a failure of the part itself counts as a failed test.
run_part() {
  local part=$1 began code=0 failed_before=$report_failed
  began=$(tenths_now)
  case $part in
    lint) say_heading "shell scripts" ;;
    unit) say_heading "unit tests (./mvnw test)" ;;
    maven) say_heading "build with all checks, unit and integration tests (./mvnw verify)" ;;
    guards) say_heading "guards: each rule of the build, broken once" ;;
    e2e) say_heading "end to end on this host" ;;
    netns) say_heading "end to end in a network namespace" ;;
    lab) say_heading "the network lab" ;;
  esac
  "part_$part" || code=$?
  if ((code != 0 && report_failed == failed_before)); then report_count 0 1 0 "$part (exit code $code)"; fi
  report_time "$(($(tenths_now) - began))" "part $part"
  say "$part took $(tenths_text "$(($(tenths_now) - began))")"
}

shell_files() {
  local file
  while IFS= read -r file; do
    if [[ -f $file ]] && head -n 1 -- "$file" | grep -qE '^#(!.*\b(ba)?sh\b| shellcheck shell=)'; then printf '%s\n' "$file"; fi
  done < <(git ls-files --cached --others --exclude-standard -- scripts .ci deploy mvnw)
}

# One test for each file's syntax, one for each program with all that it sources.
part_lint() {
  local file passed=0 failed=0 skipped=0
  while IFS= read -r file; do
    if bash -n "$file"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    [[ $(head -c 2 -- "$file") == '#!' ]] || continue
    if ! command -v shellcheck >/dev/null 2>&1; then
      skipped=$((skipped + 1))
    elif shellcheck --external-sources --check-sourced "$file"; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done < <(shell_files)
  report_count "$passed" "$failed" "$skipped" lint
  ((failed == 0))
}

part_unit() { run_maven test; }

maven_failed=''
part_maven() { run_maven verify; }

# Maven to the end of all modules, its log in full in a file, and here what a reader wants to see of it.
run_maven() {
  local goal=$1 log=$report_folder/maven.log code=0 began_stamp=$report_folder/built
  # Results of an earlier run must not be counted again.
  rm -rf -- ./*/target/surefire-reports ./*/target/failsafe-reports
  echo web >"$began_stamp"
  { ./mvnw -B -ntp --fail-at-end "$goal" 2>&1 </dev/null || echo "$?" >"$scratch/maven-code"; } | tee -- "$log" |
    grep --line-buffered -E '^\[(ERROR|WARNING)\]|^\[INFO\] Building .*\[[0-9]+/[0-9]+\]$|Tests run:|Tests  |Test Files|SKIPPED|BUILD' >&2 || true
  if [[ -s $scratch/maven-code ]]; then code=$(cat -- "$scratch/maven-code"); fi
  report_junit "unit and integration tests" ./*/target/surefire-reports/TEST-*.xml ./*/target/failsafe-reports/TEST-*.xml
  report_dashboard "the dashboard's tests" "$log"
  if ((code != 0)); then
    maven_failed=1
    say "Maven's whole log: $log"
  elif [[ $goal == verify && ${SENTINEL_SKIP_WEB-} != 1 ]]; then
    # `sentinel up` need not build again what was built just now.
    mv -f -- "$began_stamp" "$build_stamp"
  fi
  return "$code"
}

# Nothing after a failed build would say more than that it failed.
needs_build() {
  [[ -n $maven_failed ]] || return 0
  report_count 0 0 1 "$1"
  warn "not run, for the build failed: $1"
  return 1
}

part_guards() {
  needs_build guards || return 0
  run_guards
}

part_e2e() {
  needs_build "end to end" || return 0
  build_if_needed
  run_node "end to end" "$report_folder/e2e.xml" scripts/e2e/host-*.test.mjs
}

# A network of its own, and a process table of its own, whose end takes everything in it along, however the test ends.
part_netns() {
  local code=0
  local -a namespace=(unshare --net --pid --fork --kill-child --mount-proc)
  needs_build "end to end in a namespace" || return 0
  if [[ $(id -u) != 0 ]]; then namespace+=(--map-root-user); fi
  if ! command -v nft >/dev/null 2>&1 || ! "${namespace[@]}" -- true 2>/dev/null; then
    warn "no network namespace to be had here: root, unshare and nft are needed"
    if [[ ${CI-} == true ]]; then return 1; fi
    report_count 0 0 1 "end to end in a namespace"
    return 0
  fi
  build_if_needed
  node_prefix=("${namespace[@]}" -- "$lib/in-namespace")
  SENTINEL_NAMESPACE=1 run_node "in a namespace" "$report_folder/netns.xml" scripts/e2e/netns-*.test.mjs || code=$?
  node_prefix=()
  return "$code"
}

# Namespaces with names, which nobody can make in a user namespace: only root.
part_lab() {
  local trial=sentinel-trial-$$
  needs_build "the network lab" || return 0
  if [[ $(id -u) != 0 || ! -c /dev/net/tun ]] || ! command -v nft >/dev/null 2>&1 || ! ip netns add "$trial" 2>/dev/null; then
    warn "no lab to be had here: root, the right to make network namespaces, /dev/net/tun and nft are needed"
    if [[ ${CI-} == true ]]; then return 1; fi
    report_count 0 0 1 "the network lab"
    return 0
  fi
  ip netns del "$trial"
  build_if_needed
  run_node "the network lab" "$report_folder/lab.xml" scripts/e2e/lab-*.test.mjs
}

# run_node LABEL REPORT FILE...: node's own runner, one file at a time, since each one has the machine's 2 cores busy.
node_prefix=()
run_node() {
  local label=$1 report=$2 code=0
  shift 2
  if (($# == 0)); then
    report_count 0 1 0 "$label (no test files)"
    return 1
  fi
  SENTINEL_E2E_SCRATCH=$scratch "${node_prefix[@]}" node --test --test-concurrency=1 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination="$report" "$@" </dev/null >&2 || code=$?
  report_node "$label" "$report"
  return "$code"
}
