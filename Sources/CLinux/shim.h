#pragma once

// Swift's Glibc module is built without _GNU_SOURCE: what that hides (constants, variadic and GNU-only calls)
// is declared here, with the values of the kernel's ABI.

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

// Layout of struct mmsghdr, see recvmmsg(2).
struct clinux_message {
    struct msghdr header;
    unsigned int length;
};

// linux/sock_diag.h: the index of the drop counter in the answer to SO_MEMINFO.
#define CLINUX_SO_MEMINFO 55
#define CLINUX_MEMINFO_DROPS 8
#define CLINUX_MEMINFO_COUNT 9

static inline int clinux_memfd_create(const char *name) {
    const unsigned int close_on_exec = 1U, allow_sealing = 2U;
    return (int)syscall(SYS_memfd_create, name, close_on_exec | allow_sealing);
}

// fcntl is variadic.
static inline int clinux_seal_against_shrinking(int fd) {
    const int add_seals = 1033, seal_shrink = 2;
    return fcntl(fd, add_seals, seal_shrink);
}

static inline int clinux_duplicate(int fd) {
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

// ioctl is variadic; SIOCOUTQ of linux/sockios.h.
static inline int clinux_unacknowledged(int fd) {
    int bytes = 0;
    return ioctl(fd, 0x5411, &bytes) == 0 ? bytes : 0;
}

static inline int clinux_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? flags : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

// MADV_POPULATE_WRITE, Linux 5.14.
static inline int clinux_populate(void *address, size_t length) {
    return madvise(address, length, 23);
}

// MADV_REMOVE, a hole in the file behind a shared mapping.
static inline int clinux_remove(void *address, size_t length) {
    return madvise(address, length, 9);
}

// MAP_FAILED is a cast, which Swift does not import: null means failure here.
static inline void *clinux_map_shared(int fd, size_t length) {
    void *base = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    return base == MAP_FAILED ? 0 : base;
}

// Private, so that what is written stays with the process.
static inline void *clinux_map_private(int fd, size_t length) {
    void *base = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    return base == MAP_FAILED ? 0 : base;
}

// openat is variadic. Never a link, never waiting for the other end of a pipe.
static inline int clinux_open_at(int directory, const char *name, int flags, unsigned int mode) {
    return openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode);
}

static inline int clinux_open_directory(const char *path, int follows) {
    return open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | (follows ? 0 : O_NOFOLLOW));
}

// Allocates memory or blocks for a range of a file, which becomes as long as that: GNU-only.
static inline int clinux_allocate(int fd, int64_t offset, int64_t length) {
    return (int)syscall(SYS_fallocate, fd, 0, offset, length);
}

static inline int clinux_lock_exclusively(int fd) {
    return flock(fd, LOCK_EX | LOCK_NB);
}

// SEEK_DATA and SEEK_HOLE are GNU-only.
static inline int64_t clinux_next_data(int fd, int64_t offset) {
    return lseek(fd, offset, 3);
}

static inline int64_t clinux_next_hole(int fd, int64_t offset) {
    return lseek(fd, offset, 4);
}

// Whether the file system of a file is tmpfs, with the bytes that are free in it; -1 where it has no limit.
static inline int clinux_is_tmpfs(int fd, int64_t *available) {
    struct statfs status;
    if (fstatfs(fd, &status) != 0) {
        return 0;
    }
    *available = status.f_blocks == 0 ? -1 : (int64_t)status.f_bavail * status.f_bsize;
    return status.f_type == 0x01021994;
}

static inline int clinux_receive_messages(int fd, struct clinux_message *messages, unsigned int count) {
    return (int)syscall(SYS_recvmmsg, fd, messages, count, MSG_DONTWAIT, 0);
}

// Swift takes struct epoll_event for unsafe, as its data is a union with a pointer.
static inline int clinux_epoll_add(int epoll, int fd, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static inline int clinux_epoll_remove(int epoll, int fd) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, 0);
}

// Stores up to 64 tokens.
static inline int clinux_epoll_wait(int epoll, uint64_t *tokens, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, milliseconds);
    for (int i = 0; i < count; i++) {
        tokens[i] = events[i].data.u64;
    }
    return count;
}

static inline int clinux_accept(int fd, struct sockaddr *address, socklen_t *length) {
    return (int)syscall(SYS_accept4, fd, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static inline int clinux_socket(int domain, int type) {
    return socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static inline long clinux_directory_entries(int fd, void *entries, size_t length) {
    return syscall(SYS_getdents64, fd, entries, length);
}

// The CMSG macros are not imported. Returns 1 and stores the socket's drop counter if the message carries it.
static inline int clinux_drop_counter(struct msghdr *header, uint32_t *drops) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != 0; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
            memcpy(drops, CMSG_DATA(c), sizeof *drops);
            return 1;
        }
    }
    return 0;
}

// The GNU-only names are in the same library; the declarations are repeated because the module hides them.
int pthread_setname_np(pthread_t thread, const char *name);
int pthread_setattr_default_np(const pthread_attr_t *attributes);

// struct ucred is GNU-only. Returns 1 and stores the user who connected a Unix socket, at the time of connecting.
static inline int clinux_peer_user(int fd, uint32_t *user) {
    struct { pid_t process; uid_t user; gid_t group; } peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        return 0;
    }
    *user = peer.user;
    return 1;
}
