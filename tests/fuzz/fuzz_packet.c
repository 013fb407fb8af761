// Any bytes, as a frame of any link type. The first two bytes choose the type
// from the table; the third, how much less of the frame was captured than was
// on the wire.
#include <stdlib.h>

#include "base/bytes.h"
#include "decode/link.h"
#include "decode/packet.h"
#include "decode/stack.h"

#include "same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What every consumer of a packet relies on.
static void check(const struct packet *p, const struct frame *f)
{
	if ((unsigned)p->kind >= PACKET_KINDS || !packet_kind_text(p->kind))
		abort();
	if (p->kind == PACKET_ICMP_ERROR && p->icmp.frame != f->id)
		abort();
	if (p->kind != PACKET_SEGMENT)
		return;
	if (p->segment.frame != f->id || p->segment.time != f->time)
		abort();
	if (segment_scale(&p->segment) > 14 ||
	    segment_stack(&p->segment) >= STACKS || p->segment.more & MORE_OWN)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame f = { .time = 1, .id = frame_id(0, 1) };
	struct packet p;

	if (size < 3)
		return 0;
	f.link = link_types.row[be16(data) % link_types.n].id;
	f.cap_len = (uint32_t)size - 3;
	f.wire_len = f.cap_len + data[2];
	f.data = data + 3;
	packet_decode(&f, &p);
	check(&p, &f);
	if (!same_both_ways(&f))
		abort();
	return 0;
}
