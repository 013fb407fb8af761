// What connections tell of each other: who ended whom, and what must not be
// forgotten of those that wait.
#include "analysis/decide_parts.h"

#include "base/array.h"

uint64_t decide_killer(const struct flow *newer)
{
	if (!newer->challenge.frame)
		return 0;
	for (size_t i = 0; i < flow_rsts_kept(newer); i++)
		if (newer->rst[i].side == CLIENT)
			return newer->rst[i].s.at.frame;
	return 0;
}

bool decide_add_to_groups(struct decider *d, const struct flow *f,
			  const struct evidence *ev)
{
	return groups_add(d->groups, flow_record(d->flows, f->index), f, ev);
}

bool decide_remark(struct decider *d, const struct flow *f)
{
	struct remark r = { .index = f->index, .by = decide_killer(f) }, *more;

	decide_count(&r.losses, f);
	if (r.by && !d->streaming)
		r.older = f->older;
	if (!r.older && !r.losses.lossy && !r.losses.skipping &&
	    !r.losses.wavering &&
	    !r.losses.duplicates)
		return true;
	more =
	    array_grown(d->remark, d->remarks, &d->remarks_size, sizeof(*more));
	if (!more)
		return false;
	d->remark = more;
	more[d->remarks++] = r;
	return true;
}

uint64_t decide_killed_by(struct decider *d, uint32_t i)
{
	uint32_t newer = flow_newer(d->flows, i);
	const struct flow *f =
	    newer == FLOW_NONE ? NULL : decide_state(d, newer);

	return f && f->older == (uint32_t)flow_number(d->flows, i)
		   ? decide_killer(f)
		   : 0;
}
