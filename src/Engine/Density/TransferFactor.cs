using QDiff.Engine.Circuits;

namespace QDiff.Engine.Density;

/// <summary>
/// One factor of a map on one qubit: a rotation of the Bloch vector by Factor·value(Parameter) radians about an axis, or a constant 4 × 4
/// matrix in the Pauli basis.
/// </summary>
/// <param name="Axis">1, 2, 3 for x, y, z; 0 for a constant.</param>
/// <param name="Parameter">Source of the angle.</param>
/// <param name="Factor">Factor on the angle.</param>
/// <param name="Constant">[4, 4] of a constant.</param>
internal sealed record TransferFactor(int Axis, Parameter Parameter, double Factor, double[,]? Constant)
{
    /// <summary>The two components that a rotation turns, the first towards the second.</summary>
    public (int From, int To) Plane => Axis switch { 1 => (2, 3), 2 => (3, 1), _ => (1, 2) };

    public static TransferFactor Rotation(int axis, Parameter parameter, double factor = 1) => new(axis, parameter, factor, null);

    public static TransferFactor Of(double[,] constant) => new(0, default, 0, constant);
}
