#define _GNU_SOURCE
#include "victim.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 16 };

struct order {
	struct msghdr m;
	struct iovec v;
	char byte;
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(MOST * sizeof(int))];
};

static void order_init(struct order *o, size_t room)
{
	memset(o, 0, sizeof(*o));
	o->v.iov_base = &o->byte;
	o->v.iov_len = 1;
	o->m.msg_iov = &o->v;
	o->m.msg_iovlen = 1;
	o->m.msg_control = o->room;
	o->m.msg_controllen = room;
}

static void close_all(const struct order *o)
{
	struct cmsghdr *c;
	int fd;

	memcpy(&c, &o->m.msg_control, sizeof(c));
	for (size_t i = 0; CMSG_LEN((i + 1) * sizeof(int)) <= c->cmsg_len;
	     i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
		close(fd);
	}
}

static void be_victim(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void helper(int fd)
{
	struct order o;
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	for (;;) {
		order_init(&o, sizeof(o.room));
		if (recvmsg(fd, &o.m, 0) <= 0)
			_exit(0);
		pid = fork();
		if (pid == 0)
			be_victim();
		close_all(&o);
		if (write(fd, &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
	}
}

bool victim_start(struct victims *v)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	v->helper = fork();
	if (v->helper == 0) {
		close(pair[0]);
		helper(pair[1]);
	}
	close(pair[1]);
	v->wire = pair[0];
	pthread_mutex_init(&v->turn, 0);
	return v->helper > 0;
}

void victim_stop(struct victims *v)
{
	kill(v->helper, SIGKILL);
	waitpid(v->helper, 0, 0);
	close(v->wire);
}

pid_t victim_make(struct victims *v, const int *fd, size_t n)
{
	struct order o;
	struct cmsghdr *c;
	pid_t pid = -1;

	if (n == 0 || n > MOST)
		return -1;
	order_init(&o, CMSG_SPACE(n * sizeof(int)));
	c = CMSG_FIRSTHDR(&o.m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fd, n * sizeof(int));
	pthread_mutex_lock(&v->turn);
	if (sendmsg(v->wire, &o.m, MSG_NOSIGNAL) != 1 ||
	    recv(v->wire, &pid, sizeof(pid), 0) != sizeof(pid))
		pid = -1;
	pthread_mutex_unlock(&v->turn);
	for (size_t i = 0; i < n; i++)
		close(fd[i]);
	return pid;
}

bool victim_kill(pid_t pid)
{
	struct pollfd p = { .events = POLLIN };
	bool gone;

	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p.fd < 0)
		return false;
	gone = kill(pid, SIGKILL) == 0 && poll(&p, 1, 5000) == 1;
	close(p.fd);
	return gone;
}
