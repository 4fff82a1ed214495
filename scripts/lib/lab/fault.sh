# shellcheck shell=bash
# lab fault and faults: order a fault, take it back, list them. What each one does is in faults.sh.

command_faults() {
  local name
  case ${1-} in --help | -h) usage_fault && exit 0 ;; esac
  (($# == 0)) || fail_usage "unknown argument '$1' for faults"
  for name in "${fault_names[@]}"; do printf '%-18s %s\n' "$name" "${fault_about[$name]}"; done
}

command_fault() {
  local name='' clear='' site=site-b percent=20 ms=40
  while (($# > 0)); do
    case $1 in
      --site=* | --percent=* | --ms=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" && continue ;;
      --site | --percent | --ms)
        (($# > 1)) || fail_usage "$1 needs a value"
        declare "${1#--}=$2"
        shift
        ;;
      --clear) clear=1 ;;
      --help | -h) usage_fault && exit 0 ;;
      -*) fail_usage "unknown option '$1' for fault" ;;
      *)
        [[ -z $name ]] || fail_usage "fault takes one name, not also '$1'"
        name=$1
        ;;
    esac
    shift
  done
  [[ -n $name || -n $clear ]] || fail_usage "fault needs a name" "List: $(own_command faults)"
  [[ -z $name || -n ${fault_about[$name]-} ]] || fail_usage "there is no fault '$name'" "List: $(own_command faults)"
  [[ $percent =~ ^[1-9][0-9]?$|^100$ ]] || fail_usage "--percent must be from 1 to 100, not '$percent'"
  [[ $ms =~ ^[1-9][0-9]{0,3}$ ]] || fail_usage "--ms must be from 1 to 9999, not '$ms'"
  require_root
  require_lab
  lab_lock
  site_index "$site" >/dev/null
  if [[ -n $clear ]]; then
    fault_clear_some "$name"
  else
    fault_set "$name" "$site" "$percent" "$ms"
    say_done "$name is in force ($(cat -- "$data/faults/$name")). Take it back: $(own_command "fault $name --clear")"
  fi
}

# fault_set NAME SITE PERCENT MS. A fault stands once: ordered again, it moves.
fault_set() {
  local name=$1 noted="site=$2"
  if [[ -e $data/faults/$name ]]; then fault_clear "$name"; fi
  case $name in
    loss | asymmetric-loss) noted+=" percent=$3" ;;
    delay) noted+=" ms=$4" ;;
    icmp-rate-limited) noted="site=all" ;;
  esac
  # Noted first: should setting it fail halfway, --clear knows of it.
  printf '%s\n' "$noted" >"$data/faults/$name"
  fault_with "$name" on
}

# fault_clear_some [NAME]: that one, or all.
fault_clear_some() {
  local file
  if [[ -n $1 && ! -e $data/faults/$1 ]]; then
    say "$1 was not in force"
    return
  fi
  for file in "$data"/faults/${1:-*}; do
    fault_clear "${file##*/}"
    say_done "${file##*/} is taken back"
  done
}

fault_clear() {
  fault_with "$1" off
  rm -f -- "$data/faults/$1"
}

# fault_with NAME on|off: with the settings it was ordered with, in the variables that the functions of faults.sh read.
fault_with() {
  local name=$1 way=$2 word at_site='' at_percent=0 at_ms=0 at_letter='' at_index=0
  local -a words
  read -ra words <"$data/faults/$name" || true
  for word in "${words[@]}"; do
    case $word in
      site=all) ;;
      site=*) at_site=${word#*=} ;;
      percent=*) at_percent=${word#*=} ;;
      ms=*) at_ms=${word#*=} ;;
    esac
  done
  if [[ -n $at_site ]]; then
    at_letter=${at_site#site-}
    at_index=$(site_index "$at_site")
  fi
  "fault_${way}_${name//-/_}"
}
