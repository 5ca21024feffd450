import LacunaIO

/// An sbatch script that runs the shards of a scenario as an array and collects when all have ended.
///
/// Submitting the same script again resumes: each shard goes on with its own journal.
struct SlurmScript {
    /// The scenario file and its changes, as `lacuna run` takes them.
    let arguments: [String]
    let output: String
    let name: String
    let shards: Int

    var text: String {
        let words = arguments.map(Provenance.quotedForShell).joined(separator: " ")
        return """
            #!/bin/bash
            #SBATCH --job-name=\(name)
            #SBATCH --array=0-\(shards - 1)
            #SBATCH --cpus-per-task=1
            #SBATCH --signal=B:TERM@60
            # Submit with `sbatch` from the folder in which `lacuna run` would be called; once more to resume.
            set -u
            if [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
                echo "submit this script with sbatch" >&2
                exit 2
            fi
            # The first task asks for the collection, once all tasks have ended in whatever way.
            if [ "$SLURM_ARRAY_TASK_ID" = 0 ]; then
                sbatch --job-name=\(name)-collect --dependency=afterany:"$SLURM_ARRAY_JOB_ID" \\
                    --wrap \(Provenance.quotedForShell("lacuna collect \(Provenance.quotedForShell(output))"))
            fi
            exec lacuna run \(words) --shard "$SLURM_ARRAY_TASK_ID/\(shards)" -j 1 -q -o \(Provenance.quotedForShell(output))

            """
    }
}
