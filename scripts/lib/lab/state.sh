# shellcheck shell=bash
# The lab's folder and what `up` wrote there. One folder is one lab; its namespaces and its device on the host carry a
# prefix made from the folder's name, so that the labs of two clones live side by side.
#
#   DIR/lab          says that the folder is ours, and what the lab is: key=value
#   DIR/links        the long-distance links, for WanLink; DIR/counters is its answer
#   DIR/faults/NAME  a fault in force and its settings
#   DIR/run, DIR/logs   the process of WanLink
#   DIR/mesh         the data directory of the mesh whose agents stand in the sites (sentinel up --lab)

readonly default_dir=$root/.sentinel-lab exit_not_up=3
data=${SENTINEL_LAB_DIR:-$default_dir} # the name that process.sh knows it by
readonly lab_marker='Sentinel Mesh lab'
readonly sites_most=26

declare -A lab=([prefix]='' [sites]='' [delays]='' [limits]='' [management]='')

# own_command WORDS: a command to type, with the folder if it is not the usual one.
own_command() {
  printf '%s %s' "$(own_name)" "$1"
  if [[ $data != "$default_dir" ]]; then printf ' --dir %q' "$data"; fi
}

# Takes --dir out of the arguments: parse_dir "$@"; set -- "${rest[@]}". What follows -- belongs to another program.
rest=()
parse_dir() {
  rest=()
  while (($# > 0)); do
    case $1 in
      --dir)
        (($# > 1)) || fail_usage "--dir needs a directory"
        data=$2
        shift
        ;;
      --dir=*) data=${1#*=} ;;
      --)
        rest+=("$@")
        break
        ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
  [[ -n $data ]] || fail_usage "--dir must not be empty"
  data=$(realpath -m -- "$data")
  case $data in *[[:cntrl:]]*) fail_usage "the lab's directory has a control character in its name" ;; esac
}

lab_is_ours() { [[ -f $data/lab ]] && [[ $(head -n 1 -- "$data/lab") == "$lab_marker" ]]; }

lab_prepare() {
  if [[ -e $data && ! -d $data ]]; then fail "$exit_failed" "$data is in the way: it is not a directory."; fi
  if [[ -d $data ]] && ! lab_is_ours && [[ -n $(ls -A -- "$data") ]]; then
    fail "$exit_failed" "$data holds other files, so it cannot become a lab." "Name an empty or a new directory with --dir."
  fi
  mkdir -p -- "$data/run" "$data/logs" "$data/faults" ||
    fail "$exit_failed" "cannot make $data." "Name a directory that you may write to with --dir."
}

lab_save() {
  local key
  {
    printf '%s\n' "$lab_marker"
    for key in "${!lab[@]}"; do printf '%s=%s\n' "$key" "${lab[$key]}"; done
  } >"$data/lab.new"
  mv -f -- "$data/lab.new" "$data/lab"
}

# Reads DIR/lab; false if there is none. The file is read as data, never run.
lab_load() {
  local line key
  lab_is_ours || return 1
  while IFS= read -r line; do
    key=${line%%=*}
    if [[ -n $key && -n ${lab[$key]+known} ]]; then lab[$key]=${line#*=}; fi
  done <"$data/lab"
  [[ -n ${lab[sites]} ]]
}

require_lab() {
  lab_load || fail "$exit_not_up" "no lab is up in $data." "Start one: $(own_command up)"
}

# While the agents of a mesh stand in the sites, these are not taken from under them.
refuse_while_mesh() {
  local mesh
  { read -r mesh <"$data/mesh"; } 2>/dev/null || return 0
  if mesh_stands_in "$mesh" "$data"; then
    fail "$exit_failed" "a mesh stands in this lab." \
      "Stop it first: $(dirname -- "$(own_name)")/sentinel down --data-dir $(printf '%q' "$mesh")"
  fi
}

# The prefix of a lab that is to be made: 7 characters, so that namespaces and devices stay within the kernel's 15.
own_prefix() { printf 'sl%s' "$(printf '%s' "$data" | sha256sum | cut -c 1-5)"; }

# Everything here changes namespaces and devices of the host. Root in a namespace of its own (unshare) will do.
require_root() {
  ((EUID == 0)) || fail "$exit_failed" "making network namespaces needs root." "Run it with sudo."
  need_command ip "to make network namespaces" iproute2
  need_command nft "to order faults" nftables
  need_command flock "so that two commands do not get in each other's way" util-linux
  need_command setsid "to run the links apart from the terminal" util-linux
}

# Only one command at a time changes a lab of this clone. The lock is the script itself: it leaves no file behind, and
# the kernel drops it when the holder ends, however it ends.
readonly lock_wait_seconds=30
lab_lock() {
  exec 9<"$root/scripts/lab"
  flock -w "$lock_wait_seconds" 9 || fail "$exit_failed" "another lab command is at work in this clone." \
    "Waited $lock_wait_seconds s for it. Try again when it is done."
}
lab_unlock() { exec 9>&-; }

# 1 → site-a
site_name() { printf 'site-%b' "\\x$(printf '%x' "$((96 + $1))")"; }

site_names() {
  local i
  for ((i = 1; i <= lab[sites]; i++)); do
    site_name "$i"
    echo
  done
}

# Its number; the end for a name that this lab does not have.
site_index() {
  local i
  for ((i = 1; i <= lab[sites]; i++)); do
    if [[ $(site_name "$i") == "$1" ]]; then
      printf '%s' "$i"
      return
    fi
  done
  fail_usage "this lab has no site '$1'" "It has: $(site_names | paste -sd ' ')"
}

site_ipv4() { printf '10.%d.0.10' "$1"; }
site_ipv6() { printf '2001:db8:%x::10' "$1"; }
site_management() { printf '%s.%d' "${lab[management]}" "$((10 + $1))"; }
host_management() { printf '%s.1' "${lab[management]}"; }
host_device() { printf '%s-h' "${lab[prefix]}"; }

# The namespace of a node: site-a, acc-a, edge-a, core-1, core-2, mgmt.
namespace_of() { printf '%s-%s' "${lab[prefix]}" "$1"; }

node_names() {
  local i site
  printf 'mgmt\ncore-1\ncore-2\n'
  for ((i = 1; i <= lab[sites]; i++)); do
    site=$(site_name "$i")
    printf '%s\nacc-%s\nedge-%s\n' "$site" "${site#site-}" "${site#site-}"
  done
}

# Namespaces that carry the prefix, whether or not the lab's file knows of them.
namespaces_present() { ip netns list 2>/dev/null | awk -v prefix="${lab[prefix]}-" 'index($1, prefix) == 1 { print $1 }'; }
