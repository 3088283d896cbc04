// Steps one thread of a process from where it waits, through all that it does, to where it waits again, instruction by instruction.
// Each time that the process's memory file differs, the file is copied: as it would be left by an end of the process at that moment.
//
//     crash_points PID TID DESCRIPTOR DIRECTORY
//
// DESCRIPTOR is that of the file in the process. Writes "ready" once the thread stands, and steps after a line on standard input; at
// the end it writes how many copies there are: DIRECTORY/0, DIRECTORY/1 and so on.

#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int fine, const char *what) {
    if (!fine) {
        perror(what);
        exit(1);
    }
}

static size_t size_of(int file) {
    struct stat status;
    check(fstat(file, &status) == 0, "fstat");
    return (size_t)status.st_size;
}

static void copy(const char *directory, int number, const char *bytes, size_t size) {
    static const char zeros[4096];
    char path[4096];
    snprintf(path, sizeof path, "%s/%d", directory, number);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    check(file >= 0 && ftruncate(file, (off_t)size) == 0, path);
    for (size_t at = 0; at < size; at += 4096)
        if (memcmp(bytes + at, zeros, 4096) != 0)
            check(pwrite(file, bytes + at, 4096, (off_t)at) == 4096, path);
    close(file);
}

static void wait_for(pid_t thread) {
    int status;
    check(waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status), "waitpid");
}

int main(int argc, char **argv) {
    check(argc == 5, "four arguments");
    pid_t thread = atoi(argv[2]);
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/fd/%s", argv[1], argv[3]);
    int file = open(path, O_RDONLY);
    check(file >= 0, path);
    size_t size = size_of(file), most = (size_t)1 << 30;
    char *live = mmap(NULL, most, PROT_READ, MAP_SHARED, file, 0);
    char *last = malloc(most);
    check(live != MAP_FAILED && last != NULL, "mmap");

    check(ptrace(PTRACE_SEIZE, thread, 0, 0) == 0, "PTRACE_SEIZE");
    check(ptrace(PTRACE_INTERRUPT, thread, 0, 0) == 0, "PTRACE_INTERRUPT");
    wait_for(thread);
    memcpy(last, live, size);
    puts("ready");
    fflush(stdout);
    check(getchar() != EOF, "standard input");

    int copies = 0, received = 0;
    for (;;) {
        struct user_regs_struct registers;
        check(ptrace(PTRACE_GETREGS, thread, 0, &registers) == 0, "PTRACE_GETREGS");
        errno = 0;
        long code = ptrace(PTRACE_PEEKTEXT, thread, registers.rip, 0);
        if (errno == 0 && (code & 0xffff) == 0x050f) {
            // Datagrams are taken, or a stream is answered.
            if (registers.rax == SYS_recvmmsg || registers.rax == SYS_sendto) received = 1;
            if (received && (registers.rax == SYS_poll || registers.rax == SYS_ppoll ||
                             registers.rax == SYS_epoll_wait || registers.rax == SYS_epoll_pwait))
                break;
        }
        check(ptrace(PTRACE_SINGLESTEP, thread, 0, 0) == 0, "PTRACE_SINGLESTEP");
        wait_for(thread);
        size_t now = size_of(file);
        if (now != size || memcmp(live, last, size) != 0) {
            size = now;
            memcpy(last, live, size);
            copy(argv[4], copies++, last, size);
        }
    }
    check(ptrace(PTRACE_DETACH, thread, 0, 0) == 0, "PTRACE_DETACH");
    printf("%d\n", copies);
    return 0;
}
