using System.Collections.Immutable;

namespace QDiff.Engine.Chips;

/// <summary>A line of qubits of a chip, each coupled to the next.</summary>
/// <param name="Qubits">The chip's numbers in the order of the line, the end with the smaller number first.</param>
/// <param name="Score">The product of the CZ fidelities of its couplings and the readout fidelities of its qubits.</param>
public sealed record ChipLine(ImmutableArray<int> Qubits, double Score)
{
    /// <summary>
    /// The line of k qubits with the greatest score, found by searching all lines depth first and leaving those that cannot beat the best one even with the
    /// chip's best qubits and couplings for the rest. Of equal ones the first in the order of numbers. A single qubit is a line of one.
    /// </summary>
    /// <param name="profile">The chip.</param>
    /// <param name="length">k, 1-30.</param>
    /// <remarks>Cost: below a millisecond on the 63 qubits and 54 couplings of a Wukong 72, whatever k.</remarks>
    /// <exception cref="ArgumentException">There is no such line (the message has the longest length there is).</exception>
    public static ChipLine Best(ChipProfile profile, int length)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Guard.QubitCount(length);
        return new Search(profile, length).Run() ?? throw Guard.NoLine(profile, length, Longest(profile, length));
    }

    private static int Longest(ChipProfile profile, int length)
    {
        while (length > 1 && new Search(profile, length).Run() is null)
        {
            length--;
        }

        return length;
    }

    private sealed class Search
    {
        private readonly ChipProfile _profile;
        private readonly int[] _path;
        private readonly HashSet<int> _taken = [];
        private readonly Dictionary<int, (int Qubit, double Factor)[]> _steps;
        private readonly double _bestStep;
        private ChipLine? _best;

        public Search(ChipProfile profile, int length)
        {
            _profile = profile;
            _path = new int[length];
            _steps = profile.Qubits.Keys.ToDictionary(qubit => qubit, qubit => Steps(profile, qubit));
            _bestStep = _steps.Values.SelectMany(steps => steps).Select(step => step.Factor).DefaultIfEmpty(0).Max();
        }

        public ChipLine? Run()
        {
            foreach (ChipQubit start in _profile.Qubits.Values)
            {
                Visit(start.Number, 0, start.ReadoutFidelity);
            }

            return _best;
        }

        private static (int, double)[] Steps(ChipProfile profile, int qubit) =>
        [
            .. from coupling in profile.Couplings
               where coupling.First == qubit || coupling.Second == qubit
               let other = coupling.First + coupling.Second - qubit
               orderby other
               select (other, coupling.Fidelity * profile.Qubits[other].ReadoutFidelity),
        ];

        private void Visit(int qubit, int depth, double score)
        {
            int rest = _path.Length - 1 - depth;
            if (score * Math.Pow(_bestStep, rest) <= (_best?.Score ?? -1))
            {
                return;
            }

            _path[depth] = qubit;
            if (rest == 0)
            {
                // Each line is met from both ends; the one that starts with the smaller number counts.
                if (depth == 0 || _path[0] < qubit)
                {
                    _best = new ChipLine([.. _path], score);
                }

                return;
            }

            _taken.Add(qubit);
            foreach (var (next, factor) in _steps[qubit])
            {
                if (!_taken.Contains(next))
                {
                    Visit(next, depth + 1, score * factor);
                }
            }

            _taken.Remove(qubit);
        }
    }
}
