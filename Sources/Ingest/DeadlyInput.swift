#if DEBUG
import Bytes
import Glibc
#endif

/// An input that ends a debug build as a fault of ours would, for the tests of what comes then; a release build knows none.
enum DeadlyInput {
    #if DEBUG
    private static let text: [UInt8]? = unsafe getenv("HELIOGRAPH_TRAP_AT").map {
        Array(unsafe String(cString: $0).utf8)
    }
    #endif

    /// Ends the process where the input is the one that the environment names.
    @inline(__always)
    static func trap(at input: RawSpan) {
        #if DEBUG
        guard let text, input.byteCount == text.count else { return }
        for offset in text.indices where input[byte: offset] != text[offset] { return }
        fatalError("the input that HELIOGRAPH_TRAP_AT names")
        #endif
    }
}
