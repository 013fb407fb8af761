#include "base/units.h"

#include "base/nanoseconds.h"

static void fraction(struct text *out, uint64_t thousandths)
{
	text_uint(out, thousandths / 1000);
	text_char(out, '.');
	text_padded(out, thousandths % 1000, 3);
}

void units_duration(struct text *out, int64_t ns)
{
	uint64_t t = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	uint64_t s = (t + MS / 2) / SECOND;

	if (ns < 0)
		text_char(out, '-');
	if (t < MS) {
		text_uint(out, t / US);
		text_puts(out, " us");
	} else if (s < 1) {
		fraction(out, t / US);
		text_puts(out, " ms");
	} else if (s < 600) {
		fraction(out, (t + MS / 2) / MS);
		text_puts(out, " s");
	} else if (s < 3600) {
		text_printf(out, "%u min %u s", (unsigned)(s / 60),
			    (unsigned)(s % 60));
	} else if (s < 48 * 3600) {
		text_printf(out, "%u h %u min", (unsigned)(s / 3600),
			    (unsigned)(s / 60 % 60));
	} else {
		text_grouped(out, s / 86400);
		text_printf(out, " d %u h", (unsigned)(s / 3600 % 24));
	}
}
