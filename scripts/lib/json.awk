# Flattens one JSON text to "path<TAB>value" lines. What is not JSON ends it with exit code 1.
{ text = text $0 "\n" }

END {
  at = 1
  len = length(text)
  value("")
}

function blank() { while (at <= len && index(" \t\r\n", substr(text, at, 1))) at++ }

function refuse() { exit 1 }

function value(path,    c, from) {
  blank()
  c = substr(text, at, 1)
  if (c == "{") object(path)
  else if (c == "[") list(path)
  else if (c == "\"") print path "\t" string()
  else {
    from = at
    while (at <= len && index("-+.0123456789abcdefghijklmnopqrstuvwxyzE", substr(text, at, 1))) at++
    if (at == from) refuse()
    print path "\t" substr(text, from, at - from)
  }
}

function object(path,    key, c) {
  at++
  blank()
  if (substr(text, at, 1) == "}") { at++; return }
  while (1) {
    blank()
    key = string()
    blank()
    if (substr(text, at, 1) != ":") refuse()
    at++
    value(path "." key)
    blank()
    c = substr(text, at, 1)
    at++
    if (c == "}") return
    if (c != ",") refuse()
  }
}

function list(path,    i, c) {
  at++
  blank()
  if (substr(text, at, 1) == "]") { at++; return }
  for (i = 0; ; i++) {
    value(path "[" i "]")
    blank()
    c = substr(text, at, 1)
    at++
    if (c == "]") return
    if (c != ",") refuse()
  }
}

# Unescapes only what cannot break a line: \" \\ and \/; the rest stays as it is written.
function string(    c, out) {
  if (substr(text, at, 1) != "\"") refuse()
  at++
  while (at <= len) {
    c = substr(text, at, 1)
    at++
    if (c == "\"") return out
    if (c == "\\") {
      c = substr(text, at, 1)
      at++
      if (!index("\"\\/", c)) c = "\\" c
    }
    out = out c
  }
  refuse()
}
