#pragma once
#include <systemd/sd-journal.h>

// sd_journal_send is variadic.
static inline int cjournal_send_plain(const char *message) {
    return sd_journal_send("MESSAGE=%s", message, "PRIORITY=6", (void *)0);
}

static inline int cjournal_send(const char *message, const char *method, const char *route, long status) {
    return sd_journal_send(
        "MESSAGE=%s", message, "PRIORITY=6", "METHOD=%s", method, "ROUTE=%s", route, "STATUS=%ld", status, (void *)0);
}
