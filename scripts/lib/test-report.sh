# shellcheck shell=bash
# Counts tests over all runners, keeps the times, and closes with one plain line "N passed, N failed, N skipped".

report_folder='' report_passed=0 report_failed=0 report_skipped=0
report_times='' report_failures=()

report_begin() {
  report_folder=$root/target/test-report
  rm -rf -- "$report_folder"
  mkdir -p -- "$report_folder"
  report_times=$report_folder/times.tsv
  : >"$report_times"
  report_began=$(tenths_now)
}

# report_time TENTHS LABEL
report_time() { printf '%s\t%s\n' "$1" "$2" >>"$report_times"; }

# report_count PASSED FAILED SKIPPED LABEL
report_count() {
  report_passed=$((report_passed + $1)) report_failed=$((report_failed + $2)) report_skipped=$((report_skipped + $3))
  if (($2 > 0)); then report_failures+=("$4: $2 failed"); fi
}

# Adds up JUnit XML files of surefire and failsafe: each <testsuite> carries its counts and its time in seconds.
report_junit() {
  local label=$1 passed failed skipped
  shift
  (($# > 0)) || return 0
  read -r passed failed skipped < <(awk -v times="$report_times" '
    function attribute(name,    from) {
      from = index($0, " " name "=\"")
      if (!from) return ""
      from = substr($0, from + length(name) + 3)
      return substr(from, 1, index(from, "\"") - 1)
    }
    /<testsuites? / { in_tag = 1; tag = "" }
    in_tag { tag = tag " " $0; if (index($0, ">")) { in_tag = 0; $0 = tag; suite() } }
    function suite(    bad, all) {
      if ($0 !~ /<testsuite /) return
      sub(/.*<testsuite /, " ")
      all = attribute("tests"); bad = attribute("failures") + attribute("errors")
      passed += all - bad - attribute("skipped"); failed += bad; skipped += attribute("skipped")
      printf "%d\t%s\n", attribute("time") * 10, "class " attribute("name") >> times
    }
    END { print passed + 0, failed + 0, skipped + 0 }' "$@")
  report_count "$passed" "$failed" "$skipped" "$label"
}

# The dashboard's runners tell their counts only in what they print, which is in Maven's log: vitest as
# "Tests  1 failed | 133 passed | 2 skipped (136)", node's runner as "# pass 12" and so on.
report_dashboard() {
  local passed failed skipped
  read -r passed failed skipped < <(sed 's/\x1b\[[0-9;]*m//g' "$2" | awk '
    /^ +Tests  .*\([0-9]+\)$/ { for (i = 2; i < NF; i++) n[$(i + 1)] += $i }
    /^(#|ℹ) (pass|fail|cancelled|skipped) [0-9]+$/ { n[$2] += $3 }
    END { print n["passed"] + n["pass"] + 0, n["failed"] + n["fail"] + n["cancelled"] + 0, n["skipped"] + 0 }')
  report_count "$passed" "$failed" "$skipped" "$1"
}

# The same for the file that node's own runner wrote: counts in comments at its end, one test case a line.
report_node() {
  local label=$1 file=$2 passed failed skipped
  if [[ ! -s $file ]]; then
    report_count 0 1 0 "$label (no report)"
    return
  fi
  read -r passed failed skipped < <(awk '
    match($0, /<!-- (pass|fail|cancelled|skipped|todo) [0-9]+ -->/) { split(substr($0, RSTART, RLENGTH), w, " "); n[w[2]] = w[3] }
    END { print n["pass"] + 0, n["fail"] + n["cancelled"] + 0, n["skipped"] + n["todo"] + 0 }' "$file")
  report_count "$passed" "$failed" "$skipped" "$label"
  sed -n 's/.*<testcase name="\([^"]*\)" time="\([0-9.]*\)".*/\2\t\1/p' "$file" |
    awk -F '\t' -v label="$label" '{ printf "%d\t%s: %s\n", $1 * 10, label, $2 }' >>"$report_times"
}

report_end() {
  local tenths label line
  say_heading "ten slowest parts"
  sort -rn "$report_times" | head -n 10 | while IFS=$'\t' read -r tenths label; do
    printf '  %9s  %s\n' "$(tenths_text "$tenths")" "$label" >&2
  done
  for line in "${report_failures[@]}"; do warn "$line"; done
  say "all of it: $(tenths_text "$(($(tenths_now) - report_began))")"
  printf '%s passed, %s failed, %s skipped\n' "$report_passed" "$report_failed" "$report_skipped"
  ((report_failed == 0)) || exit "$exit_failed"
  if ((report_passed == 0)); then fail "$exit_failed" "no test was run"; fi
}
