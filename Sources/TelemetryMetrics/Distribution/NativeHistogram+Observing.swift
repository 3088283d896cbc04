import Arena

/// Observing reads the histogram where it lies, as calls of its own methods would copy it.
extension Stored<NativeHistogram> {
    /// Counts `value`, which is finite, `times` times.
    @inline(__always)
    func observe(
        _ value: Double, times: UInt64, row: Row, cells: Cells, first: Int, rest: Int, _ series: SeriesTable
    ) -> NativeHistogram.Outcome {
        let widened = row.cell(rest &+ 2).double
        if value.magnitude <= (widened > 0 ? widened : self.value.buckets.zeroThreshold) {
            let before = cells.exchangeAdd(times, at: first &+ 1)
            cells.add(value * Double(Int64(clamping: times)), at: first)
            return .counted(octave: 0, before: before)
        }
        let place = self.value.place
        let fineIndex = self.value.scale.index(of: value.magnitude)
        while let directory = NativeHistogram.current(row, rest, at: place)
            ?? self.value.use(0, insteadOf: 0, row, rest, series)
        {
            let state = NativeHistogram.Resolution(directory)
            let coarsening = state.coarsening
            let index = ExponentialScale.coarsened(fineIndex, by: coarsening)
            let key = BucketDirectory.Key(index: index, isNegative: value < 0)
            let size = NativeHistogram.blockSize
            guard let block = directory.block(key, byteCount: size, at: place, series) else {
                // Full, not of many buckets but of buckets that lie far apart.
                guard self.value.coarsen(row, rest, from: coarsening, series) else { break }
                continue
            }
            let before = block.cell(index & (BucketDirectory.bucketsPerBlock - 1)).exchangeAdd(times)
            cells.add(value * Double(Int64(clamping: times)), at: first)
            if before == 0, state.addBucket() >= self.value.buckets.limit { return .beyondLimit }
            return .counted(octave: index &>> max(self.value.scale.schema &- coarsening, 0), before: before)
        }
        return .noMemory
    }
}
