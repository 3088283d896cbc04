#pragma once
#include <microhttpd.h>

/// Has no certificate. Sessions are given theirs one by one; one that was missed must not get as far as to answer.
///
/// Its type is gnutls_certificate_retrieve_function3 without the names of GnuTLS.
static int cmicrohttpd_no_certificate(
    void *session, const void *information, void *certificates, unsigned int *certificate_count,
    void *responses, unsigned int *response_count, void *key, unsigned int *flags) {
    (void)session, (void)information, (void)certificates, (void)certificate_count;
    (void)responses, (void)response_count, (void)key, (void)flags;
    return -1;
}

/// MHD_start_daemon with the options this project uses; the callbacks share one context.
static inline struct MHD_Daemon *cmicrohttpd_start(
    unsigned int flags, void *context,
    MHD_LogCallback log,
    MHD_AccessHandlerCallback handler,
    void *(*began)(void *context, const char *uri, struct MHD_Connection *connection),
    MHD_RequestCompletedCallback completed,
    MHD_NotifyConnectionCallback connection,
    unsigned int inactivity_seconds, size_t connection_memory) {
    struct MHD_OptionItem https[] = {
        {MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)cmicrohttpd_no_certificate}, {MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handler, context,
        MHD_OPTION_EXTERNAL_LOGGER, log, context,
        MHD_OPTION_URI_LOG_CALLBACK, began, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connection, context,
        // The acceptor keeps the limit: libmicrohttpd's own count falls only after the notification of a closed connection.
        MHD_OPTION_CONNECTION_LIMIT, 0x7fffffffu,
        MHD_OPTION_CONNECTION_TIMEOUT, inactivity_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_ARRAY, flags & MHD_USE_TLS ? https : https + 1,
        MHD_OPTION_END);
}

static inline const union MHD_ConnectionInfo *cmicrohttpd_connection_info(
    struct MHD_Connection *connection, enum MHD_ConnectionInfoType type) {
    return MHD_get_connection_info(connection, type);
}
