/// What the error that `body` throws says.
func message(of body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
}
