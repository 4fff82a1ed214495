# shellcheck shell=bash
# Just enough JSON to read our own API without asking the user to install a JSON tool.

# Standard input (a JSON text) → one line "path<TAB>value" for each leaf, e.g. ".agents[0].name<TAB>site-a".
# Line ends and tabs inside strings stay escaped, so that a leaf is always one line.
json_leaves() { awk -f "$lib/json.awk"; }

# json_value PATH: the one leaf at PATH, from standard input; nothing if it is absent.
# Reads to the end: json_leaves would die of a pipe that is closed early.
json_value() { json_leaves | awk -F '\t' -v path="$1" '$1 == path && !found++ { print $2 }'; }

# json_table MEMBER NONE ROWS: standard input has an array of objects at MEMBER. ROWS is awk that prints them: value[i, NAME]
# for i in order[1] to order[n]. Without any, NONE.
json_table() {
  json_leaves | awk -F '\t' -v member="$1" -v none="$2" '
    match($1, "^[.]" member "[[][0-9]+[]]") {
      i = substr($1, RSTART, RLENGTH)
      name = substr($1, RLENGTH + 2)
      if (!(i in seen)) { seen[i] = 1; order[++n] = i }
      value[i, name] = $2
    }
    END {
      if (n == 0) { print none; exit }
      '"$3"'
    }'
}

# A string as a JSON string.
json_string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//$'\r'/\\r}
  printf '"%s"' "$text"
}
