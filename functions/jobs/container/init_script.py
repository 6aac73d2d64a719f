"""What the init container runs: fetches artifacts and writes files, then ends.

For busybox, with wget as busybox has it. Everything comes in environment variables, so no content can become a command;
paths too, since the local cloud without a container engine gives them other values. The numbered names are:

OPEN_0     a folder that everyone in the task may write to
FETCH_0    an artifact's URI; FETCH_0_FILE: where to; FETCH_0_HOW: unpack, run or keep; FETCH_0_SHOWN: its name in logs
WRITE_0    a file's path; WRITE_0_MODE; WRITE_0_BASE64 or WRITE_0_SECRET: its content; WRITE_0_LINK: a link to it, or ""
PAYLOAD_FILE  where the payload goes, if there is one: SHIFTWORK_PAYLOAD has it, or SHIFTWORK_PAYLOAD_URL its address
PAUSE      seconds to wait before the second try of a download; then twice and three times as long
"""

SCRIPT = r"""
value() { eval "printf %s \"\${$1-}\""; }
fail() { printf 'shiftwork: %s\n' "$1" >&2; exit 1; }
fetch() {
  try=1
  until wget -q -T 60 -O "$2" "$1"; do
    [ "$try" -lt 4 ] || return 1
    sleep $((try * PAUSE))
    try=$((try + 1))
  done
}
unpack() {
  case $1 in
    *.tar) tar -x -o -f "$1" -C "$2" ;;
    *.tar.gz | *.tgz) tar -x -o -z -f "$1" -C "$2" ;;
    *.tar.bz2 | *.tbz2) tar -x -o -j -f "$1" -C "$2" ;;
    *.tar.xz | *.txz) tar -x -o -J -f "$1" -C "$2" ;;
    *.zip) unzip -o -q "$1" -d "$2" ;;
    *.gz) gunzip -c "$1" > "${1%.gz}" ;;
  esac
}
write() {
  mkdir -p "${1%/*}" || return 1
  if eval "[ -n \"\${$2_SECRET+set}\" ]"; then value "$2_SECRET" > "$1"; else value "$2_BASE64" | base64 -d > "$1"; fi
}
n=0
while file=$(value FETCH_${n}_FILE); [ -n "$file" ]; do
  shown=$(value FETCH_${n}_SHOWN)
  fetch "$(value FETCH_$n)" "$file" || fail "cannot fetch $shown"
  case $(value FETCH_${n}_HOW) in
    run) chmod 755 "$file" ;;
    unpack) unpack "$file" "${file%/*}" || fail "cannot unpack $shown" ;;
  esac
  n=$((n + 1))
done
if [ -n "${SHIFTWORK_PAYLOAD_URL-}" ]; then
  fetch "$SHIFTWORK_PAYLOAD_URL" "$PAYLOAD_FILE" || fail 'cannot fetch the payload: its URL is good for hours only'
elif [ -n "${SHIFTWORK_PAYLOAD-}" ]; then
  printf %s "$SHIFTWORK_PAYLOAD" > "$PAYLOAD_FILE" || fail 'cannot write the payload'
fi
n=0
while folder=$(value OPEN_$n); [ -n "$folder" ]; do
  chmod -R a+rwX "$folder" && chmod 1777 "$folder" || fail "cannot open $folder"
  n=$((n + 1))
done
n=0
while file=$(value WRITE_$n); [ -n "$file" ]; do
  write "$file" WRITE_$n && chmod "$(value WRITE_${n}_MODE)" "$file" || fail "cannot write $file"
  link=$(value WRITE_${n}_LINK)
  [ -z "$link" ] || { mkdir -p "${link%/*}" && ln -s -f "$file" "$link"; } || fail "cannot link $link"
  n=$((n + 1))
done
"""
