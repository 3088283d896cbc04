import PrometheusFormat

extension Exporter {
    /// Makes the page as the HTTP endpoint does, and throws each piece away; its bytes in all, for measuring.
    @_spi(Benchmarks)
    public func discardedPageLength(accept: String?, names: [String]) -> Int {
        var cursor = renderer(of: PageFormat.negotiate(accept: accept), names: names).begin()
        var piece = TextBuffer(capacity: PageRenderer.pieceSize * 2)
        var length = 0
        var hasMore = true
        while hasMore {
            hasMore = cursor.write(into: &piece, atLeast: PageRenderer.pieceSize)
            length += piece.count
            piece.removeAll()
        }
        return length
    }
}
