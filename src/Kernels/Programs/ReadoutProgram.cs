using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Programs;

/// <summary>A readout of states in storage, see <see cref="PauliCode"/>.</summary>
internal sealed class ReadoutProgram
{
    /// <param name="readout">What is read.</param>
    /// <param name="frame">The register's qubits in storage.</param>
    public ReadoutProgram(Readout readout, WideFrame frame)
    {
        IsBorn = readout.IsBorn;
        Count = readout.Count;
        Strings = [.. readout.Strings.SelectMany(text =>
        {
            int flip = 0, parity = 0, negative = 0;
            for (int q = 0; text.Support >> q != 0; q++)
            {
                flip ^= ((text.XMask >> q) & 1) != 0 ? frame.TileFlips(q) : 0;
                if (((text.ZMask >> q) & 1) != 0)
                {
                    parity ^= frame.TileParity(q);
                    negative ^= frame.IsNegative(q) ? 1 : 0;
                }
            }

            // i^m: Re(i·u) = −Im u and Re(−u) = −Re u.
            int power = BitOperations.PopCount((uint)(text.XMask & text.ZMask)) & 3;
            return new[] { flip, parity, power & 1, negative ^ (power is 1 or 2 ? 1 : 0) };
        })];
    }

    /// <summary>Whether Born probabilities are read.</summary>
    public bool IsBorn { get; }

    /// <summary>Numbers of a sample.</summary>
    public int Count { get; }

    /// <summary>Four integers for each string.</summary>
    public int[] Strings { get; }
}
