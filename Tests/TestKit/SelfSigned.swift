/// A certificate that signed itself, and its key, which nothing else uses.
package enum SelfSigned {
    /// PEM; it names localhost, and ends at `end`.
    package static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUO0x8CZjA81wHNA3QSrI59GZSY+8wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTA4MTgwM1oYDzIxMjYxMTA1
        MDgxODAzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARolLmxwcf/ZijEFSUjf5nyxb2DaQaF0S/jAZp/8zGxhQusJSRxYA5Q
        YnKRrUHegLSOPGMMp+PMDQRsyAg/aSCFo28wbTAdBgNVHQ4EFgQUq0tEqYVy05SX
        7/5KdJOC/h2FJ80wHwYDVR0jBBgwFoAUq0tEqYVy05SX7/5KdJOC/h2FJ80wDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIgHGFw0/w54Zk76T/Ha7mlXjeIWeCgbA5CyPLnJ8WWUbcCIQC9
        2CrngamBqmx+ToWgFaZLYps7ZjeLNFG8Wm6k10BwjQ==
        -----END CERTIFICATE-----

        """

    /// When it ends, in seconds since the Unix epoch.
    package static let end = 4_949_540_283.0
    /// PEM.
    package static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggtONhj5+pvge3ZRR
        nnAWEulM+wNVRIJSoSaCz0qP/WShRANCAARolLmxwcf/ZijEFSUjf5nyxb2DaQaF
        0S/jAZp/8zGxhQusJSRxYA5QYnKRrUHegLSOPGMMp+PMDQRsyAg/aSCF
        -----END PRIVATE KEY-----

        """
}
