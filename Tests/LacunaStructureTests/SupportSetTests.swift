import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct SupportSetTests {
    /// 4×6 matrices, or 24 entries.
    private func all() throws -> [any SupportSet] {
        try [
            TopTiles.entries(5, of: 24), TopTiles.entries(0, of: 24), TopTiles.entries(24, of: 24),
            TopTiles.entriesPerRow(2, rows: 4, columns: 6), TopTiles.nOfM(1, of: 3, rows: 4, columns: 6),
            TopTiles.nOfM(2, of: 3, rows: 4, columns: 6, sharedRows: 2),
            TopTiles.blocks(3, blockRows: 2, blockColumns: 3, rows: 4, columns: 6),
            TopTiles.blocks(4, blockRows: 4, blockColumns: 1, rows: 4, columns: 6),
            TopTiles.blocksPerBlockRow(1, blockRows: 2, blockColumns: 2, rows: 4, columns: 6),
            TopTiles.rows(3, rows: 4, columns: 6), TopTiles.rows(1, rows: 4, columns: 6, together: 2),
            TopTiles.columns(2, rows: 4, columns: 6), TopTiles.columns(2, rows: 4, columns: 6, together: 2),
            TopTiles(3, rows: 4, columns: 6, tileRows: 1, tileColumns: 3, poolRows: 4, poolColumns: 3),
            TopGroups(2, of: Groups([[0, 23, 7], [1], [2, 3, 4, 5], [10, 11]], of: 24)),
            FixedSupport(Support.banded(rows: 4, columns: 6, before: 1, sinks: 1)),
        ]
    }

    /// Every maximal member by the definition: each tile of each pool in or out, exactly k in per pool.
    private func members(of set: TopTiles) throws -> [Support] {
        var members: [[Int]] = [[]]
        for top in stride(from: 0, to: set.rows, by: set.poolRows) {
            for left in stride(from: 0, to: set.columns, by: set.poolColumns) {
                var tiles: [[Int]] = []
                for row in stride(from: top, to: top + set.poolRows, by: set.tileRows) {
                    for column in stride(from: left, to: left + set.poolColumns, by: set.tileColumns) {
                        tiles.append(
                            (row..<row + set.tileRows).flatMap { r in
                                (column..<column + set.tileColumns).map { r * set.columns + $0 }
                            })
                    }
                }
                let choices = (0..<1 << tiles.count).filter { $0.nonzeroBitCount == set.kept }.map { subset in
                    tiles.indices.filter { subset >> $0 & 1 == 1 }.flatMap { tiles[$0] }
                }
                members = members.flatMap { member in choices.map { member + $0 } }
            }
        }
        return try members.map { try Support($0, of: set.count) }
    }

    @Test func selectionAgainstAllMembers() throws {
        var stream = RandomStream(key: 1)
        let sets = try [
            TopTiles.entries(3, of: 8), TopTiles.entriesPerRow(2, rows: 2, columns: 4),
            TopTiles.nOfM(2, of: 4, rows: 2, columns: 4), TopTiles.nOfM(1, of: 2, rows: 4, columns: 4, sharedRows: 2),
            TopTiles.blocks(2, blockRows: 2, blockColumns: 1, rows: 4, columns: 4),
            TopTiles.blocksPerBlockRow(1, blockRows: 1, blockColumns: 2, rows: 3, columns: 6),
            TopTiles.rows(2, rows: 4, columns: 3), TopTiles.columns(1, rows: 3, columns: 4, together: 2),
            TopTiles(2, rows: 4, columns: 4, tileRows: 1, tileColumns: 2, poolRows: 2, poolColumns: 4),
        ]
        for set in sets {
            let members = try members(of: set)
            for _ in 0..<20 {
                // Of both signs: what counts is the sum.
                let scores: [Double] = stream.vector(set.count)
                func total(_ support: Support) -> Double { support.indices.reduce(0) { $0 + scores[$1] } }
                let best = try #require(members.max { total($0) < total($1) })
                #expect(try set.select(scores) == best, "\(set)")
            }
            #expect(members.allSatisfy(set.contains))
        }
    }

    /// The nearest vector whose support is a member, over all of them.
    @Test func projectionIsTheNearest() throws {
        var stream = RandomStream(key: 2)
        let set = try TopTiles.nOfM(2, of: 4, rows: 2, columns: 4, sharedRows: 2)
        for _ in 0..<20 {
            let x: [Complex<Double>] = stream.vector(8)
            let p = try set.project(x)
            func distance(_ y: [Complex<Double>]) -> Double {
                zip(x, y).reduce(0) { $0 + ($1.0 - $1.1).squaredModulus }
            }
            for member in try members(of: set) {
                var y = Array(repeating: Complex<Double>.zero, count: 8)
                for index in member.indices { y[index] = x[index] }
                #expect(distance(p) <= distance(y) + 1e-14)
            }
        }
    }

    @Test func laws() throws {
        var stream = RandomStream(key: 3)
        for set in try all() {
            let x: [Double] = stream.vector(24), scores: [Double] = stream.vector(24)
            let support = try set.select(scores), p = try set.project(x)
            #expect(set.contains(support) && set.contains(Support(of: p)), "\(set)")
            #expect(try set.project(p) == p && set.project(p.map { -$0 }) == p.map { -$0 })
            #expect(try set.project(x, scores: scores) == x.indices.map { support.indices.contains($0) ? x[$0] : 0 })
            // Fewer is a member; another one more is not, and neither is a support among another number.
            #expect(try set.contains(Support(support.indices.dropFirst(), of: 24)))
            #expect(try !set.contains(Support([], of: 23)))
            if support.indices.count < 24 { #expect(try !set.contains(Support(0..<24, of: 24))) }
        }
    }

    @Test func tiesAreTheLowestIndices() throws {
        #expect(try TopTiles.entries(3, of: 6).select([0, 1, 1, 1, 1, 2]).indices == [1, 2, 5])
        #expect(
            try TopTiles.nOfM(2, of: 4, rows: 1, columns: 8).select([1, 1, 1, 1, 0, 0, 0, 1]).indices == [0, 1, 4, 7])
        #expect(try TopGroups(1, of: Groups([[2, 3], [0, 1]], of: 4)).select([1, 1, 1, 1]).indices == [2, 3])
        let entries = try TopTiles.entries(2, of: 4)
        #expect(try entries.project([Complex<Double>(0, 2), Complex(-2, 0), 1, 2], scores: nil)[3] == 0)
    }

    /// Large and full of repetitions: the same as sorting.
    @Test func largeSelections() throws {
        var stream = RandomStream(key: 4)
        for levels in [3, 1000, 1 << 40] {
            let n = 30_000
            let scores = (0..<n).map { _ in Float(stream.integer(below: levels)) }
            let order = (0..<n).sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
            for kept in [1, 29, n / 2, n - 1] {
                #expect(try TopTiles.entries(kept, of: n).select(scores) == Support(order.prefix(kept), of: n))
            }
        }
    }

    @Test func groupsAgainstTiles() throws {
        var stream = RandomStream(key: 5)
        let groups = try Groups(rows: 8, columns: 6, blockRows: 2, blockColumns: 3)
        for kept in 0...8 {
            let scores: [Double] = stream.vector(48)
            let tiles = try TopTiles.blocks(kept, blockRows: 2, blockColumns: 3, rows: 8, columns: 6)
            #expect(try TopGroups(kept, of: groups).select(scores) == tiles.select(scores))
        }
    }

    @Test func infiniteScores() throws {
        #expect(try TopTiles.entries(2, of: 4).select([-Double.infinity, 1, Double.infinity, 2]).indices == [2, 3])
        #expect(
            try TopTiles.entries(3, of: 3).select([-Double.infinity, -Double.infinity, -Double.infinity]).indices == [
                0, 1, 2,
            ])
        let blocks = try TopTiles.blocks(1, blockRows: 1, blockColumns: 2, rows: 1, columns: 6)
        #expect(try blocks.select([9, 9, Double.infinity, -Double.infinity, 9, 9]).indices == [2, 3])
    }

    @Test func badInput() throws {
        #expect(throws: LacunaError.self) { try TopTiles.entries(5, of: 4) }
        #expect(throws: LacunaError.self) { try TopTiles.entries(-1, of: 4) }
        #expect(throws: LacunaError.self) { try TopTiles.entries(0, of: 0) }
        #expect(throws: LacunaError.self) { try TopTiles.nOfM(2, of: 4, rows: 2, columns: 6) }
        #expect(throws: LacunaError.self) { try TopTiles.nOfM(5, of: 4, rows: 2, columns: 8) }
        #expect(throws: LacunaError.self) { try TopTiles.nOfM(2, of: 4, rows: 2, columns: 8, sharedRows: 4) }
        #expect(throws: LacunaError.self) { try TopTiles.blocks(1, blockRows: 0, blockColumns: 1, rows: 2, columns: 2) }
        #expect(throws: LacunaError.self) { try TopGroups(3, of: Groups(sizes: [1, 1])) }
        let set = try TopTiles.entries(1, of: 3)
        #expect(throws: LacunaError.self) { try set.select([1.0, 2]) }
        #expect(throws: LacunaError.self) { try set.select([1.0, .nan, 2]) }
        #expect(throws: LacunaError.self) { try set.project([1.0, 2]) }
        #expect(throws: LacunaError.self) { try set.project([1.0, .nan, 3]) }
        #expect(throws: LacunaError.self) { try set.project([1.0, 2, 3], scores: [1]) }
    }

    /// The nearest vector also where squares overflow, or vanish beside the largest.
    @Test func entriesOfAnySize() throws {
        #expect(try TopTiles.entries(1, of: 2).project([1e200, 1e300]) == [0, 1e300])
        #expect(try TopTiles.entries(2, of: 3).project([1e-300, 2e-300, 1]) == [0, 2e-300, 1])
        #expect(try TopTiles.entries(1, of: 2).project([1e-250, -2e-250]) == [0, -2e-250])
        let blocks = try TopTiles.blocks(1, blockRows: 1, blockColumns: 2, rows: 2, columns: 2)
        #expect(try blocks.project([1e200, 1e200, 1e200, 2e200]) == [0, 0, 1e200, 2e200])
        #expect(try blocks.project([1e154, 1e154, 1e154, 1.1e154]) == [0, 0, 1e154, 1.1e154])
        #expect(try TopGroups(1, of: Groups(sizes: [1, 2])).project([1e-170, 1e-170, 2e-170]) == [0, 1e-170, 2e-170])
        let sparse = SparseSet<Double>(try .entries(1, rows: 1, columns: 2))
        #expect(try sparse.project(Matrix([[1e200, 1e300]])).dense() == Matrix([[0, 1e300]]))
        #expect(throws: LacunaError.self) { try TopTiles.entries(1, of: 2).project([1, .nan]) }
    }
}
