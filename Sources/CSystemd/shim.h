#pragma once
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// Sends one datagram to the Unix socket `name`, with a descriptor unless `passed` is negative, and never waits. The
// CMSG macros are not imported. Returns 0, or the negative of errno.
static inline int csystemd_send(
    int fd, const char *name, size_t name_length, const void *bytes, size_t count, int passed) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_name = &address, .msg_iov = &vector, .msg_iovlen = 1};
    if (name_length > sizeof address.sun_path) {
        return -EINVAL;
    }
    memcpy(address.sun_path, name, name_length);
    message.msg_namelen = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_length);
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
