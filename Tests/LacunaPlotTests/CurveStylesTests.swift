import Testing

@testable import LacunaPlot

@Suite struct CurveStylesTests {
    private let labels = CurveStyles.known.keys.sorted()

    @Test func knownMethodsDiffer() {
        for group in CurveStyles.groups {
            let looks = group.values.map { "\($0.color) \($0.marker)" }
            #expect(Set(looks).count == group.count, "\(looks.sorted())")
            // A method has one look, whichever group it is used in.
            #expect(group.allSatisfy { CurveStyles.known[$0.key] == $0.value })
        }
    }

    @Test func theLookFollowsTheMethodAndNotItsPosition() {
        for label in labels + ["matched-filter"] {
            let alone = CurveStyles([label])[label]
            #expect(CurveStyles(labels + ["matched-filter"])[label] == alone)
            #expect(CurveStyles(["matched-filter"] + labels.reversed())[label] == alone)
        }
    }

    @Test func newcomersCollideWithNone() {
        let toys = (1...20).map { "toy-\($0)" }
        for group in CurveStyles.groups {
            let labels = group.keys.sorted(), styles = CurveStyles(labels + toys)
            #expect(Set((labels + toys).map { styles[$0] }).count == labels.count + toys.count)
        }
        let styles = CurveStyles(toys)
        let colors = Set(CurveStyles.known.values.map(\.color))
        #expect(toys.allSatisfy { !colors.contains(styles[$0].color) })
        // A few have each a colour of its own.
        let few = toys.prefix(4).map { styles[$0] }
        #expect(Set(few.map(\.color)).count == 4)
        #expect(Set(few.map(\.marker)).count == 4 && Set(few.map(\.dash)).count == 4)
    }

    @Test func variantsKeepTheColourOfTheirMethod() {
        let learnt = "svd-krosbl, noise learnt", faster = "svd-krosbl, pruned"
        let styles = CurveStyles(
            ["svd-krosbl", learnt, faster], methods: [learnt: "svd-krosbl", faster: "svd-krosbl"])
        #expect([learnt, faster].allSatisfy { styles[$0].color == "#003959" })
        #expect(Set([styles["svd-krosbl"], styles[learnt], styles[faster]]).count == 3)
        #expect(styles[learnt].marker != styles[faster].marker && styles[learnt].dash != styles[faster].dash)
        #expect(styles["svd-krosbl"].variant(1).dash != styles["svd-krosbl"].dash)
    }
}
