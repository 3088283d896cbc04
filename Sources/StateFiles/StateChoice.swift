import Arena

/// Which of the states that there are a process goes on with: exactly one, so that nothing is counted twice.
struct StateChoice: Equatable {
    /// Where a state is.
    enum Place: String, Sendable {
        /// In the keeping of the service manager.
        case kept = "service manager"
        /// In a file on a tmpfs.
        case live = "live file"
        /// In the state directory.
        case image
    }

    /// What decides about a state.
    struct Candidate: Equatable {
        let place: Place
        let lineage: UInt64
        let generation: UInt64
    }

    /// The one to go on with; nil where there is none.
    let chosen: Place?
    /// One that is of another history, and whose place will be taken.
    let setAside: Place?

    /// Decides among the states that were found.
    ///
    /// A memory is newer than an image of the same generation, which is a copy of it. Of one lineage the highest generation is newest.
    /// Lineages differ where somebody has put an image there. It stands over a live file, whose process had ended before; it does not over
    /// what the service manager keeps, as that process ran until now.
    init(_ candidates: [Candidate]) {
        // Without a generation its owner died before it had taken over all.
        let whole = candidates.filter { $0.generation > 0 }
        let memories = whole.filter { $0.place != .image }
        let memory = memories.first { $0.place == .kept } ?? memories.first
        let image = whole.first { $0.place == .image }
        guard let memory, let image else {
            (chosen, setAside) = (memory?.place ?? image?.place, nil)
            return
        }
        if memory.lineage == image.lineage {
            (chosen, setAside) = (image.generation > memory.generation ? .image : memory.place, nil)
        } else {
            (chosen, setAside) =
                memory.place == .kept ? (.kept, .image) : (.image, memory.place)
        }
    }
}

extension StateChoice.Candidate {
    init(_ place: StateChoice.Place, _ arena: ForeignArena) {
        self.init(place: place, lineage: arena.lineage, generation: arena.generation)
    }
}
