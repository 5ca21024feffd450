import LacunaStructure
import Testing

@Suite struct GroupsTests {
    @Test func kinds() throws {
        let groups = try Groups([[3, 1], [0]], of: 5)
        #expect(groups.count == 5 && groups.groupCount == 2 && groups.sizes == [2, 1])
        #expect(Array(groups[0]) == [3, 1] && Array(groups[1]) == [0])
        #expect(try Groups(sizes: [2, 1]) == Groups([[0, 1], [2]], of: 3))
        #expect(try Groups(singlesOf: 2) == Groups([[0], [1]], of: 2))
        #expect(try Groups(singlesOf: 0).groupCount == 0)
    }

    @Test func tilesOfAMatrix() throws {
        let blocks = try Groups(rows: 4, columns: 6, blockRows: 2, blockColumns: 3)
        #expect(blocks.groupCount == 4 && Array(blocks[1]) == [3, 4, 5, 9, 10, 11])
        #expect(try Array(Groups(rows: 2, columns: 3, blockRows: 1, blockColumns: 3)[1]) == [3, 4, 5])
        #expect(try Array(Groups(rows: 2, columns: 3, blockRows: 2, blockColumns: 1)[1]) == [1, 4])
    }

    @Test func badInput() {
        #expect(throws: LacunaError.self) { try Groups([[0], []], of: 2) }
        #expect(throws: LacunaError.self) { try Groups([[0, 2]], of: 2) }
        #expect(throws: LacunaError.self) { try Groups([[-1]], of: 2) }
        #expect(throws: LacunaError.self) { try Groups([[0, 1], [1]], of: 2) }
        #expect(throws: LacunaError.self) { try Groups([[0]], of: -1) }
        #expect(throws: LacunaError.self) { try Groups([], of: -1) }
        #expect(throws: LacunaError.self) { try Groups([], of: .max) }
        #expect(throws: LacunaError.self) { try Groups(singlesOf: -1) }
        #expect(throws: LacunaError.self) { try Groups(singlesOf: .max) }
        #expect(throws: LacunaError.self) { try Groups(sizes: [.max, .max]) }
        #expect(throws: LacunaError.self) { try Groups(rows: .max, columns: 1, blockRows: 1, blockColumns: 1) }
        #expect(throws: LacunaError.self) { try Groups(sizes: [2, 0]) }
        #expect(throws: LacunaError.self) { try Groups(rows: 4, columns: 6, blockRows: 3, blockColumns: 3) }
        #expect(throws: LacunaError.self) { try Groups(rows: 4, columns: 6, blockRows: 0, blockColumns: 3) }
    }
}
