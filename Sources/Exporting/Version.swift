/// The release of this package.
package enum Version {
    /// As in the changelog and in `heliograph_build_info`.
    package static let current = "0.1.0"

    /// The compiler's language release, as in `heliograph_build_info`.
    package static var swift: String {
        #if compiler(>=6.4)
        "6.4"
        #else
        "6.3"
        #endif
    }
}
