#include "report.h"
bool report_markdown(const struct report *r, FILE *to)
{
	return report_text(r, to);
}
