namespace QDiff.Engine.Trajectories;

/// <summary>Means over trajectories.</summary>
/// <param name="Mean">[batch, K] means of the readout's values, summed in double.</param>
/// <param name="StandardError">[batch, K] standard errors of the means; NaN for a single trajectory.</param>
/// <param name="Trajectories">Trajectories of each sample.</param>
public sealed record TrajectoryEstimate(double[] Mean, double[] StandardError, int Trajectories);
