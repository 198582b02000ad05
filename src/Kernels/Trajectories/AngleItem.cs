using QDiff.Engine.Circuits;

namespace QDiff.Kernels.Trajectories;

/// <summary>An angle with one sign of the frame: the sum of some terms of a slot.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="IsRotation">Whether half of it is wanted.</param>
internal sealed record AngleItem((Parameter Parameter, double Factor)[] Terms, bool IsRotation);
