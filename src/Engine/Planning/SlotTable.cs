using System.Numerics;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Planning;

/// <summary>How the angles of a plan come from parameters and input rows, as flat arrays.</summary>
internal sealed class SlotTable
{
    /// <summary>Twice the period of a phase, and that of half a rotation's angle.</summary>
    public const double Period = 4 * Math.PI;

    public SlotTable(AngleSlot[] slots, AngleSlot globalPhase)
    {
        Slots = [.. slots, globalPhase];
        FirstInput = new int[Slots.Length + 1];
        var inputs = new List<(int, double)>();
        for (int s = 0; s < Slots.Length; s++)
        {
            foreach (var (parameter, factor) in Slots[s].Terms)
            {
                if (parameter.Kind == ParameterKind.Input)
                {
                    inputs.Add((parameter.Index, factor * parameter.Scale));
                }
            }

            FirstInput[s + 1] = inputs.Count;
        }

        Inputs = [.. inputs];
    }

    /// <summary>The slots of the plan and, as the last, its global phase.</summary>
    public AngleSlot[] Slots { get; }

    /// <summary>Slot s reads the inputs from FirstInput[s] up to FirstInput[s + 1].</summary>
    public int[] FirstInput { get; }

    /// <summary>Input index and weight.</summary>
    public (int Index, double Weight)[] Inputs { get; }

    /// <summary>The part of every angle that all samples share: constants, offsets and trainable parameters.</summary>
    public void SharedParts<T>(ReadOnlySpan<T> parameters, Span<double> shared)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int s = 0; s < Slots.Length; s++)
        {
            double sum = 0;
            foreach (var (parameter, factor) in Slots[s].Terms)
            {
                double source = parameter.Kind == ParameterKind.Trainable ? double.CreateChecked(parameters[parameter.Index]) : 0;
                sum += factor * parameter.Evaluate(source);
                // Half a rotation angle and a phase both have the period 4π; long sums would lose their last digits, in float the more.
                sum = Math.Abs(sum) > 2 * Period ? Math.IEEERemainder(sum, Period) : sum;
            }

            shared[s] = sum;
        }
    }
}
