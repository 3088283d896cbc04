import CFuzzer
import FuzzTargets
import Glibc

/// Has libFuzzer make inputs for the target that the environment names, as all arguments are libFuzzer's.
@main
enum Fuzz {
    fileprivate static let target: FuzzTarget? =
        unsafe getenv("HELIOGRAPH_FUZZ_TARGET").flatMap { unsafe FuzzTarget(rawValue: String(cString: $0)) }

    static func main() {
        guard target != nil else {
            print(
                "HELIOGRAPH_FUZZ_TARGET needs one of",
                FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))
            exit(EX_USAGE)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                unsafe Fuzz.target?.run(Array(UnsafeBufferPointer(start: start, count: count)))
                return 0
            })
    }
}
