# Completion of tcpwhy for fish.

function __tcpwhy_verdicts
    tcpwhy explain 2>/dev/null | string replace -rf '^  ([a-z_]+) +(.*)' '$1\t$2'
end

complete -c tcpwhy -n __fish_is_first_arg -a explain -d 'What a verdict means'
complete -c tcpwhy -n '__fish_seen_subcommand_from explain' -f -a '(__tcpwhy_verdicts)'

complete -c tcpwhy -s t -l text -d 'Text report'
complete -c tcpwhy -s s -l summary -d 'Only how many connections ended how'
complete -c tcpwhy -s c -l csv -d 'CSV, one row per connection'
complete -c tcpwhy -s j -l json -d 'JSON Lines, one object per connection'
complete -c tcpwhy -l markdown -d 'The text report as Markdown'
complete -c tcpwhy -l html -r -d 'Write an HTML page'
complete -c tcpwhy -s o -l output -r -d 'Write the report to this file'
complete -c tcpwhy -s n -l connection -x -d 'Only this connection, with all its packets'
complete -c tcpwhy -s a -l all -d 'Include connections that ended normally'
complete -c tcpwhy -l anonymize -d 'Replace all addresses'
complete -c tcpwhy -l anonymize-key -x -d 'The same; the same words give the same addresses'
complete -c tcpwhy -s f -l filter -x -d 'Only packets that match'
complete -c tcpwhy -s w -l where -x -d 'Only connections that match'
complete -c tcpwhy -s e -l errno -x -d 'Only those in which a program got this error' \
    -a 'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ECONNABORTED'
complete -c tcpwhy -l log -x -d 'The connections that fit a log line'
complete -c tcpwhy -l log-file -r -d 'The same for every line of a file'
complete -c tcpwhy -l log-tz -x -d 'Zone of log lines that name none'
complete -c tcpwhy -l client -r -d 'Capture made at the client\'s end'
complete -c tcpwhy -l server -r -d 'Capture made at the server\'s end'
complete -c tcpwhy -l utc -d 'Show times in UTC'
complete -c tcpwhy -l local -d 'Show times in the local time zone'
complete -c tcpwhy -l max-memory -x -d 'Decide connections early beyond this'
complete -c tcpwhy -l jobs -x -a '1 2' -d 'Threads'
complete -c tcpwhy -l color -x -a 'auto always never' -d 'When to use colours'
complete -c tcpwhy -l ascii -d 'Browser: lines and arrows in ASCII'
complete -c tcpwhy -l no-mouse -d 'Browser: do not use the mouse'
complete -c tcpwhy -s h -l help -d 'The options'
complete -c tcpwhy -s V -l version -d 'Versions of tcpwhy and its libraries'
