# shellcheck shell=bash
# How the scripts talk: plain lines on a pipe, colour on a terminal unless NO_COLOR is set (https://no-color.org).
# Results go to standard output, everything about the way there (progress, warnings, errors) to standard error.

readonly exit_failed=1 exit_usage=2 exit_no_jdk=3

if [[ -t 2 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
  readonly colour_bold=$'\e[1m' colour_dim=$'\e[2m' colour_red=$'\e[31m' colour_yellow=$'\e[33m' \
    colour_green=$'\e[32m' colour_off=$'\e[0m'
else
  readonly colour_bold='' colour_dim='' colour_red='' colour_yellow='' colour_green='' colour_off=''
fi

# One line of progress.
say() { printf '%s\n' "$*" >&2; }

# A step that is done, with how long it took.
say_done() { printf '%s✓%s %s\n' "$colour_green" "$colour_off" "$*" >&2; }

say_dim() { printf '%s%s%s\n' "$colour_dim" "$*" "$colour_off" >&2; }

say_heading() { printf '\n%s%s%s\n' "$colour_bold" "$*" "$colour_off" >&2; }

warn() { printf '%swarning:%s %s\n' "$colour_yellow" "$colour_off" "$*" >&2; }

# fail CODE LINE...: the first line says what is wrong, the others what to do about it.
fail() {
  local code=$1 line
  printf '%serror:%s %s\n' "$colour_red" "$colour_off" "$2" >&2
  shift 2
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit "$code"
}

fail_usage() { fail "$exit_usage" "$1" "${@:2}" "Help: $(own_name) --help"; }

# The command as the user would type it again.
own_name() {
  local name=${sentinel_invoked:-scripts/sentinel}
  [[ $name == */* ]] || name=scripts/sentinel
  printf '%q' "$name"
}

# Tenths of a second since boot: a clock that nobody sets. /proc/uptime has hundredths.
tenths_now() {
  local up
  read -r up _ </proc/uptime
  up=${up/./}
  printf '%s' "$((10#$up / 10))"
}

# 123 → "12.3 s"
tenths_text() { printf '%d.%d s' "$(($1 / 10))" "$(($1 % 10))"; }

# need_command NAME WHY: refuses to go on without it.
need_command() {
  command -v "$1" >/dev/null 2>&1 && return
  fail "$exit_failed" "'$1' is not installed; it is needed $2." "On Debian or Ubuntu: sudo apt-get install ${3-$1}"
}
