import Foundation
import LacunaArrays
import LacunaExperiment
import Testing

@testable import LacunaIO

/// A small table with every kind of axis value, missing numbers and an odd name.
func exampleTable(recordsHistory: Bool = true) -> ResultTable {
    var table = ResultTable(
        axes: [
            ResultTable.Axis(name: "snr_db", unit: "dB", values: [.integer(5), .number(7.5), .integer(10)]),
            ResultTable.Axis(name: "pilots", unit: "", values: [.integer(3), .integer(6)]),
            ResultTable.Axis(
                name: "coupling", unit: "", values: [.text("a, b"), .flag(true), .list([.integer(1), .number(0.5)])]),
        ],
        algorithms: ["svd-krosbl", "omp, \"genie\""], trials: 4,
        metrics: [
            ResultTable.Metric(name: "nmse", longName: "normalised mean squared error", better: .lower),
            ResultTable.Metric(
                name: "seconds", longName: "run time of the solver", unit: "s", better: .lower, isTiming: true),
            ResultTable.Metric(name: "speedup", longName: "speed-up", better: .higher, isTiming: true),
        ])
    for cell in 0..<table.cellCount {
        table.status[cell] = CellStatus.allCases[cell % CellStatus.allCases.count]
        table.values["nmse"]?[cell] = cell % 5 == 0 ? .nan : 1 / Double(cell)
        table.values["seconds"]?[cell] = Double(cell) * 0.1
        if recordsHistory { table.histories[cell] = (0..<cell % 4).map { -Double($0 + cell) } }
    }
    table.workers = 2
    return table
}

let exampleProvenance = Provenance(
    name: "toy", scenario: "lacuna: 1\nname: toy\n", command: "lacuna run toy.yaml", seed: .max,
    started: "2024-01-01T00:00:00Z", finished: "2024-01-01T00:00:01Z", hostClass: "Linux x86_64, 2 cores, 8 GB",
    cpu: "a processor", threads: 1, blas: "OpenBLAS 0.3.21 Zen", versions: ["os": "Debian 12", "hdf5": "1.10.8"],
    gitRevision: nil, lacunaVersion: "0.1.0")

@Suite struct ResultFileTests {
    @Test(arguments: [false, true])
    func readsBackAsWritten(recordsHistory: Bool) throws {
        try withTemporaryFolder { folder throws in
            let table = exampleTable(recordsHistory: recordsHistory)
            let path = folder + "/results.h5"
            try ResultFile(table: table, provenance: exampleProvenance).write(to: path)
            let read = try ResultFile.read(path)
            #expect(read.provenance == exampleProvenance)
            try HDF5File.read(path) { file throws in
                #expect(try file.attribute("comment", of: "results/seconds")?.asText?.contains("2 at once") == true)
                #expect(try file.attribute("comment", of: "results/nmse") == nil)
            }
            #expect(read.table.algorithms == table.algorithms)
            #expect(read.table.metrics == table.metrics)
            #expect(read.table.trials == table.trials && read.table.workers == table.workers)
            #expect(read.table.status == table.status)
            #expect(read.table.histories == table.histories)
            // A mixed axis comes back as numbers: the same canonical values.
            for (found, written) in zip(read.table.axes, table.axes) {
                #expect(found.name == written.name && found.unit == written.unit)
                #expect(found.values.map(\.description) == written.values.map(\.description))
            }
            #expect(read.table.axes[1...] == table.axes[1...])
            for metric in table.metrics {
                let bits = { (table: ResultTable) in table.values[metric.name]?.map(\.bitPattern) }
                #expect(bits(read.table) == bits(table))
            }
        }
    }

    @Test func keepsTheOrderOfMetrics() throws {
        try withTemporaryFolder { folder throws in
            let names = ["ser", "nmse", "alpha"]
            let metrics = names.map { ResultTable.Metric(name: $0, longName: $0, better: .lower) }
            let table = ResultTable(axes: [], algorithms: ["omp"], trials: 1, metrics: metrics)
            try ResultFile(table: table, provenance: exampleProvenance).write(to: folder + "/results.h5")
            #expect(try ResultFile.read(folder + "/results.h5").table.metrics.map(\.name) == names)
        }
    }

    @Test func otherFilesAreRefused() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/other.h5"
            try HDF5File.write(to: path) { try $0.write([1.0], to: "y") }
            #expect(errorLine(.file) { _ = try ResultFile.read(path) }.contains("not a result file of Lacuna"))
        }
    }

    @Test func axisAndMetricOfOneNameAreRefused() throws {
        try withTemporaryFolder { folder throws in
            let table = ResultTable(
                axes: [.init(name: "nmse", unit: "", values: [.integer(1)])], algorithms: ["omp"], trials: 1,
                metrics: [.init(name: "nmse", longName: "error", better: .lower)])
            let line = errorLine(.name) {
                try ResultFile(table: table, provenance: exampleProvenance).write(to: folder + "/r.h5")
            }
            #expect(line.contains("nmse"))
            #expect(try contents(of: folder).isEmpty)
        }
    }

    /// The file as users open it: named axes with their values, statuses with their meanings.
    @Test(.enabled(if: Python.canImport("h5py"), "python3 with h5py is not installed"))
    func h5pySeesNamedAxes() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/results.h5"
            try ResultFile(table: exampleTable(), provenance: exampleProvenance).write(to: path)
            let output = try Python.run(
                """
                import h5py, sys
                with h5py.File(sys.argv[1]) as f:
                    nmse = f["results/nmse"]
                    print([d[0].name.split("/")[-1] for d in nmse.dims], nmse.shape)
                    print(nmse.dims[0][0][:].tolist(), nmse.dims[3][0].asstr()[1], nmse.attrs["better"])
                    print(f["results/status"].dtype, f["results/status"].attrs["flag_meanings"].split()[1])
                    print(f["curves/cost"].shape, f.attrs["name"], f.attrs["seed"])
                """, path)
            #expect(
                output == """
                    ['snr_db', 'pilots', 'coupling', 'algorithm', 'trial'] (3, 2, 3, 2, 4)
                    [5.0, 7.5, 10.0] omp, "genie" lower
                    uint8 done
                    (3, 2, 3, 2, 3) toy 18446744073709551615

                    """)
        }
    }

    @Test(
        .enabled(
            if: Python.canImport("xarray") && Python.canImport("h5netcdf"), "xarray with h5netcdf is not installed"))
    func xarrayOpensWithNamedAxes() throws {
        try withTemporaryFolder { folder throws in
            let path = folder + "/results.h5"
            try ResultFile(table: exampleTable(), provenance: exampleProvenance).write(to: path)
            let output = try Python.run(
                """
                import sys, xarray
                r = xarray.open_dataset(sys.argv[1], group="results", engine="h5netcdf")
                c = xarray.open_dataset(sys.argv[1], group="curves", engine="h5netcdf")
                print(r.nmse.dims, c.cost.dims)
                print(float(r.seconds.sel(snr_db=7.5, pilots=6, coupling="true", algorithm="svd-krosbl", trial=2)))
                """, path)
            let cell = ((1 * 2 + 1) * 3 + 1) * 2 * 4 + 2
            #expect(
                output == """
                    ('snr_db', 'pilots', 'coupling', 'algorithm', 'trial') ('snr_db', 'pilots', 'coupling', 'algorithm', 'iteration')
                    \(Double(cell) * 0.1)

                    """)
        }
    }
}
