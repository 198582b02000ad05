using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>One step of a wide plan.</summary>
internal abstract class WideStep
{
    public abstract bool IsDifferentiable { get; }
}

/// <summary>Rotations and phases on tile bits. Slots are those of the wide plan.</summary>
/// <param name="step">Acts on the tile bits.</param>
/// <param name="lanePhases">Phases that depend on the lane alone.</param>
/// <param name="angles">The angle of every slot.</param>
internal sealed class WideRotation(RotationStep step, int[] lanePhases, IReadOnlyList<AngleSlot> angles) : WideStep
{
    public RotationStep Step => step;

    public int[] LanePhases => lanePhases;

    public override bool IsDifferentiable { get; } = step.IsDifferentiable || lanePhases.Any(slot => angles[slot].IsDifferentiable);
}

/// <summary>A dense gate on tile bits, of which the lane, or the block, takes part in some.</summary>
internal sealed class WideDense(DenseStep step, PassGeometry geometry, int[] laneParities, bool[] negative, int[] outer, int index) : WideStep
{
    /// <summary>Number of this step among the dense steps of its sweep.</summary>
    public int Index => index;

    /// <summary>By which the local index is flipped in a block.</summary>
    public int OuterFlip(int origin)
    {
        int flip = 0;
        for (int b = 0; b < outer.Length; b++)
        {
            flip |= WideOperation.Odd(outer[b] & origin) ? 1 << b : 0;
        }

        return flip;
    }

    public DenseStep Step => step;

    public PassGeometry Geometry => geometry;

    public override bool IsDifferentiable => step.IsDifferentiable;

    /// <summary>In which lanes, and with what constant, the local index is flipped.</summary>
    public int LocalFlip(int lane)
    {
        int flip = 0;
        for (int b = 0; b < laneParities.Length; b++)
        {
            flip |= ((BitOperations.PopCount((uint)(laneParities[b] & lane)) & 1) ^ (negative[b] ? 1 : 0)) << b;
        }

        return flip;
    }
}

/// <summary>An angle as lanes and blocks see it: negative where the parities under the masks, or the constant, say so.</summary>
/// <param name="Slot">Slot of the circuit's plan.</param>
/// <param name="LaneMask">Lane bits.</param>
/// <param name="Negative">Whether it is negative at place 0.</param>
/// <param name="Outer">Tile bits of a block's origin.</param>
internal readonly record struct WideSlot(int Slot, int LaneMask, bool Negative, int Outer = 0)
{
    public int Sign(int lane) => WideOperation.Odd(LaneMask & lane) != Negative ? -1 : 1;

    /// <summary>The further sign of a whole block.</summary>
    public int BlockSign(int origin) => WideOperation.Odd(Outer & origin) ? -1 : 1;
}
