package import Microhttpd

/// What one room adds to the HTTP endpoint; no room knows of another's.
package struct RouteContribution: Sendable {
    /// An entry of the landing page.
    package struct Link: Sendable, Equatable {
        /// Where it leads.
        package var path: String
        /// What is linked, in one or two words.
        package var title: String
        /// What follows the title, such as `, for Prometheus to scrape`.
        package var note: String

        /// An entry from its parts.
        package init(_ path: String, title: String, note: String) {
            self.path = path
            self.title = title
            self.note = note
        }
    }

    /// Whose contribution it is, for errors.
    package let room: String
    /// Its handlers.
    package let routes: [Route]
    /// What looks at every request of the endpoint before its handler, whoever's route it is for.
    package let stages: [any RequestStage]
    /// What the landing page shows of it.
    package let links: [Link]

    /// A contribution from its parts.
    package init(
        _ room: String, routes: [Route], stages: [any RequestStage] = [], links: [Link] = []
    ) {
        self.room = room
        self.routes = routes
        self.stages = stages
        self.links = links
    }
}
