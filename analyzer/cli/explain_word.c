#include "cli/explain_word.h"

#include "base/text.h"
#include "cli/look.h"
#include "cli/message.h"
#include "cli/report_output.h"
#include "cli/status.h"
#include "judge/verdict.h"
#include "report/explain.h"
#include "report/report.h"

static int unknown_verdict(const char *word)
{
	enum verdict_id nearest = explain_nearest(word);

	if (nearest)
		complain("there is no verdict '%s'; did you mean %s?", word,
			 verdict_get(nearest)->name);
	else
		complain("there is no verdict '%s'; 'tcpwhy explain' lists "
			 "them",
			 word);
	return WRONG_USAGE;
}

int explain_word(const struct settings *s, const char *word)
{
	struct report r = { 0 };
	struct text page = { 0 };
	bool failed;

	if (word && !explain_find(word))
		return unknown_verdict(word);
	if (!report_output_open(s->target, 1))
		return NOT_WRITTEN;
	look(&r, s, report_output(0));
	if (word)
		explain_page(&r, explain_find(word), &page);
	else
		explain_list(&r, &page);
	failed = page.failed;
	if (page.n && !failed)
		fwrite(page.s, 1, page.n, report_output(0));
	text_release(&page);
	return report_output_close(failed ? complain_memory() : ANALYSED);
}
