import LacunaArrays
import Testing

@Suite struct TensorTests {
    @Test func lastIndexIsFastest() {
        var tensor = Tensor(dimensions: [2, 3, 4], storage: Array(0..<24))
        #expect(tensor[0, 0, 1] == 1 && tensor[0, 1, 0] == 4 && tensor[1, 0, 0] == 12 && tensor[1, 2, 3] == 23)
        for offset in 0..<24 { #expect(tensor.offset(of: [offset / 12, offset / 4 % 3, offset % 4]) == offset) }
        tensor[1, 1, 1] = -1
        #expect(tensor.storage[17] == -1)
    }

    @Test func degenerateShapes() {
        #expect(Tensor(repeating: 2.0, dimensions: []).storage == [2])
        #expect(Tensor(repeating: 2.0, dimensions: [3, 0]).storage.isEmpty)
        #expect(describeShape([30, 50]) == "30×50" && describeShape([7]) == "7")
    }
}
