import Linux
import Synchronization

/// What a process does with its own arena for, or as, a successor.
extension Arena {
    /// Has no successor go on with what is in the arena: all begins anew there.
    package func forsake() { word(at: Header.forsaken).publish(1) }

    /// Has the memory of an arena that a successor may have stay as it is from now on: what is released no longer leaves it.
    package func leave() {
        if word(at: Header.generation).bits > 0 { isLeft.store(true, ordering: .relaxed) }
    }

    /// The number of the descriptor of the arena's file, which stays as long as the arena.
    package var descriptorNumber: Int32 { memory.withLock { $0.descriptorNumber } }

    /// The arena as another process would find it; nil where there is no descriptor or address space for that.
    package func foreign() -> ForeignArena? {
        guard let descriptor = duplicateDescriptor(),
            let memory = try? SharedMemory(takingOwnership: descriptor, reserve: 0)
        else { return nil }
        return try? ForeignArena(memory, isInUse: true)
    }
}

extension Table {
    /// Makes room in the index for so many rows more, in one step.
    package func reserve(_ count: Int) {
        let outgrown = unsafe rows.withLock { blocks -> RowIndex? in
            let expected = blocks.rowCount + count
            let slots = unsafe RowIndex(index.load(ordering: .relaxed)).mask + 1
            guard unsafe RowIndex.slotCount(exactlyFor: expected) > slots else { return nil }
            return unsafe replaceIndex(&blocks, expected: expected)
        }
        if let outgrown = unsafe outgrown { unsafe retireIndex(outgrown) }
    }

    /// How its rows lie.
    package var shape: RowShape {
        RowShape(cellCount: cellCount, copied: copiedCount, copyCount: copyCount)
    }

    /// Where its list of blocks begins, for who reads it as a foreign one.
    package var firstBlockOffset: UInt64 { UInt64(firstBlock.offset) }
}
