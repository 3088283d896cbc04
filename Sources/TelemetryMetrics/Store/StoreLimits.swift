/// What all metrics of a store may take together, whatever each of them may have by itself.
package struct StoreLimits: Sendable, Equatable {
    /// Bytes of memory for series and names.
    package var memory: Int
    /// Samples on a page.
    package var samples: Int

    /// No limit but that of the address space, where nothing is said.
    package init(memory: Int = .max, samples: Int = .max) {
        self.memory = memory
        self.samples = samples
    }

    /// The limits by their names in the configuration and in labels.
    package enum Name: String, Sendable, CaseIterable {
        case memory
        case samples
    }
}
