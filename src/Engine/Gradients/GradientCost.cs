namespace QDiff.Engine.Gradients;

/// <summary>What a gradient cost, in the unit that a device is billed in.</summary>
/// <param name="Executions">Circuits that were prepared and run, each measurement basis counted by itself.</param>
/// <param name="Shots">Repetitions in all; 0 where expectation values were exact.</param>
public readonly record struct GradientCost(long Executions, long Shots);
