import Glibc

/// The memory of this process that is in RAM, shared pages included.
enum ResidentMemory {
    /// How many bytes more there are after `body` than before it.
    static func growth(_ body: () throws -> Void) throws -> Double {
        let before = try bytes()
        try body()
        return try bytes() - before
    }

    static func bytes() throws(MeasureError) -> Double {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { throw .noResidentSize }
        defer { unsafe fclose(file) }
        var total = 0
        var resident = 0
        let found = unsafe withUnsafeMutablePointer(to: &total) { total in
            unsafe withUnsafeMutablePointer(to: &resident) { resident in
                unsafe withVaList([total, resident]) { unsafe vfscanf(file, "%ld %ld", $0) }
            }
        }
        guard found == 2 else { throw .noResidentSize }
        return Double(resident * sysconf(Int32(_SC_PAGESIZE)))
    }
}
