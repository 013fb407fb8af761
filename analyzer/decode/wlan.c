#include "decode/wlan.h"

#include "decode/ether.h"

// Frame control, first byte and second.
enum { TYPE = 0x0c, TYPE_DATA = 0x08, NO_DATA = 0x40, QOS = 0x80 };
enum { BOTH_DS = 0x03, PROTECTED = 0x40, ORDER = 0x80 };

// Radiotap's flags field.
enum { DATA_PAD = 0x20 };

static size_t header_length(const uint8_t control[2])
{
	size_t n = 24;

	if ((control[1] & BOTH_DS) == BOTH_DS)
		n += 6; // a fourth address
	if (control[0] & QOS) {
		n += 2;
		if (control[1] & ORDER)
			n += 4; // HT control
	}
	return n;
}

// The first of the frames aggregated in one: the others are lost to us.
static struct next aggregate(struct walk *w)
{
	struct bytes h;

	if (!walk_take(w, 14, &h))
		return layer_short(w, 14);
	walk_bind(w, be16(h.p + 12));
	return ether_llc(w);
}

static struct next data_frame(struct walk *w, bool padded)
{
	struct bytes h;
	size_t n = header_length(w->rest.p);
	size_t pad = padded ? -n & 3 : 0;

	if (!walk_take(w, n + pad, &h))
		return layer_short(w, n + pad);
	if (h.p[22] & 0x0f)
		return layer_end(PACKET_FRAGMENT);
	if (h.p[0] & QOS) {
		size_t qos = (h.p[1] & BOTH_DS) == BOTH_DS ? 30 : 24;
		if (h.p[qos] & 0x80)
			return aggregate(w);
	}
	return ether_llc(w);
}

static struct next frame(struct walk *w, bool padded)
{
	if (w->rest.n < 2)
		return layer_short(w, 2);
	if ((w->rest.p[0] & TYPE) != TYPE_DATA || w->rest.p[0] & NO_DATA ||
	    w->rest.p[1] & PROTECTED)
		return layer_end(PACKET_NOT_IP);
	return data_frame(w, padded);
}

struct next wlan_frame(struct walk *w)
{
	return frame(w, false);
}

// The flags field, 0 if there is none: it comes behind the words that say
// what is present and behind a time stamp, which is aligned to eight bytes.
static uint8_t radiotap_flags(struct bytes h)
{
	enum { TSFT = 1, FLAGS = 2 };
	uint32_t present = le32(h.p + 4);
	size_t at = 8;

	for (uint32_t word = present; word >> 31; at += 4) {
		if (at + 4 > h.n)
			return 0;
		word = le32(h.p + at);
	}
	if (present & TSFT)
		at = ((at + 7) & ~(size_t)7) + 8;
	return present & FLAGS && at < h.n ? h.p[at] : 0;
}

struct next wlan_radiotap(struct walk *w)
{
	struct bytes h;
	size_t n;

	if (w->rest.n < 8)
		return layer_short(w, 8);
	n = le16(w->rest.p + 2);
	if (n < 8)
		return layer_end(PACKET_MALFORMED);
	if (!walk_take(w, n, &h))
		return layer_short(w, n);
	return frame(w, radiotap_flags(h) & DATA_PAD);
}
