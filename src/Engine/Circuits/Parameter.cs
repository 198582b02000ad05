namespace QDiff.Engine.Circuits;

/// <summary>
/// A gate parameter: value = <see cref="Scale"/> · source + <see cref="Offset"/>, where the source is 0 (constant), a shared
/// trainable number or a per-sample input. Angles are in radians.
/// </summary>
/// <param name="Kind">Where the source comes from.</param>
/// <param name="Index">Index into the parameter vector or the input row; 0 for a constant.</param>
/// <param name="Scale">Factor on the source; 0 for a constant.</param>
/// <param name="Offset">Added constant; the value itself for a constant.</param>
/// <param name="Differentiable">Whether gradients with respect to the source are computed. Never true for a constant.</param>
public readonly record struct Parameter(ParameterKind Kind, int Index, double Scale, double Offset, bool Differentiable)
{
    /// <summary>A fixed value.</summary>
    public static Parameter Constant(double value) => new(ParameterKind.Constant, 0, 0.0, value, false);

    /// <summary>Entry <paramref name="index"/> of the shared parameter vector; the same index may be used many times.</summary>
    public static Parameter Trainable(int index) => new(ParameterKind.Trainable, index, 1.0, 0.0, true);

    /// <summary>Entry <paramref name="index"/> of the sample's input row.</summary>
    /// <param name="index">Index into the input row.</param>
    /// <param name="differentiable">False marks data: its gradient is not computed and is reported as 0.</param>
    public static Parameter Input(int index, bool differentiable = true) => new(ParameterKind.Input, index, 1.0, 0.0, differentiable);

    /// <summary>Scales the value: factor · (Scale · source + Offset).</summary>
    public static Parameter operator *(double factor, Parameter parameter) =>
        parameter with { Scale = factor * parameter.Scale, Offset = factor * parameter.Offset };

    /// <summary>Shifts the value by a constant.</summary>
    public static Parameter operator +(Parameter parameter, double offset) => parameter with { Offset = parameter.Offset + offset };

    /// <summary>Changes the sign of the value.</summary>
    public static Parameter operator -(Parameter parameter) => -1.0 * parameter;

    /// <summary>A number is a constant parameter.</summary>
    public static implicit operator Parameter(double value) => Constant(value);

    /// <summary>The value for a given source (ignored for a constant).</summary>
    public double Evaluate(double source) => Kind == ParameterKind.Constant ? Offset : Scale * source + Offset;
}
