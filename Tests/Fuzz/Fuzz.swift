import FuzzTargets
import Glibc

/// The target that the environment names, as all arguments are those of libFuzzer.
private let target: FuzzTarget = {
    let name = unsafe getenv("HELIOGRAPH_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("HELIOGRAPH_FUZZ_TARGET needs one of \(names), not \"\(name)\"")
    }
    return target
}()

/// What libFuzzer calls with each input that it makes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
