/// A token that is good until 2100, made by joserfc; the private key is gone.
enum SignedToken {
    static let keys = #"""
        {"keys": [{"crv": "P-256", "x": "rDmHl6SqoXKM7HEcQulAeQRnjHrqEP_zFB6kg_FczVM", "y": "1G7eCVuhTq5Y4DQKqcuSwCgHLqfT__3zlUz5LHrO-tk", "kid": "ec", "kty": "EC"}]}
        """#

    static let token =
        "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJleHAiOiA0MTAyNDQ0ODAwfQ.K8CnnLl5dxE4wROFQhV_1cHZSraC97w3-tw0Y3jqeNgFKvgIMbtvCTwOwRi_gRbGmKrF2XW7_QyaAqmESrld6Q"
}
