using System.Globalization;
using System.Text;

namespace ChatOps.Platforms.Ssh;

/// <summary>
/// What is sent to the machine: constant text, then values as quoted words, then the one word that begins it. It stands on the shell's input, so that the user's
/// login shell takes no part in it and a connection that breaks off on the way leaves nothing half done: without its last line it does nothing.
/// </summary>
internal sealed class RemoteScript(string verb, params string[] arguments)
{
    private readonly StringBuilder values = new();

    /// <summary>What every manager has in common. Times are milliseconds since 1970; what is not ours in an answer is indented by two blanks.</summary>
    private const string Common = """
        set -u
        LC_ALL=C; export LC_ALL
        umask 077
        root= version= expected= keep=0 path=
        now() { date +%s%3N; }
        refuse() { printf 'refused %s\n' "$1"; exit 0; }
        linked() { [ -n "$root" ] && [ -L "$root/current" ]; }
        linked_at() { if linked; then stat -c %.3Y -- "$root/current" | tr -d .; else echo 0; fi; }
        current() { if linked; then link=$(readlink -- "$root/current"); link=${link%/}; printf '%s' "${link##*/}"; fi; }
        counted() { count=0; [ ! -r "$state/count" ] || read -r count < "$state/count"; echo "${count:-0}"; }
        generation() { echo $(( $(linked_at) + $(counted) )); }
        is_release() { case $1 in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._+-]*) return 1 ;; esac; [ -d "$root/releases/$1" ]; }
        indented() { awk '{ print "  " $0 }'; }
        facts() {
          printf 'now %s %s\n' "$(now)" "$(date +%z)"
          printf 'generation %s\n' "$(generation)"
          printf 'current %s %s\n' "$(linked_at)" "$(current)"
          if [ -d "$state/operations" ]; then find "$state/operations" -type f -name 'id-*' -exec awk 'FNR == 1 { print "operation" } { print "  " $0 }' {} +; fi
        }
        releases() {
          facts
          for folder in "$root"/releases/*/; do
            one=${folder%/}; one=${one##*/}
            is_release "$one" || continue
            printf 'release %s %s\n' "$(stat -c %Y -- "$root/releases/$one")" "$one"
            if [ -f "$root/releases/$one/RELEASE" ]; then head -c 8192 -- "$root/releases/$one/RELEASE" | indented; fi
          done
        }
        lines() {
          printf 'now %s %s\n' "$(now)" "$(date +%z)"
          for file in "$@"; do
            [ -r "$file" ] || continue
            printf 'file %s %s\n' "$(stat -c %Y -- "$file")" "$file"
            tail -c 8388608 -- "$file" | indented
          done
        }
        recorded() { [ -f "$record" ]; }
        # One action from its record to its end: the record is there before anything is done, and whoever finds it knows.
        act() {
          record=$state/operations/id-$file
          mkdir -p -- "$state/operations" || refuse state_closed
          if recorded; then echo known; indented < "$record"; exit 0; fi
          exec 9>> "$state/lock"
          flock -w 2 9 || refuse busy
          if recorded; then echo known; indented < "$record"; exit 0; fi
          [ -z "$expected" ] || [ "$expected" = "$(generation)" ] || refuse generation_changed
          from=$(current)
          if [ -n "$version" ]; then
            is_release "$version" || refuse version_unknown
            [ -w "$root" ] || refuse folder_closed
          fi
          prepare
          find "$state/operations" -type f -name 'id-*' -mtime +30 -exec rm -f -- {} +
          echo "$(( $(counted) + 1 ))" > "$state/count" || refuse state_closed
          ( set -C; printf 'id=%s\nkind=%s\nat=%s\nversion=%s\nfrom=%s\nactor=%s\nreason=%s\n' "$id" "$kind" "$(now)" "$version" "$from" "$actor" "$reason" > "$record" ) || refuse state_closed
          # Held by whoever works on it: a record without an end that nobody holds was left behind.
          exec 8< "$record"
          flock 8
          ( trap '' HUP; work ) < /dev/null > /dev/null 2>&1 &
          echo taken
        }
        end() { printf 'ended=%s\nresult=%s\nmessage=%s\n' "$(now)" "$1" "$2" >> "$record"; exit 0; }
        work() {
          printf 'acting=%s\n' "$(now)" >> "$record"
          if [ -n "$version" ]; then
            ln -sfn -- "releases/$version" "$root/.current-$$" && mv -fT -- "$root/.current-$$" "$root/current" || end failed 'the link current could not be switched'
          fi
          said=$(control 2>&1 8>&- 9>&-) || end failed "$(printf '%s' "$said" | tail -n 3 | tr -c '[:print:]' ' ' | cut -c 1-300)"
          exec 9>&-
          settle
        }
        # Not how long it is waited, but that the same processes run all that while.
        settle() {
          began=$(date +%s) since=$began last= changes=-1
          while recorded; do
            at=$(date +%s)
            running=$(pids 2> /dev/null 8>&-)
            if [ -z "$running" ]; then since=$at
            elif [ "$running" != "$last" ]; then since=$at last=$running changes=$(( changes + 1 )); fi
            [ "$changes" -le 1 ] || end failed 'it was started, and it keeps restarting'
            if [ -n "$running" ] && [ $(( at - since )) -ge "$settle" ]; then tidy; end succeeded ''; fi
            [ $(( at - began )) -le $(( settle + 60 )) ] || end failed 'it was started, and it does not stay up'
            sleep 1
          done
        }
        tidy() {
          [ "$keep" -gt 0 ] && [ -n "$version" ] || return 0
          kept=0
          ls -1t -- "$root/releases" | while IFS= read -r one; do
            is_release "$one" || continue
            kept=$(( kept + 1 ))
            [ "$kept" -le "$keep" ] || [ "$one" = "$version" ] || [ "$one" = "$from" ] || rm -rf -- "$root/releases/$one"
          done
        }
        found() {
          record=$state/operations/id-$file
          recorded || { echo never; exit 0; }
          if flock -n "$record" true; then echo left; else echo held; fi
          indented < "$record"
        }
        missing() { for program in "$@"; do command -v "$program" > /dev/null || printf 'missing %s\n' "$program"; done; }
        reach() {
          missing awk date find flock stat timeout
          if [ -d "$state" ]; then [ -w "$state" ] || echo 'closed state'; elif ! mkdir -p -- "$state"; then echo 'closed state'; fi
          for folder in "$@"; do
            if [ ! -d "$folder/releases" ]; then printf 'absent %s\n' "$folder"; elif [ ! -w "$folder" ]; then printf 'closed %s\n' "$folder"; fi
          done
          manager
        }

        """;

    public RemoteScript With(string name, string value)
    {
        values.Append(name).Append('=').Append(ShellWord.Quote(value)).Append('\n');
        return this;
    }

    public RemoteScript With(string name, long value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    /// <param name="manager">The text of the manager: <c>look</c>, <c>prepare</c>, <c>control</c>, <c>pids</c>, <c>manager</c>.</param>
    public string Text(string manager) => $"{Common}{manager}{values}setup\n{verb}{string.Concat(arguments.Select(a => " " + ShellWord.Quote(a)))}\n";
}
