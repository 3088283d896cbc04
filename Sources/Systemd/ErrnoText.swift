import Glibc

/// The C library's sentence for an `errno` value, with the number.
func text(of errno: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard unsafe strerror_r(errno, &buffer, buffer.count) == 0 else { return "errno \(errno)" }
    let message = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(String(decoding: message, as: UTF8.self)) (errno \(errno))"
}
