#pragma once
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <gnutls/x509-ext.h>

// gnutls_free is a variable, which Swift can't know to be constant, behind a macro, which it can't see.
static inline void cgnutls_free(void *pointer) {
    gnutls_free(pointer);
}

// The macro is a cast of -1, which is not imported.
static const unsigned int cgnutls_any_message = GNUTLS_HANDSHAKE_ANY;

// Whether a client's certificate was issued by a trusted CA, is of this time, and may be a client's: *status is 0 then.
static inline int cgnutls_verify_client(gnutls_session_t session, unsigned int *status) {
    gnutls_typed_vdata_st purpose = {
        .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    return gnutls_certificate_verify_peers(session, &purpose, 1, status);
}
