namespace QDiff.Engine.Noise;

/// <summary>
/// A rotation of the Bloch sphere as a unit quaternion (W, X, Y, Z): the unitary W·I − i(X·σx + Y·σy + Z·σz), which turns
/// by the angle 2 arccos W about the axis (X, Y, Z).
/// </summary>
/// <param name="W">cos(φ/2).</param>
/// <param name="X">x component of sin(φ/2)·axis.</param>
/// <param name="Y">y component of sin(φ/2)·axis.</param>
/// <param name="Z">z component of sin(φ/2)·axis.</param>
public readonly record struct BlochRotation(double W, double X, double Y, double Z)
{
    /// <summary>No rotation.</summary>
    public static BlochRotation Identity => new(1, 0, 0, 0);

    /// <summary>The rotation that does <paramref name="first"/> and then this one (the quaternion product this · first).</summary>
    public BlochRotation After(BlochRotation first) => new(
        W * first.W - X * first.X - Y * first.Y - Z * first.Z,
        W * first.X + X * first.W + Y * first.Z - Z * first.Y,
        W * first.Y - X * first.Z + Y * first.W + Z * first.X,
        W * first.Z + X * first.Y - Y * first.X + Z * first.W);

    /// <summary>The rotated vector v + 2 q × (q × v + W v) with q = (X, Y, Z).</summary>
    public (double X, double Y, double Z) Rotate(double x, double y, double z)
    {
        var (cx, cy, cz) = (Y * z - Z * y + W * x, Z * x - X * z + W * y, X * y - Y * x + W * z);
        return (x + 2 * (Y * cz - Z * cy), y + 2 * (Z * cx - X * cz), z + 2 * (X * cy - Y * cx));
    }
}
