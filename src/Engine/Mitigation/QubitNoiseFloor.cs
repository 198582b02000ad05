namespace QDiff.Engine.Mitigation;

/// <summary>The depolarizing strength that a device adds to one qubit by itself.</summary>
/// <param name="Strength">p of one layer: it shrinks the Bloch vector by 1 − p. Statistics may take it a little below 0.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Contrast">What preparation and measurement leave of ⟨Z⟩ without any layer, 1 when they are perfect.</param>
public sealed record QubitNoiseFloor(double Strength, double StandardError, double Contrast)
{
    /// <summary>Strength of several layers: 1 − (1 − p)^layers.</summary>
    public double Of(int layers) => 1 - Math.Pow(1 - Strength, layers);
}
