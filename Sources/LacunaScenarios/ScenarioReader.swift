import Foundation
import LacunaArrays
import LacunaExperiment

/// Turns a scenario file into a `Scenario`: profile and overrides laid over it, names resolved in the catalogue, every
/// value checked against its declaration. All errors of a file are reported together, each with its place.
public struct ScenarioReader: Sendable {
    /// What the command line changes in a file.
    public struct Changes: Sendable {
        /// nil: the file's `default` profile if it has one, else the file as it stands.
        public var profile: Profile?
        /// `path=value`, applied in order after the profile.
        public var overrides: [String]
        /// Labels of the methods to keep, or names of catalogued methods to add; empty: the file's.
        public var methods: [String]

        public init(profile: Profile? = nil, overrides: [String] = [], methods: [String] = []) {
            self.profile = profile
            self.overrides = overrides
            self.methods = methods
        }
    }

    public let catalogue: Catalogue
    /// The folder with data sets that the user names.
    public let data: String?

    /// - Parameter data: the value of `--data`; nil: what `DataFolder.variable` names.
    public init(catalogue: Catalogue = .standard, data: String? = nil) {
        self.catalogue = catalogue
        self.data = data
    }

    /// - Throws: `ScenarioErrors` for what the file says, `LacunaError` of kind `file` if it cannot be read.
    public func read(file: String, changes: Changes = Changes()) throws -> Scenario {
        try read(text: try contents(of: file), name: file, changes: changes)
    }

    /// Reads the text of a scenario; `name` stands for the file in messages.
    public func read(text: String, name: String, changes: Changes = Changes()) throws -> Scenario {
        let root = try parse(text, name: name)
        var reader = NodeReader()
        var patches: [SourceNode] = []
        if let patch = try profilePatch(changes.profile, of: root, name: name, &reader) { patches.append(patch) }
        patches += try overridePatches(changes.overrides)
        var merged = root.removing("profiles")
        for patch in patches { merged = merge(merged, with: patch, errors: &reader.errors) }
        // Expectations are of the file's own values: where `--set` changes any, only those that it brings along count.
        if !changes.overrides.isEmpty, merged["expect"]?.place.isArgument != true {
            merged = merged.removing("expect")
        }
        merged = selectMethods(changes.methods, in: merged, &reader)
        let scenario = readScenario(merged, file: name, labelsOfFile: methodLabels(root), &reader)
        try reader.errors.throwIfAny()
        guard let scenario else {
            throw ScenarioErrors([LacunaError(.value, name, "the scenario could not be read")])
        }
        return scenario
    }

    /// Every error of a file, in any of its profiles; empty for a valid one. A file that cannot be read is one error.
    public func validate(file: String) -> [LacunaError] {
        do {
            let text = try contents(of: file)
            let root = try parse(text, name: file)
            let inFile = Profile.allCases.filter { root["profiles"]?[$0.rawValue] != nil }
            // What runs without a profile is the default one, or the file as it stands.
            let readings = (inFile.contains(.default) ? [] : [nil]) + inFile.map(Optional.some)
            var found: [(error: LacunaError, profiles: [Profile?])] = []
            for profile in readings {
                for error in try errors(text, file: file, root, profile) {
                    if let index = found.firstIndex(where: { $0.error == error }) {
                        found[index].profiles.append(profile)
                    } else {
                        found.append((error, [profile]))
                    }
                }
            }
            return found.map { error, profiles in
                let names = profiles.compactMap(\.self).map(\.rawValue)
                guard profiles.count < readings.count, !names.isEmpty else { return error }
                let origin = "profile\(names.count > 1 ? "s" : "") \(names.joined(separator: ", "))"
                return LacunaError(error.kind, error.place, "\(error.problem) (\(origin))", remedy: error.remedy)
            }
        } catch let error as ScenarioErrors {
            return error.errors
        } catch let error as LacunaError {
            return [error]
        } catch {
            return [LacunaError(.file, file, "\(error)")]
        }
    }

    /// The profiles that a file declares.
    public func profiles(file: String) throws -> [Profile] {
        let root = try parse(try contents(of: file), name: file)
        return Profile.allCases.filter { root["profiles"]?[$0.rawValue] != nil }
    }

    /// What is wrong with a file under one profile.
    private func errors(_ text: String, file: String, _ root: SourceNode, _ profile: Profile?) throws -> [LacunaError] {
        do {
            let scenario = try read(text: text, name: file, changes: Changes(profile: profile))
            let patch = profile.flatMap { root["profiles"]?[$0.rawValue]?["published"] }
            let place = (patch ?? root["published"])?.place.description ?? file
            return publishedErrors(scenario, file: file, place: "\(place)  published")
        } catch let error as ScenarioErrors {
            return error.errors
        }
    }

    /// What is wrong with the published curves that a scenario names.
    private func publishedErrors(_ scenario: Scenario, file: String, place: String) -> [LacunaError] {
        guard let name = scenario.published else { return [] }
        do {
            _ = try PublishedCurves(file: resolve(name, beside: file))
            return []
        } catch let error as LacunaError {
            return [LacunaError(error.kind, place, "\(error.place): \(error.problem)", remedy: error.remedy)]
        } catch {
            return [LacunaError(.file, place, "\(error)")]
        }
    }

    // MARK: Before reading

    private func contents(of file: String) throws -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else {
            throw LacunaError(.file, file, "no such file", remedy: "`lacuna list scenarios` shows those at hand")
        }
        guard !isDirectory.boolValue else {
            throw LacunaError(.file, file, "is a folder; expected a scenario file (YAML)")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw LacunaError(.file, file, "cannot be read", remedy: "Check its permissions")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw LacunaError(.file, file, "is not UTF-8 text; expected a scenario file (YAML)")
        }
        return text
    }

    private func parse(_ text: String, name: String) throws -> SourceNode {
        let root = try parseYAML(text) { .file(name, line: $0, column: $1) }
        guard let root, !root.isNothing else {
            throw ScenarioErrors([
                LacunaError(
                    .file, "\(name):1:1", "the file is empty",
                    remedy: "A scenario starts with `lacuna: \(ScenarioSchema.version)`")
            ])
        }
        guard case .map = root.content else {
            throw ScenarioErrors([
                LacunaError(
                    .file, "\(root.place)", "got \(describe(root)); expected a mapping (key: value)",
                    remedy: "A scenario starts with `lacuna: \(ScenarioSchema.version)`")
            ])
        }
        return root
    }

    private func profilePatch(
        _ wanted: Profile?, of root: SourceNode, name: String, _ reader: inout NodeReader
    ) throws -> SourceNode? {
        let known = Profile.allCases.map(\.rawValue)
        var entries: [SourceNode.Entry] = []
        if let profiles = root["profiles"] {
            entries =
                reader.entries(
                    profiles, "profiles", known: known, noun: "profile", owner: "a scenario") ?? []
        }
        let profile = wanted ?? .default
        guard let entry = entries.first(where: { $0.key == profile.rawValue }) else {
            if let wanted {
                let present = entries.map(\.key)
                throw ScenarioErrors([
                    LacunaError(
                        .name, name, "has no profile '\(wanted.rawValue)'",
                        remedy: present.isEmpty
                            ? "It has no profiles at all" : "It has: " + present.joined(separator: ", "))
                ])
            }
            return nil
        }
        if entry.value.isNothing { return nil }
        guard case .map = entry.value.content else {
            reader.refuse(
                entry.value, "profiles.\(profile.rawValue)",
                "got \(describe(entry.value)); expected a mapping of changes")
            return nil
        }
        return entry.value
    }

    /// All broken overrides are reported together.
    private func overridePatches(_ overrides: [String]) throws -> [SourceNode] {
        var patches: [SourceNode] = []
        var broken: [LacunaError] = []
        for override in overrides {
            do {
                patches.append(try readOverride(override))
            } catch let error as ScenarioErrors {
                broken += error.errors
            }
        }
        if !broken.isEmpty { throw ScenarioErrors(broken) }
        return patches
    }

    private func selectMethods(_ labels: [String], in root: SourceNode, _ reader: inout NodeReader) -> SourceNode {
        guard !labels.isEmpty, case .map(var entries) = root.content,
            let index = entries.firstIndex(where: { $0.key == "methods" }),
            case .list(let elements) = entries[index].value.content
        else { return root }
        var kept: [SourceNode] = []
        for label in labels {
            let place = Place.argument("-m \(label)")
            if let element = elements.first(where: { elementName($0) == label }) {
                kept.append(element)
            } else if catalogue.methods.contains(where: { $0.name == label }) {
                kept.append(.text(label, at: place))
            } else {
                let known = elements.compactMap(elementName)
                let others = catalogue.methods.map(\.name).filter { !known.contains($0) }
                reader.errors.add(
                    .name, place, "", "neither a method of the scenario nor of the catalogue",
                    remedy: knownNamesRemedy(for: label, among: known + others))
            }
        }
        // With nothing left the reader would add a second message about an empty list.
        if kept.isEmpty { kept = elements }
        entries[index].value.content = .list(kept)
        return SourceNode(content: .map(entries), place: root.place)
    }
}

/// The path of a file that another file names: relative names start at the folder of the file that says them.
public func resolve(_ name: String, beside file: String) -> String {
    if name.hasPrefix("/") { return name }
    guard let slash = file.lastIndex(of: "/") else { return name }
    return String(file[...slash]) + name
}

extension SourceNode {
    fileprivate func removing(_ key: String) -> SourceNode {
        guard case .map(let entries) = content else { return self }
        return SourceNode(content: .map(entries.filter { $0.key != key }), place: place)
    }
}
