namespace QDiff.Cli.Commands.Simulation;

/// <summary>How probabilities are computed.</summary>
internal enum Method
{
    /// <summary>Exactly, from the one state vector of a program without noise whose measurements come last.</summary>
    StateVector,

    /// <summary>Exactly, from the density matrix.</summary>
    DensityMatrix,

    /// <summary>As a mean over Monte-Carlo trajectories.</summary>
    Trajectories,
}
