# Completion of tcpwhy for bash.

_tcpwhy_verdicts() {
	tcpwhy explain 2>/dev/null | sed -n 's/^  \([a-z_]\{1,\}\) .*/\1/p'
}

_tcpwhy() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local options='--text --summary --csv --json --markdown --html --write --output
		--connection --all --anonymize --anonymize-key --filter --where
		--errno --fields --sort --limit --fail-on --log --log-file --log-tz --client --server --with --utc
		--local --max-memory --jobs --color --ascii --no-mouse --help --version
		-t -s -c -j -o -n -a -f -w -e -h -V'
	local errors='ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH
		ENETUNREACH ECONNABORTED'

	COMPREPLY=()
	case $before in
	--color)
		COMPREPLY=($(compgen -W 'auto always never' -- "$word"))
		return
		;;
	-e | --errno)
		COMPREPLY=($(compgen -W "$errors" -- "$word"))
		return
		;;
	explain)
		COMPREPLY=($(compgen -W "$(_tcpwhy_verdicts)" -- "$word"))
		return
		;;
	-n | --connection | -f | --filter | -w | --where | --log | --log-tz | \
		--fields | --sort | --limit | --fail-on | \
		--anonymize-key | --max-memory | --jobs)
		return
		;;
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
	*)
		[ "$COMP_CWORD" -eq 1 ] &&
			COMPREPLY=($(compgen -W "explain record" -- "$word"))
		compopt -o default 2>/dev/null
		;;
	esac
}
complete -o filenames -F _tcpwhy tcpwhy
