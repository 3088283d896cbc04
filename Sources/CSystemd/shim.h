#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

// The address of a Unix socket, as bind(2) and connect(2) take it; its length, or 0 where the name is too long.
static inline socklen_t csystemd_address(struct sockaddr_un *address, const char *name, size_t length) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (length > sizeof address->sun_path) {
        return 0;
    }
    memcpy(address->sun_path, name, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

// A datagram socket that is connected to the Unix socket `name`, and asks for a buffer of that size. Returns it, or the
// negative of errno.
static inline int csystemd_connect(const char *name, size_t length, int buffer) {
    struct sockaddr_un address;
    socklen_t size = csystemd_address(&address, name, length);
    if (size == 0) {
        return -EINVAL;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (connect(fd, (const struct sockaddr *)&address, size) != 0) {
        int code = errno;
        close(fd);
        return -code;
    }
    return fd;
}

// Sends one datagram with a descriptor unless `passed` is negative, and never waits: to the Unix socket `name`, or where the
// socket is connected to if that is empty. The CMSG macros are not imported. Returns 0, or the negative of errno.
static inline int csystemd_send(
    int fd, const char *name, size_t name_length, const void *bytes, size_t count, int passed) {
    struct sockaddr_un address;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (name_length > 0) {
        message.msg_name = &address;
        message.msg_namelen = csystemd_address(&address, name, name_length);
        if (message.msg_namelen == 0) {
            return -EINVAL;
        }
    }
    if (passed >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control.space;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &passed, sizeof passed);
    }
    ssize_t sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : 0;
}

// A file of memory with these bytes that nobody can change any more, as journald takes an entry that no datagram holds.
// Returns it, or the negative of errno.
static inline int csystemd_sealed_memory(const void *bytes, size_t count) {
    const unsigned int close_on_exec = 1U, allow_sealing = 2U;
    const int add_seals = 1033, all_seals = 1 | 2 | 4 | 8;
    int fd = (int)syscall(SYS_memfd_create, "journal-entry", close_on_exec | allow_sealing);
    if (fd < 0) {
        return -errno;
    }
    for (size_t written = 0; written < count;) {
        ssize_t result = write(fd, (const char *)bytes + written, count - written);
        if (result < 0 && errno != EINTR) {
            int code = errno;
            close(fd);
            return -code;
        }
        written += result > 0 ? (size_t)result : 0;
    }
    if (fcntl(fd, add_seals, all_seals) != 0) {
        int code = errno;
        close(fd);
        return -code;
    }
    return fd;
}
